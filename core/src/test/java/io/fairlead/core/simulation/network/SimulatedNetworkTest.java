package io.fairlead.core.simulation.network;

import static io.fairlead.core.transport.Transport.CONNECT_DONE;
import static io.fairlead.core.transport.Transport.READABLE;
import static io.fairlead.core.transport.Transport.WRITABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a seed decides everything, and what the clock may do. */
class SimulatedNetworkTest extends NetworkHarness {
    private static final int STEP_COUNT = 2_000;

    // Seeds

    @Test
    void shouldDoTheSameWhenSeedAndCallsAreTheSame() {
        final Set<List<String>> traces = new HashSet<>();
        final int seedCount = 20;
        for (long seed = 0; seed < seedCount; seed++) {
            final List<String> trace = trace(seed, 0, 1);
            assertEquals(trace, trace(seed, 0, 1), "seed " + seed);
            traces.add(trace);
        }
        assertEquals(seedCount, traces.size());
    }

    @Test
    void shouldDoTheSameWhereverTheClockStarts() {
        for (long seed = 0; seed < 5; seed++) {
            final List<String> trace = trace(seed, 0, seed);
            assertEquals(trace, trace(seed, Long.MAX_VALUE - 3 * MS, seed));
            assertEquals(trace, trace(seed, Long.MIN_VALUE, seed));
            assertEquals(trace, trace(seed, -5, seed));
        }
    }

    /** What calls say, and when, relative to the start. The calls are decided by themselves. */
    private static List<String> trace(long seed, long startNs, long conditionsSeed) {
        final SplittableRandom calls = new SplittableRandom(42);
        final NetworkConditions conditions = NetworkConditions.random(new SplittableRandom(conditionsSeed));
        conditions.delayMaxNs = conditions.delayMinNs + MS;
        return new Tracer(new SimulatedNetwork(seed, conditions, startNs), startNs, calls).run();
    }

    private static final class Tracer extends NetworkHarness {
        private final List<String> trace = new ArrayList<>();
        private final List<Integer> clients = new ArrayList<>();
        private final List<Integer> servers = new ArrayList<>();
        private final SplittableRandom calls;
        private final long startNs;

        Tracer(SimulatedNetwork network, long startNs, SplittableRandom calls) {
            this.network = network;
            this.startNs = startNs;
            this.calls = calls;
            left = network.open();
            right = network.open();
            listener = listen(SERVICE, BACKLOG_LENGTH);
        }

        List<String> run() {
            right.register(listener, -1, READABLE);
            for (int step = 0; step < STEP_COUNT; step++) {
                step();
            }
            return trace;
        }

        private void step() {
            switch (calls.nextInt(8)) {
                case 0 -> connect(calls.nextInt(4) == 0 ? new InetSocketAddress(SERVICE.getAddress(), 81) : SERVICE);
                case 1 -> accept();
                case 2 -> end(left, clients);
                case 3 -> end(right, servers);
                case 4 -> transfer(left, clients);
                case 5 -> transfer(right, servers);
                case 6 -> poll(left);
                default -> poll(right);
            }
        }

        private void say(String what, long result) {
            trace.add(what + " " + result + " at " + (network.nowNs() - startNs));
        }

        private void connect(InetSocketAddress address) {
            final int socket = left.connect(address, null);
            say("connect", socket);
            if (socket >= 0) {
                clients.add(socket);
                say("register", left.register(socket, socket, READABLE | WRITABLE));
            }
        }

        private void accept() {
            final int socket = right.accept(listener);
            say("accept", socket);
            if (socket >= 0) {
                servers.add(socket);
                say("register", right.register(socket, socket, READABLE));
            }
        }

        private void end(SimulatedTransport transport, List<Integer> sockets) {
            // Seldom enough for some to live long.
            if (!sockets.isEmpty() && calls.nextInt(6) == 0) {
                final int socket = sockets.remove(calls.nextInt(sockets.size()));
                switch (calls.nextInt(3)) {
                    case 0 -> transport.close(socket);
                    case 1 -> transport.reset(socket);
                    default -> transport.vanish(socket);
                }
            }
        }

        private void transfer(SimulatedTransport transport, List<Integer> sockets) {
            if (!sockets.isEmpty()) {
                final int socket = sockets.get(calls.nextInt(sockets.size()));
                if (transport.finishConnect(socket) == CONNECT_DONE) {
                    say("write", write(transport, socket, 1 + calls.nextInt(300)));
                    say("read", read(transport, socket, 1 + calls.nextInt(300)));
                }
            }
        }

        private void poll(SimulatedTransport transport) {
            transport.poll(calls.nextInt(2) * MS, (token, readiness) -> say("ready " + readiness, token));
            network.advanceTo(network.nowNs() + calls.nextInt(100_000));
            say("open", transport.openSockets());
            say("events", network.eventCount());
        }
    }

    // Time

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MAX_VALUE - 100_000, Long.MIN_VALUE, Long.MIN_VALUE + 1})
    void shouldCarryBytesWhereverTheClockStarts(long startNs) {
        open(SEED, startNs);
        assertEquals(startNs, network.nowNs());
        assertEquals(startNs, network.clock().nanoTime());
        connect();
        write(left, client, 5);
        right.register(server, 1, READABLE);

        assertEquals(1, right.poll(SECOND, IGNORE));

        assertEquals(5, read(right, server, 9));
        final long elapsedNs = network.nowNs() - startNs;
        assertTrue(elapsedNs > 0 && elapsedNs < 10 * MS, elapsedNs + " ns");
        assertEquals(0, right.poll(Long.MAX_VALUE, IGNORE));
        assertEquals(elapsedNs + Long.MAX_VALUE, network.nowNs() - startNs);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 60_000 * MS, Long.MAX_VALUE})
    void shouldLetNothingHappenDuringAJumpAndAllOfItAfter(long timeoutNs) {
        openAndConnect();
        right.register(server, 1, READABLE);
        write(left, client, 5);
        final long eventCount = network.eventCount();

        network.jump(3_600 * SECOND);
        assertEquals(eventCount, network.eventCount());
        assertEquals(0, right.poll(0, IGNORE));
        final long jumpedNs = network.nowNs();

        assertEquals(1, right.poll(timeoutNs, IGNORE));
        assertEquals(jumpedNs, network.nowNs(), "what is late takes no time");
        assertEquals(5, read(right, server, 9));
    }

    @Test
    void shouldNotBeBusyWhenNothingIsOnItsWay() {
        openAndConnect();
        assertEquals(false, network.isBusy());
        write(left, client, 5);
        assertTrue(network.isBusy());
        assertNotEquals(network.nowNs(), network.nextEventNs());

        network.advanceTo(network.nextEventNs() - 1);
        assertTrue(network.isBusy());
        network.advanceTo(network.nextEventNs());
        assertEquals(false, network.isBusy());
        assertEquals(5, read(right, server, 9));
    }
}
