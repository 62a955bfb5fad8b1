package io.fairlead.bench.gate.workload;

import io.fairlead.bench.gate.Bytes;
import io.fairlead.bench.gate.Tally;
import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import io.fairlead.core.TransportKind;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.transport.Transport;
import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A balancer on epoll between clients and a backend, over this machine's loopback interface. The caller's thread is all of them in
 * turn, and one thing happens at a time: a peer sends, the balancer's cycles wait for it and go on until its own counters say
 * that it has passed everything on, the other peer takes it. So the kernel decides nothing that is counted, but in rare cases how
 * often a cycle looks in vain; who counts takes the best of several rounds. For the balancer no time passes.
 *
 * <p><b>Owned by the thread that drives it.</b>
 */
final class LoopbackFleet implements AutoCloseable {
    private static final int BACKLOG_LENGTH = 128;
    private static final int SLAB_LIMIT = 64;
    private static final int READ_LENGTH = 64 * 1024;
    private static final long START_NS = TimeUnit.HOURS.toNanos(1);
    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    private final Transport peers = EpollTransport.open();
    private final UnsafeBuffer arrived = new UnsafeBuffer(ByteBuffer.allocateDirect(READ_LENGTH));
    private final int listener;
    private final Balancer balancer;

    /** A WebSocket: the client's socket and the backend's. */
    record Pair(int client, int backend) {}

    /**
     * A fleet without clients.
     *
     * @param connectionLimit slots of the balancer's table.
     * @param pinLimit pins that it can hold.
     */
    LoopbackFleet(int connectionLimit, int pinLimit) throws IOException {
        listener = peers.listen(address(127, 0, 0, 1), BACKLOG_LENGTH);
        balancer = Balancer.embed(new BalancerContext()
                .transportKind(TransportKind.EPOLL)
                .clock(() -> START_NS)
                .listen(address(127, 0, 0, 1))
                .backend(new InetSocketAddress(address(127, 0, 0, 1).getAddress(), peers.localPort(listener)))
                .connectionLimit(connectionLimit)
                .pinLimit(pinLimit)
                .slabLimit(SLAB_LIMIT)
                .peekSlabLimit(SLAB_LIMIT));
    }

    /**
     * Open a WebSocket.
     *
     * @param clientNumber decides the client's address.
     * @return both its ends, behind the handshake.
     */
    Pair open(int clientNumber) {
        final int client = peers.connect(
                balancer.listenAddresses().get(0),
                address(127, 1 + (clientNumber >>> 16), clientNumber >>> 8, clientNumber));
        await(() -> peers.finishConnect(client) == Transport.CONNECT_DONE);
        final long accepted = count(LoopCounter.ACCEPTED);
        until(() -> count(LoopCounter.ACCEPTED) > accepted);
        final UnsafeBuffer request = direct(Bytes.REQUEST);
        passOn(client, request, 0, request.capacity());
        final int[] backend = {Transport.NONE_PENDING};
        await(() -> {
            backend[0] = peers.accept(listener);
            return backend[0] >= 0;
        });
        take(backend[0], request, 0, request.capacity());
        final Pair pair = new Pair(client, backend[0]);
        send(pair.backend(), pair.client(), direct(Bytes.ANSWER));
        return pair;
    }

    /** End a WebSocket as RFC 6455 section 7 has it: Close, Close, and the backend's FIN first. */
    void end(Pair pair) {
        send(pair.client(), pair.backend(), direct(Bytes.clientClose()));
        send(pair.backend(), pair.client(), direct(Bytes.backendClose()));
        final long active = count(LoopCounter.CONNECTIONS_ACTIVE);
        peers.close(pair.backend());
        cycle();
        await(() -> peers.read(pair.client(), arrived, 0, 1) == Transport.END_OF_STREAM);
        peers.close(pair.client());
        until(() -> count(LoopCounter.CONNECTIONS_ACTIVE) < active);
    }

    /** Send bytes from one peer to the other. */
    void send(int from, int to, UnsafeBuffer bytes) {
        send(from, to, bytes, bytes.capacity());
    }

    /**
     * Send bytes from one peer to the other, some at a time.
     *
     * @param pieceLength few enough for each socket on the way to take them at once.
     */
    void send(int from, int to, UnsafeBuffer bytes, int pieceLength) {
        for (int offset = 0; offset < bytes.capacity(); offset += pieceLength) {
            final int length = Math.min(pieceLength, bytes.capacity() - offset);
            passOn(from, bytes, offset, length);
            take(to, bytes, offset, length);
        }
    }

    private void passOn(int from, UnsafeBuffer bytes, int offset, int length) {
        final LongSupplier written =
                () -> count(LoopCounter.CLIENT_BYTES_WRITTEN) + count(LoopCounter.BACKEND_BYTES_WRITTEN);
        final long end = written.getAsLong() + length;
        if (peers.write(from, bytes, offset, length) < length) {
            throw new IllegalStateException("a socket took less than " + length + " bytes");
        }
        until(() -> written.getAsLong() >= end);
    }

    private void take(int to, DirectBuffer bytes, int offset, int length) {
        final int[] taken = {0};
        await(() -> {
            final int count = peers.read(to, arrived, 0, length - taken[0]);
            if (count < 0) {
                throw new IllegalStateException("a connection ended after " + taken[0] + " bytes: " + count);
            }
            for (int i = 0; i < count; i++) {
                if (arrived.getByte(i) != bytes.getByte(offset + taken[0] + i)) {
                    throw new IllegalStateException("byte " + (taken[0] + i) + " is not what was sent");
                }
            }
            taken[0] += count;
            return taken[0] == length;
        });
    }

    /** Cycles until one has found something to do. */
    private void cycle() {
        final long startNs = System.nanoTime();
        int workCount = 0;
        while (workCount == 0) {
            requirePatience(startNs);
            Tally.resume();
            workCount = balancer.doWork(WAIT_NS);
            Tally.pause();
        }
    }

    private void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            cycle();
        }
    }

    /** Until the kernel has brought something about; the balancer has done its part. */
    private static void await(BooleanSupplier condition) {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            requirePatience(startNs);
            Thread.onSpinWait();
        }
    }

    private static void requirePatience(long startNs) {
        if (System.nanoTime() - startNs > PATIENCE_NS) {
            throw new IllegalStateException("nothing moves any more");
        }
    }

    private long count(LoopCounter counter) {
        return balancer.status().count(counter);
    }

    @Override
    public void close() {
        balancer.close();
        peers.close();
    }

    /** Bytes where system calls can reach them. */
    static UnsafeBuffer direct(byte[] bytes) {
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length));
        buffer.putBytes(0, bytes);
        return buffer;
    }

    private static InetSocketAddress address(int a, int b, int c, int d) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d}), 0);
        } catch (final UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
