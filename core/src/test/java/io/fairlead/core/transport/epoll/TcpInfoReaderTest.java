package io.fairlead.core.transport.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fairlead.core.transport.TcpInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The layout of the kernel's struct. */
final class TcpInfoReaderTest {
    private final UnsafeBuffer struct =
            new UnsafeBuffer(ByteBuffer.allocateDirect(TcpInfoReader.LENGTH).order(ByteOrder.nativeOrder()));

    @Test
    void shouldReadEachFieldWhereTheKernelHasIt() {
        for (int offset = 8; offset < TcpInfoReader.LENGTH; offset += Integer.BYTES) {
            struct.putInt(offset, offset);
        }
        struct.putByte(0, (byte) 1);
        struct.putByte(2, (byte) 200);

        // Offsets as include/uapi/linux/tcp.h adds them up.
        assertEquals(
                new TcpInfo(true, 68, 72, 148, 8, 200, 100, 24, 32, 80, 16, 144, 52, 56), TcpInfoReader.parse(struct));
    }

    @Test
    void shouldReadNumbersWithoutSign() {
        struct.setMemory(0, TcpInfoReader.LENGTH, (byte) -1);
        final long most = 0xffff_ffffL;

        assertEquals(
                new TcpInfo(false, most, most, 0, most, 255, most, most, most, most, most, most, most, most),
                TcpInfoReader.parse(struct),
                "but for the least round-trip time, whose greatest number stands for none");
    }
}
