package io.fairlead.bench.micro;

import io.fairlead.bench.hash.IpHashSelector;
import io.fairlead.bench.hash.KetamaSelector;
import io.fairlead.bench.hash.MaglevSelector;
import io.fairlead.bench.hash.Member;
import io.fairlead.bench.hash.RendezvousSelector;
import io.fairlead.bench.hash.Selector;
import io.fairlead.bench.hash.SourceConsistentSelector;
import io.fairlead.bench.hash.SourceMapSelector;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Choosing a backend for a client without a pin: rendezvous hashing beside what other balancers do. Clients come in no order.
 *
 * <p>Measured is the choice alone, once per connection. Not measured: building a ring or table anew when a backend comes or
 * goes, which rendezvous hashing has no need of, and what that moves, which {@code DistributionTest} counts.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"})
public class RendezvousBenchmark {
    private static final int CLIENT_COUNT = 1 << 12;
    private static final int WEIGHT_LIMIT = 5;

    /** Which choice; see {@link io.fairlead.bench.hash}. */
    @Param({"rendezvous", "ketama", "maglev", "ip_hash", "source-map", "source-consistent"})
    public String selector;

    /** How many backends. */
    @Param({"3", "10", "100", "1000"})
    public int backends;

    /** Whether their weights are 1 to 5 instead of 1. */
    @Param({"false", "true"})
    public boolean weighted;

    private final int[] clients = new int[CLIENT_COUNT];
    private final int[] chosen = new int[CLIENT_COUNT];
    private Selector selected;
    private int next;

    /** Build what is asked, and note what it chooses. */
    @Setup
    public void build() {
        final int[] weights = new int[backends];
        for (int i = 0; i < backends; i++) {
            weights[i] = weighted ? 1 + i % WEIGHT_LIMIT : 1;
        }
        selected = selector(Member.fleet(weights));
        // A second one, built from the same, is what the first is checked against.
        final Selector reference = selector(Member.fleet(weights));
        final Random random = new Random(backends);
        for (int i = 0; i < CLIENT_COUNT; i++) {
            clients[i] = random.nextInt();
            chosen[i] = reference.select(clients[i]);
        }
    }

    /** One client. */
    @Benchmark
    public int select() {
        final int i = next++ & (CLIENT_COUNT - 1);
        final int number = selected.select(clients[i]);
        if (number != chosen[i]) {
            throw new IllegalStateException("another choice for the same client");
        }
        return number;
    }

    private Selector selector(List<Member> members) {
        return switch (selector) {
            case "rendezvous" -> new RendezvousSelector(members);
            case "ketama" -> new KetamaSelector(members);
            case "maglev" -> new MaglevSelector(members);
            case "ip_hash" -> new IpHashSelector(members);
            case "source-map" -> new SourceMapSelector(members);
            case "source-consistent" -> new SourceConsistentSelector(members);
            default -> throw new IllegalArgumentException("no selector is called '" + selector + "'");
        };
    }
}
