package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.transport.RequiresEpoll;
import io.fairlead.core.transport.Transport;
import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A forwarded message allocates nothing. The loop and both peers run on the test's thread, whose allocation is counted;
 * the peers use their channels with direct buffers, which allocates nothing either.
 *
 * <p>The JDK's selectors keep keys in a {@code Map<Integer, …>}: each event, and each change of interest, of a descriptor
 * above 127 boxes an Integer. The tests run with {@code -XX:AutoBoxCacheMax} (see the root pom), so that the result does
 * not depend on how many descriptors the process has open.
 */
@Timeout(120)
final class AllocationTest {
    private static final int MESSAGE_COUNT = 50_000;
    private static final int CONNECTION_COUNT = 2_000;
    private static final int MESSAGE_LENGTH = 70;

    /** Rounds to wait for one without an allocation: a deoptimisation or a class that is loaded late may spoil some. */
    private static final int ROUND_LIMIT = 4;

    private static final int ONCE_LENGTH = 4096;

    private static final int LEAST_WARM_UP = 10;
    private static final int QUIET_WARM_UP = 3;
    private static final long WARM_UP_NS = 20_000_000_000L;

    private static final int BULK_LENGTH = 256 * 1024;
    private static final int BULK_COUNT = 1_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @CsvSource({
        // frame tracking, most bytes of a write: of the 70 of a message
        "true,  2147483647",
        "false, 2147483647",
        "true,  40",
        "false, 20"
    })
    void shouldAllocateNothingPerForwardedMessage(boolean frameTracking, int writeLimit) throws IOException {
        try (Rig rig = new Rig(frameTracking)) {
            final SocketChannel client = rig.connect();
            client.write(ascii(Handshake.REQUEST));
            final SocketChannel backend = rig.accept();
            rig.receive(backend, Handshake.REQUEST.length());
            backend.write(ascii(Handshake.ANSWER));
            rig.receive(client, Handshake.ANSWER.length());

            rig.transport.writeLimit = writeLimit;
            final ByteBuffer up = direct(
                    Frames.ofClient().frame(Frames.BINARY, true, new byte[64]).bytes());
            final ByteBuffer down = direct(
                    Frames.ofBackend().frame(Frames.BINARY, true, new byte[64]).bytes());
            final int warmUpCount = warmUp(() -> rig.play(client, backend, up, down, MESSAGE_COUNT / 20));
            final List<Long> allocated = new ArrayList<>();
            while (!allocated.contains(0L) && allocated.size() < ROUND_LIMIT) {
                final long interestChangesBefore = rig.transport.interestChangeCount;
                final long before = threads.getCurrentThreadAllocatedBytes();
                rig.play(client, backend, up, down, MESSAGE_COUNT / 2);
                final long after = threads.getCurrentThreadAllocatedBytes();
                allocated.add(after - before);
                final long interestChanges = rig.transport.interestChangeCount - interestChangesBefore;
                assertTrue(
                        writeLimit > MESSAGE_LENGTH ? interestChanges == 0 : interestChanges >= 2 * MESSAGE_COUNT,
                        () -> interestChanges + " changes of interest");
            }
            final String told = "bytes in rounds of " + MESSAGE_COUNT + " messages: " + allocated;
            System.out.println("allocated with tracking " + frameTracking + ", writes of " + writeLimit + ": " + told);
            assertTrue(allocated.contains(0L), told);
            // What is not per message (the JVM's own, once) is small, or it is not what it is taken for.
            assertTrue(allocated.stream().allMatch(length -> length < ONCE_LENGTH), told);
            assertEquals(
                    frameTracking ? warmUpCount * (MESSAGE_COUNT / 10) + allocated.size() * MESSAGE_COUNT : 0,
                    rig.count(BackendCounter.UP_MESSAGES) + rig.count(BackendCounter.DOWN_MESSAGES));
            client.close();
            backend.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 100_000}) // most bytes of a drain, of the 256 KiB of a message
    @RequiresEpoll
    void shouldAllocateNothingPerSplicedMessage(int writeLimit) throws IOException {
        try (Rig rig = new Rig(EpollTransport.open(), true, 2)) {
            final SocketChannel client = rig.connect();
            client.write(ascii(Handshake.REQUEST));
            final SocketChannel backend = rig.accept();
            rig.receive(backend, Handshake.REQUEST.length());
            backend.write(ascii(Handshake.ANSWER));
            rig.receive(client, Handshake.ANSWER.length());

            rig.transport.writeLimit = writeLimit;
            final ByteBuffer down = direct(Frames.ofBackend()
                    .frame(Frames.BINARY, true, new byte[BULK_LENGTH])
                    .bytes());
            warmUp(() -> rig.playDown(client, backend, down, BULK_COUNT / 4));
            final List<Long> allocated = new ArrayList<>();
            while (!allocated.contains(0L) && allocated.size() < ROUND_LIMIT) {
                final long splicedBefore = rig.status.count(LoopCounter.BYTES_SPLICED);
                final long interestChangesBefore = rig.transport.interestChangeCount;
                final long before = threads.getCurrentThreadAllocatedBytes();
                rig.playDown(client, backend, down, BULK_COUNT);
                allocated.add(threads.getCurrentThreadAllocatedBytes() - before);
                final long spliced = rig.status.count(LoopCounter.BYTES_SPLICED) - splicedBefore;
                assertTrue(spliced > (long) BULK_COUNT * BULK_LENGTH / 2, () -> spliced + " bytes spliced");
                final long interestChanges = rig.transport.interestChangeCount - interestChangesBefore;
                assertTrue(
                        writeLimit > BULK_LENGTH || interestChanges >= BULK_COUNT,
                        () -> interestChanges + " changes of interest");
            }
            final String told = "bytes in rounds of " + BULK_COUNT + " spliced messages: " + allocated;
            System.out.println("allocated with drains of " + writeLimit + ": " + told);
            assertTrue(allocated.contains(0L), told);
            assertTrue(allocated.stream().allMatch(length -> length < ONCE_LENGTH), told);
            client.close();
            backend.close();
        }
    }

    @Test
    void shouldAllocateLittlePerConnection() throws Exception {
        try (Rig rig = new Rig(true)) {
            final AtomicBoolean isStopping = new AtomicBoolean();
            final AtomicReference<Throwable> failure = new AtomicReference<>();
            final Thread loopThread = new Thread(() -> {
                try {
                    while (!isStopping.get()) {
                        rig.loop.doWork(10_000_000);
                    }
                } catch (final IOException | RuntimeException e) {
                    failure.set(e);
                }
            });
            loopThread.start();
            try {
                rig.openAndClose(CONNECTION_COUNT);
                final long before = threads.getThreadAllocatedBytes(loopThread.getId());
                rig.openAndClose(CONNECTION_COUNT);
                final long each = (threads.getThreadAllocatedBytes(loopThread.getId()) - before) / CONNECTION_COUNT;
                System.out.println("allocated per connection, accept to close: " + each + " bytes");
                assertTrue(each < 4096, () -> each + " bytes");
            } finally {
                isStopping.set(true);
                loopThread.join();
            }
            assertEquals(null, failure.get());
        }
    }

    /**
     * Play until the compilers are done, however little of the machine they get: each call through java.lang.foreign
     * allocates 40 bytes, a slice of the segment that takes errno, until the second one has compiled it. Short rounds, so that
     * they see the loops within entered often.
     *
     * @return how many rounds it took.
     */
    private int warmUp(Round round) throws IOException {
        final long startNs = System.nanoTime();
        int count = 0;
        int quietCount = 0;
        while (count < LEAST_WARM_UP || (quietCount < QUIET_WARM_UP && System.nanoTime() - startNs < WARM_UP_NS)) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            round.play();
            quietCount = threads.getCurrentThreadAllocatedBytes() == before ? quietCount + 1 : 0;
            count++;
        }
        return count;
    }

    /** Some messages. */
    private interface Round {
        void play() throws IOException;
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static ByteBuffer ascii(String text) {
        return direct(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** A loop on the system's clock, with one backend that is accepted from by hand. */
    private static final class Rig implements AutoCloseable {
        private static final long PATIENCE_NS = 20_000_000_000L;

        private final FaultyTransport transport;
        private final BalancerStatus status = new BalancerStatus();
        private final ServerSocketChannel server = ServerSocketChannel.open();
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BULK_LENGTH);
        private final ForwardingLoop loop;

        Rig(boolean frameTracking) throws IOException {
            this(TestTransport.open(), frameTracking, 0);
        }

        Rig(Transport transport, boolean frameTracking, int pipeLimit) throws IOException {
            this.transport = new FaultyTransport(transport);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
            final TestSettings settings = new TestSettings();
            settings.frameTracking = frameTracking;
            settings.eventQueueLength = 0;
            settings.pipeLimit = pipeLimit;
            final InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
            loop = new ForwardingLoop(
                    settings.buildFor(List.of(new Settings.BackendSettings("b1", address, 1))),
                    this.transport,
                    SystemNanoClock.INSTANCE,
                    0,
                    1,
                    status,
                    new DistinctErrorLog(new UnsafeBuffer(ByteBuffer.allocateDirect(4096)), () -> 0));
            loop.open();
            loop.listenerNames(List.of("test"));
        }

        SocketChannel connect() throws IOException {
            final SocketChannel channel =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), loop.localPort(0)));
            channel.configureBlocking(false);
            return channel;
        }

        SocketChannel accept() throws IOException {
            server.configureBlocking(false);
            final long deadlineNs = System.nanoTime() + PATIENCE_NS;
            SocketChannel channel = server.accept();
            while (channel == null && System.nanoTime() - deadlineNs < 0) {
                loop.doWork(0);
                channel = server.accept();
            }
            channel.configureBlocking(false);
            return channel;
        }

        /** One message each way at a time. */
        void play(SocketChannel client, SocketChannel backend, ByteBuffer up, ByteBuffer down, int count)
                throws IOException {
            for (int i = 0; i < count; i++) {
                client.write(up.rewind());
                receive(backend, up.capacity());
                backend.write(down.rewind());
                receive(client, down.capacity());
            }
        }

        /** Messages of the backend, each longer than its socket takes at once. */
        void playDown(SocketChannel client, SocketChannel backend, ByteBuffer down, int count) throws IOException {
            final long deadlineNs = System.nanoTime() + PATIENCE_NS;
            for (int i = 0; i < count; i++) {
                down.rewind();
                int missing = down.capacity();
                while (missing > 0) {
                    if (down.hasRemaining()) {
                        backend.write(down);
                    }
                    loop.doWork(0);
                    missing -= client.read(buffer.clear().limit(Math.min(missing, buffer.capacity())));
                    if (System.nanoTime() - deadlineNs > 0) {
                        throw new IOException(missing + " bytes are missing");
                    }
                }
            }
        }

        void receive(SocketChannel channel, int length) throws IOException {
            final long deadlineNs = System.nanoTime() + PATIENCE_NS;
            int missing = length;
            while (missing > 0) {
                loop.doWork(0);
                missing -= channel.read(buffer.clear());
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new IOException(missing + " bytes are missing");
                }
            }
        }

        /** With the loop on a thread of its own. */
        void openAndClose(int count) throws IOException {
            server.configureBlocking(true);
            for (int i = 0; i < count; i++) {
                try (SocketChannel client = connect()) {
                    client.configureBlocking(true);
                    client.write(ascii(Handshake.REQUEST));
                    try (SocketChannel backend = server.accept()) {
                        receiveBlocking(backend, Handshake.REQUEST.length());
                        backend.write(ascii(Handshake.ANSWER));
                        receiveBlocking(client, Handshake.ANSWER.length());
                    }
                    receiveEnd(client);
                }
            }
            while (status.count(LoopCounter.CONNECTIONS_ACTIVE) > 0) {
                Thread.onSpinWait();
            }
        }

        private void receiveBlocking(SocketChannel channel, int length) throws IOException {
            int missing = length;
            while (missing > 0) {
                missing -= channel.read(buffer.clear());
            }
        }

        private void receiveEnd(SocketChannel channel) throws IOException {
            assertEquals(-1, channel.read(buffer.clear()));
        }

        long count(BackendCounter counter) {
            return status.backends().get(0).count(counter);
        }

        @Override
        public void close() throws IOException {
            loop.close();
            server.close();
        }
    }
}
