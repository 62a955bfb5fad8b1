package io.fairlead.bench.micro;

import io.fairlead.core.table.PinTable;
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

/** The pin table, full: finding a client that has a pin, and one that has none. Keys in no order, so caches miss. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"})
public class PinTableBenchmark {
    private static final long IPV4_PREFIX = 0xffff_0000_0000L;
    private static final int STEP = 0x9E37_79B1;
    private static final int BACKENDS = 7;

    /** Pins held. */
    @Param({"10000", "1000000"})
    public int pins;

    private PinTable table;
    private int next;

    /** Pin clients. */
    @Setup
    public void fill() {
        table = new PinTable(pins, 0x5EED);
        for (int i = 0; i < pins; i++) {
            table.insert(0, 0, key(i), backendOf(i));
        }
    }

    /** A client that has a pin. */
    @Benchmark
    public int find() {
        final int i = next();
        final int pin = table.find(0, 0, key(i));
        if (table.backendId(pin) != backendOf(i)) {
            throw new IllegalStateException("another client's pin");
        }
        return pin;
    }

    /** A client that has none. */
    @Benchmark
    public int miss() {
        final int pin = table.find(1, 0, key(next()));
        if (pin != PinTable.NULL_PIN) {
            throw new IllegalStateException("a pin of nobody");
        }
        return pin;
    }

    /** Any order that visits all and is no sequence in memory. */
    private int next() {
        next += STEP;
        return (int) ((Integer.toUnsignedLong(next) * pins) >>> Integer.SIZE);
    }

    private static long key(int i) {
        return IPV4_PREFIX | Integer.toUnsignedLong(i * STEP);
    }

    private static int backendOf(int i) {
        return i % BACKENDS;
    }
}
