package io.fairlead.bench.gate.workload;

import io.fairlead.bench.gate.Bytes;
import io.fairlead.bench.gate.Tally;
import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import io.fairlead.core.simulation.network.NetworkConditions;
import io.fairlead.core.simulation.network.SimulatedNetwork;
import io.fairlead.core.simulation.network.SimulatedTransport;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A balancer between clients and backends, on a network in which everything takes the same time. Every cycle of the balancer is
 * counted; the peers are not.
 *
 * <p><b>Owned by the thread that drives it.</b>
 */
final class SimulatedFleet implements AutoCloseable {
    /** Bytes of a socket's buffers that hold a head, for fleets that send nothing else. */
    static final int SMALL_BUFFER_LENGTH = 1024;

    private static final InetSocketAddress FRONT = new InetSocketAddress(address(10, 0, 0, 1), 80);
    private static final int BACKEND_PORT = 8765;
    private static final long DELAY_NS = 20_000;
    private static final long WAIT_NS = 1_000_000;
    private static final int SLAB_LIMIT = 64;
    private static final int CYCLE_LIMIT = 100_000;

    private final NetworkConditions conditions = new NetworkConditions();
    private final SimulatedNetwork network = new SimulatedNetwork(1, conditions, 0);
    private final SimulatedTransport peers = network.open();
    private final SeamTally seam = new SeamTally(network.open());
    private final List<Integer> listeners = new ArrayList<>();
    private final Balancer balancer;

    /** A WebSocket: the client's socket and the backend's. */
    record Pair(int client, int backend) {}

    /**
     * A fleet without clients.
     *
     * @param backendCount backends of equal weight.
     * @param connectionLimit slots of the balancer's table.
     * @param pinLimit pins that it can hold.
     * @param bufferLength of each socket, in each direction.
     */
    SimulatedFleet(int backendCount, int connectionLimit, int pinLimit, int bufferLength) throws IOException {
        conditions.delayMinNs = DELAY_NS;
        conditions.delayMaxNs = DELAY_NS;
        conditions.bufferMinLength = bufferLength;
        conditions.bufferMaxLength = bufferLength;
        final BalancerContext context = new BalancerContext()
                .transport(seam)
                .clock(network.clock())
                .listen(FRONT)
                .connectionLimit(connectionLimit)
                .pinLimit(pinLimit)
                .slabLimit(SLAB_LIMIT)
                .peekSlabLimit(SLAB_LIMIT);
        for (int i = 0; i < backendCount; i++) {
            final InetSocketAddress address =
                    new InetSocketAddress(address(10, 0, 1 + i / 250, 1 + i % 250), BACKEND_PORT);
            listeners.add(peers.listen(address, SLAB_LIMIT));
            context.backend("b" + i, address, 1);
        }
        Tally.resume();
        balancer = Balancer.embed(context);
        Tally.pause();
    }

    SimulatedTransport peers() {
        return peers;
    }

    /** One cycle, which waits as long as told for something to arrive. */
    void cycle(long timeoutNs) {
        Tally.resume();
        balancer.doWork(timeoutNs);
        Tally.pause();
    }

    /** Cycles until something is so. */
    void until(BooleanSupplier condition) {
        for (int i = 0; i < CYCLE_LIMIT; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            cycle(WAIT_NS);
        }
        throw new IllegalStateException("nothing moves any more");
    }

    /** Until all flows are through. */
    void run(List<Flow> flows) {
        until(() -> {
            boolean isThrough = true;
            for (final Flow flow : flows) {
                isThrough &= flow.advance();
            }
            return isThrough;
        });
    }

    /**
     * Open a WebSocket.
     *
     * @param clientNumber decides the client's address.
     * @return both its ends, behind the handshake.
     */
    Pair open(int clientNumber) {
        final InetSocketAddress source = new InetSocketAddress(
                address(11 + (clientNumber >>> 24), clientNumber >>> 16, clientNumber >>> 8, clientNumber), 0);
        final int client = peers.connect(FRONT, source);
        until(() -> peers.finishConnect(client) == Transport.CONNECT_DONE);
        final int[] accepted = {Transport.NONE_PENDING};
        // The request is on its way before a backend is there to take it.
        final Flow request = new Flow(peers, Bytes.REQUEST, Bytes.REQUEST.length).from(client);
        request.send();
        until(() -> {
            accepted[0] = accept();
            return accepted[0] >= 0;
        });
        final Pair pair = new Pair(client, accepted[0]);
        run(List.of(request.to(pair.backend())));
        send(pair.backend(), client, Bytes.ANSWER);
        return pair;
    }

    private int accept() {
        for (final int listener : listeners) {
            final int socket = peers.accept(listener);
            if (socket >= 0) {
                return socket;
            }
        }
        return Transport.NONE_PENDING;
    }

    /** Open so many WebSockets of as many clients. */
    List<Pair> open(int firstClient, int count) {
        final List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pairs.add(open(firstClient + i));
        }
        return pairs;
    }

    /** End a WebSocket as RFC 6455 section 7 has it: Close, Close, and the backend's FIN first. */
    void end(Pair pair) {
        send(pair.client(), pair.backend(), Bytes.clientClose());
        send(pair.backend(), pair.client(), Bytes.backendClose());
        final long active = activeCount();
        peers.close(pair.backend());
        cycle(WAIT_NS);
        peers.close(pair.client());
        until(() -> activeCount() == active - 1);
    }

    private void send(int from, int to, byte[] bytes) {
        run(List.of(new Flow(peers, bytes, bytes.length).from(from).to(to)));
    }

    long activeCount() {
        return count(LoopCounter.CONNECTIONS_ACTIVE);
    }

    long count(LoopCounter counter) {
        return balancer.status().count(counter);
    }

    /** Count from here. */
    void begin() {
        seam.reset();
        Tally.reset();
    }

    long seamCount(SeamCall call) {
        return seam.count(call);
    }

    @Override
    public void close() {
        balancer.close();
        peers.close();
    }

    private static InetAddress address(int a, int b, int c, int d) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
        } catch (final UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
