package io.fairlead.core.transport.epoll;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/** Memory whose address the kernel can be given. */
final class DirectMemory {
    private DirectMemory() {}

    /** Zeroed, in native order; freed when the buffer is unreachable. */
    static UnsafeBuffer allocate(int length) {
        return new UnsafeBuffer(ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder()));
    }
}
