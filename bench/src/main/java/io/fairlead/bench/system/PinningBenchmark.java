package io.fairlead.bench.system;

import io.fairlead.core.TransportKind;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Pinning correctness: 400 clients with an address each reconnect again and again, while one after the other of five backends
 * fails, with connections on it, and returns. After every reconnect each client asks its backend for its name.
 *
 * <p>One operation is one reconnect: abort, connect, upgrade, ask, answer. Two counters stand beside its time:
 *
 * <ul>
 *   <li>{@code mispinned}: clients whose backend names itself otherwise than {@link ExpectedBackends} says. Has to be 0.
 *   <li>{@code moved}: clients whose backend is another one than before. Has to be the number of those that were on a
 *       backend when it failed ({@code orphaned}): nobody else moves, and nobody moves when it returns.
 * </ul>
 *
 * <p>Any difference, a client that is cut though its backend lives, or one that does not come back throws, and the run fails.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--add-exports",
            "java.base/jdk.internal.misc=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:AutoBoxCacheMax=65536"
        })
public class PinningBenchmark {
    private static final int CLIENT_COUNT = 400;
    private static final int BACKEND_COUNT = 5;

    /** A fleet, at some point of its rounds of failures. */
    @State(Scope.Thread)
    public static class Pinned {
        /** The balancer's transport; any name of {@link TransportKind}. */
        @Param("AUTO")
        public TransportKind balancer;

        private PinnedFleet fleet;

        /** Connect all for the first time. */
        @Setup
        public void open() throws IOException {
            fleet = new PinnedFleet(CLIENT_COUNT, BACKEND_COUNT, true, balancer);
        }

        /** Disconnect. */
        @TearDown
        public void close() {
            fleet.close();
        }
    }

    /** Counted over all measured iterations. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Counts {
        /** Clients on another backend than they have to be. */
        public long mispinned;

        /** Clients on another backend than before. */
        public long moved;

        /** Clients whose backend failed. */
        public long orphaned;

        /** Reconnects. */
        public long reconnects;

        /** Begin anew: each iteration counts its own. */
        @Setup(Level.Iteration)
        public void reset() {
            mispinned = 0;
            moved = 0;
            orphaned = 0;
            reconnects = 0;
        }
    }

    /** All clients once: the next failure or return, if it is time for one, then a reconnect of each. */
    @Benchmark
    @OperationsPerInvocation(CLIENT_COUNT)
    public long reconnect(Pinned pinned, Counts counts) throws IOException {
        final PinnedFleet fleet = pinned.fleet;
        final int orphaned = fleet.nextEvent();
        fleet.reconnectAll();
        counts.orphaned += orphaned;
        counts.moved += fleet.movedCount();
        counts.mispinned += fleet.mispinnedCount();
        counts.reconnects += CLIENT_COUNT;
        fleet.verify(orphaned);
        return fleet.checksum();
    }
}
