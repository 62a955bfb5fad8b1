package io.fairlead.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The pipes' contract, on {@code epoll}, and what only a machine can show: descriptors, and the cost to the heap. */
@RequiresEpoll
class EpollPipesTest extends PipesContract {
    private static final int ROUND_COUNT = 20_000;
    private static final int MESSAGE_LENGTH = 64;

    @Override
    protected PeerNetwork createPeers() {
        return new BlockingPeers();
    }

    @Override
    protected Transport create() throws IOException {
        return EpollTransport.open();
    }

    @Test
    void shouldTakeTwoDescriptorsEachAndLeakNone() throws IOException {
        final Pair source = pair();
        final int count = 100;
        final long before = RealTransportContract.openDescriptors();
        for (int i = 0; i < count; i++) {
            open();
        }
        final long taken = RealTransportContract.openDescriptors() - before;
        // Others in this process may open and close some meanwhile, though not as many.
        assertTrue(taken > count && taken < 3 * count, () -> taken + " descriptors for " + count + " pipes");
        for (int pipe = 0; pipe < count; pipe++) {
            send(source, "x");
            fillOnce(pipe, source, 1);
            pipes.close(pipe);
        }

        final long left = RealTransportContract.openDescriptors() - before;
        assertTrue(left < count, () -> left + " descriptors leaked");
    }

    @Test
    void shouldAllocateNothingWhenBytesPassThroughAPipe() throws IOException {
        final int listener = listen();
        final int left = transport.connect(loopback(transport.localPort(listener)), null);
        assertEquals(Transport.CONNECT_DONE, awaitConnect(left, 1));
        final int right = acceptOne(listener);
        final int pipe = open();
        play(left, right, pipe);

        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        play(left, right, pipe);
        assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
    }

    /** A message there through memory and back through the pipe, again and again. */
    private void play(int left, int right, int pipe) {
        for (int i = 0; i < ROUND_COUNT; i++) {
            require(transport.write(left, buffer, 0, MESSAGE_LENGTH));
            require(pipes.peek(right, buffer, MESSAGE_LENGTH, MESSAGE_LENGTH));
            require(pipes.fill(pipe, right, MESSAGE_LENGTH));
            require(pipes.drain(pipe, right, MESSAGE_LENGTH));
            require(transport.read(left, buffer, 0, MESSAGE_LENGTH));
        }
    }

    private static void require(int count) {
        if (count != MESSAGE_LENGTH) {
            throw new AssertionError("moved " + count);
        }
    }
}
