package io.fairlead.bench.micro;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
 * A message there and back through a balancer that is driven by {@code doWork()}. The time is the client's, the balancer's and
 * the backend's together, and that of what the bytes travel over: on {@code nio} the system calls and the kernel's loopback,
 * on {@code simulated} the network in memory, which leaves the engine itself and does the same in every run.
 * The peers are on java.nio in either case, so that {@code epoll} differs from {@code nio} by the balancer alone; where there
 * is no epoll, a run leaves it out and says so. Compare a value
 * with the same one of another build or with other parameters; what the rigs in {@code fairlead-bench compare} measure is the balancer as
 * a process. Not measured: connecting, waiting in the selector, other threads.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--add-exports",
            "java.base/jdk.internal.misc=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:AutoBoxCacheMax=65536"
        })
public class ForwardingBenchmark {
    private static final int SMALL_LENGTH = 64;
    private static final int SMALL_CONNECTIONS = 100;
    private static final int LARGE_LENGTH = 128 * 1024;
    private static final int LARGE_CONNECTIONS = 20;

    /** A hundred WebSockets for small messages. */
    @State(Scope.Thread)
    public static class Small {
        /** What the bytes travel over. */
        @Param({FleetNetwork.SIMULATED, FleetNetwork.NIO, FleetNetwork.EPOLL})
        public String transport;

        /** Whether frames are followed. */
        @Param({"true", "false"})
        public boolean frameTracking;

        private Fleet fleet;

        /** Connect. */
        @Setup
        public void open() throws IOException {
            fleet = new Fleet(transport, SMALL_CONNECTIONS, SMALL_LENGTH, frameTracking);
        }

        /** Disconnect. */
        @TearDown
        public void close() {
            fleet.close();
        }
    }

    /** Twenty WebSockets for large messages. */
    @State(Scope.Thread)
    public static class Large {
        /** What the bytes travel over. */
        @Param({FleetNetwork.SIMULATED, FleetNetwork.NIO, FleetNetwork.EPOLL})
        public String transport;

        /** Whether frames are followed. */
        @Param({"true", "false"})
        public boolean frameTracking;

        private Fleet fleet;

        /** Connect. */
        @Setup
        public void open() throws IOException {
            fleet = new Fleet(transport, LARGE_CONNECTIONS, LARGE_LENGTH, frameTracking);
        }

        /** Disconnect. */
        @TearDown
        public void close() {
            fleet.close();
        }
    }

    /** 64 bytes on each of 100 WebSockets. */
    @Benchmark
    @OperationsPerInvocation(SMALL_CONNECTIONS)
    public long small(Small small) throws IOException {
        return small.fleet.roundTrips();
    }

    /** 128 KiB on each of 20 WebSockets. */
    @Benchmark
    @OperationsPerInvocation(LARGE_CONNECTIONS)
    public long large(Large large) throws IOException {
        return large.fleet.roundTrips();
    }
}
