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
 * End-to-end forwarding: echoes a second through a running balancer, a closed loop on every WebSocket. One operation is one
 * message there and back, and every byte of every echo is compared.
 *
 * <p>As many connections are opened as {@code size} says, as far as the descriptors of a process allow; {@code
 * connectionsShort} tells how many are lacking. What is allocated (with {@code -prof gc}) is that of clients, balancer and backend together, unless they are
 * so many that balancer and backend run as processes of their own: then it is the clients' alone.
 *
 * <p>Larger messages on many connections than {@value EchoFleet#UNDER_WAY_LIMIT} bytes in all are not asked for: they would
 * measure this machine's memory.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--add-exports",
            "java.base/jdk.internal.misc=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:AutoBoxCacheMax=65536",
            "-XX:MaxDirectMemorySize=2g"
        })
public class ForwardingThroughputBenchmark {
    private static final int MESSAGES_PER_INVOCATION = 100;

    /** WebSockets with a message under way on each. */
    @State(Scope.Thread)
    public static class Fleet {
        /** Bytes of a message, and WebSockets. */
        @Param({
            "16x1",
            "16x100",
            "64x1",
            "64x100",
            "64x1000",
            "64x10000",
            "1024x100",
            "1024x10000",
            "16384x100",
            "131072x20",
            "131072x100",
            "1048576x1",
            "1048576x20"
        })
        public String size;

        /** The balancer's transport; any name of {@link TransportKind}. */
        @Param("AUTO")
        public TransportKind balancer;

        private EchoFleet fleet;

        /** Connect. */
        @Setup
        public void open() throws IOException {
            fleet = EchoFleet.open(size, balancer);
        }

        /** Send the first messages. */
        @Setup(Level.Iteration)
        public void start() {
            fleet.start();
        }

        /** Every message has to have its echo; one that has none fails the run. */
        @TearDown(Level.Iteration)
        public void rest() throws IOException {
            fleet.rest();
        }

        /** Disconnect. */
        @TearDown
        public void close() throws IOException {
            fleet.close();
        }
    }

    /** What the time alone does not tell. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Counts {
        /** Payload bytes that came back. */
        public long payloadBytes;

        /** Begin anew: each iteration counts its own. */
        @Setup(Level.Iteration)
        public void reset() {
            payloadBytes = 0;
        }
    }

    /** Whether the figure is of what was asked for. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Shortfall {
        /** Connections less than {@code size} says, in each iteration; JMH adds them up. */
        public long connectionsShort;
    }

    /** A hundred echoes, on whichever WebSockets they come. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES_PER_INVOCATION)
    public long roundTrips(Fleet fleet, Counts counts, Shortfall shortfall) throws IOException {
        final long length = fleet.fleet.roundTrips(MESSAGES_PER_INVOCATION);
        counts.payloadBytes += length;
        shortfall.connectionsShort = fleet.fleet.shortCount();
        return length;
    }
}
