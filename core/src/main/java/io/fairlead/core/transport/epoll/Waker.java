package io.fairlead.core.transport.epoll;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * The {@code eventfd} that ends a poll. It is polled like a socket, and readable from {@link #wake()} to {@link #reset}.
 *
 * <p><b>Thread safe</b>, but for {@link #reset}, which is the loop thread's. The lock is what keeps a late call from writing
 * to a descriptor that is somebody else's by then.
 */
final class Waker {
    private final Libc libc;
    private final int descriptor;
    private final UnsafeBuffer one = DirectMemory.allocate(Long.BYTES);
    private final UnsafeBuffer count = DirectMemory.allocate(Long.BYTES);
    private boolean isClosed;

    /**
     * For an open descriptor.
     *
     * @param libc used under the lock alone, so by one thread at a time.
     * @param descriptor of an {@code eventfd}.
     */
    Waker(Libc libc, int descriptor) {
        this.libc = libc;
        this.descriptor = descriptor;
        one.putLong(0, 1);
    }

    int descriptor() {
        return descriptor;
    }

    synchronized void wake() {
        if (!isClosed) {
            // It fails only when the count is full: then a wake-up is due anyway.
            libc.write(descriptor, one.addressOffset(), Long.BYTES);
        }
    }

    void reset(Libc callers) {
        callers.read(descriptor, count.addressOffset(), Long.BYTES);
    }

    synchronized void close() {
        isClosed = true;
        libc.close(descriptor);
    }
}
