package io.fairlead.core.transport;

import static io.fairlead.core.transport.Transport.CONNECT_DONE;
import static io.fairlead.core.transport.Transport.CONNECT_NO_PORT;
import static io.fairlead.core.transport.Transport.CONNECT_REFUSED;
import static io.fairlead.core.transport.Transport.READABLE;
import static io.fairlead.core.transport.Transport.WRITABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.net.BindException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/**
 * What every transport on a real network must do: the {@link TransportContract}, with the JDK's blocking sockets on the same
 * thread as peers, and what only a machine can show. That is which addresses are its own, as a simulated host has all of
 * them; a thread that wakes a poll of another, as a simulated poll takes no time; the descriptors of the process; and the
 * cost of an event to the heap.
 */
public abstract class RealTransportContract extends TransportContract {
    private static final int ALLOCATION_ROUNDS = 50_000;

    @Override
    protected PeerNetwork createPeers() {
        return new BlockingPeers();
    }

    @Test
    void shouldNotListenWhenAddressIsNotOfThisMachine() {
        assertThrows(
                BindException.class,
                () -> transport.listen(new InetSocketAddress(address("192.0.2.1"), 0), BACKLOG_LENGTH));
        assertEquals(0, transport.openSockets());
    }

    @Test
    void shouldTellThatNoPortIsLeftWhenSourceAddressIsNotOfThisMachine() throws IOException {
        InetSocketAddress source = new InetSocketAddress(address("192.0.2.1"), 0);

        assertEquals(CONNECT_NO_PORT, transport.connect(loopback(closedPort()), source));
        assertEquals(0, transport.openSockets());
    }

    @Test
    void shouldEndPollWhenAnotherThreadWakesIt() throws Exception {
        Thread waker = new Thread(transport::wakeup);
        waker.start();

        assertDoesNotWait();
        waker.join();
        assertWaits(MS);
    }

    // Descriptors

    @Test
    void shouldLeakNoDescriptorHoweverASocketEnds() throws IOException {
        int listener = listen();
        int closedPort = closedPort();
        int rounds = 200;
        endSocketsInEveryWay(listener, closedPort);
        long before = openDescriptors();

        for (int i = 0; i < rounds; i++) {
            endSocketsInEveryWay(listener, closedPort);
        }

        long leaked = openDescriptors() - before;
        assertTrue(leaked < rounds / 2, () -> leaked + " descriptors leaked");
        assertEquals(1, transport.openSockets());
    }

    private void endSocketsInEveryWay(int listener, int closedPort) throws IOException {
        InetSocketAddress foreign = new InetSocketAddress(address("192.0.2.1"), 0);
        InetSocketAddress ipv6 = new InetSocketAddress(address("::1"), 0);
        assertEquals(CONNECT_NO_PORT, transport.connect(loopback(closedPort), foreign));
        assertThrows(RuntimeException.class, () -> transport.connect(loopback(closedPort), ipv6));
        assertThrows(BindException.class, () -> transport.listen(foreign, BACKLOG_LENGTH));

        int refused = transport.connect(loopback(closedPort), null);
        assertEquals(CONNECT_REFUSED, awaitConnect(refused, 1));
        if (refused >= 0) {
            transport.close(refused);
        }
        int client = transport.connect(loopback(transport.localPort(listener)), null);
        assertEquals(CONNECT_DONE, awaitConnect(client, 1));
        transport.close(acceptOne(listener));
        transport.reset(client);
        pollOnce();
    }

    static long openDescriptors() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        assumeTrue(system instanceof UnixOperatingSystemMXBean);
        return ((UnixOperatingSystemMXBean) system).getOpenFileDescriptorCount();
    }

    // Cost

    @Test
    void shouldAllocateNothingInSteadyState() throws IOException {
        // The JDK's cache of Integers ends at 127, and the lowest free descriptor is the next one used.
        assumeTrue(openDescriptors() < 100);

        assertEquals(0, allocatedInRounds(1));
    }

    @Test
    void shouldAllocateNoMoreThanTheJdkWhenDescriptorsAreMany() throws IOException {
        long allocated = allocatedInRounds(100);

        long limit = (long) ALLOCATION_ROUNDS * allocatedByJdkPerRoundLength();
        assertTrue(allocated <= limit, () -> allocated + " bytes allocated, the JDK accounts for " + limit);
    }

    /**
     * What the JDK, and not the transport, allocates for one write, one read, two events and two interest changes when
     * descriptors are many.
     *
     * @return its length in bytes.
     */
    protected int allocatedByJdkPerRoundLength() {
        return 0;
    }

    private long allocatedInRounds(int pairCount) throws IOException {
        int listener = listen();
        PingPong pingPong = null;
        for (int i = 0; i < pairCount; i++) {
            int left = transport.connect(loopback(transport.localPort(listener)), null);
            assertEquals(CONNECT_DONE, awaitConnect(left, 1));
            transport.setInterest(left, 1, 0);
            int right = acceptOne(listener);
            assertEquals(0, transport.register(right, 2, 0));
            pingPong = new PingPong(left, right);
        }
        pingPong.play(ALLOCATION_ROUNDS);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        pingPong.play(ALLOCATION_ROUNDS);
        long after = threads.getCurrentThreadAllocatedBytes();

        assertNotEquals(-1, after);
        return after - before;
    }

    /** Two sockets of one transport that send a message to and fro, with an interest change and a poll for each. */
    private final class PingPong implements ReadinessHandler {
        private static final int MESSAGE_LENGTH = 64;
        private final int left;
        private final int right;
        private int remaining;

        PingPong(int left, int right) {
            this.left = left;
            this.right = right;
        }

        void play(int rounds) throws IOException {
            remaining = rounds;
            transport.setInterest(left, 1, WRITABLE);
            transport.setInterest(right, 2, READABLE);
            boolean isTimed = false;
            while (remaining > 0) {
                isTimed = !isTimed;
                transport.poll(isTimed ? MS : 0, this);
            }
        }

        @Override
        public void onReady(long token, int readiness) {
            int socket = token == 1 ? left : right;
            if ((readiness & WRITABLE) != 0) {
                if (transport.write(socket, buffer, 0, MESSAGE_LENGTH) != MESSAGE_LENGTH) {
                    throw new AssertionError("message not taken");
                }
                transport.setInterest(socket, token, READABLE);
            } else if (transport.read(socket, buffer, MESSAGE_LENGTH, MESSAGE_LENGTH) == MESSAGE_LENGTH) {
                remaining--;
                transport.setInterest(socket, token, WRITABLE);
            }
        }
    }
}
