package io.fairlead.bench.micro;

import io.fairlead.core.table.PinTable;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2LongHashMap;
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
 * The pin table, full: finding a client that has a pin, one that has none, and binding a new one, for which the oldest idle
 * pin is evicted. Beside it {@link HashMap} and Agrona's {@link Long2LongHashMap}, which know no idle time and evict nothing:
 * with them another client is removed by its key, which is told to them. Keys come in no order, so that caches miss.
 *
 * <p>Not measured: expiry by time, and what objects that live cost the garbage collector.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"})
public class PinTableBenchmark {
    private static final long IPV4_PREFIX = 0xffff_0000_0000L;
    private static final int STEP = 0x9E37_79B1;
    private static final int BACKENDS = 7;
    private static final long MISSING = -1;

    /** Pins held. */
    @Param({"10000", "100000", "1000000"})
    public int pins;

    private int next;

    /** The pin table. */
    @State(Scope.Thread)
    public static class Pins {
        private PinTable table;
        private int newest;
        private long nowNs;

        /** Pin clients; none is connected. */
        @Setup
        public void fill(PinTableBenchmark benchmark) {
            table = new PinTable(benchmark.pins, 0x5EED);
            newest = 0;
            while (newest < benchmark.pins) {
                insert();
            }
        }

        private int insert() {
            final int pin = table.insert(0, 0, key(newest), backendOf(newest));
            table.release(pin, nowNs++);
            newest++;
            return pin;
        }
    }

    /** java.util's map. */
    @State(Scope.Thread)
    public static class Boxed {
        private Map<Long, Integer> map;
        private int newest;

        /** Pin clients. */
        @Setup
        public void fill(PinTableBenchmark benchmark) {
            map = new HashMap<>(2 * benchmark.pins);
            for (newest = 0; newest < benchmark.pins; newest++) {
                map.put(key(newest), backendOf(newest));
            }
        }
    }

    /** Agrona's map. */
    @State(Scope.Thread)
    public static class Primitive {
        private Long2LongHashMap map;
        private int newest;

        /** Pin clients. */
        @Setup
        public void fill(PinTableBenchmark benchmark) {
            map = new Long2LongHashMap(2 * benchmark.pins, 0.55f, MISSING);
            for (newest = 0; newest < benchmark.pins; newest++) {
                map.put(key(newest), backendOf(newest));
            }
        }
    }

    /** A client that has a pin. */
    @Benchmark
    public int find(Pins state) {
        final int i = next(state.newest);
        final int pin = state.table.find(0, 0, key(i));
        return checked(i, state.table.backendId(pin));
    }

    /** The same with java.util's map. */
    @Benchmark
    public int findHashMap(Boxed state) {
        final int i = next(state.newest);
        return checked(i, state.map.get(key(i)));
    }

    /** The same with Agrona's map. */
    @Benchmark
    public int findLong2LongHashMap(Primitive state) {
        final int i = next(state.newest);
        return checked(i, (int) state.map.get(key(i)));
    }

    /** A client that has none. */
    @Benchmark
    public int miss(Pins state) {
        final int pin = state.table.find(1, 0, key(next(state.newest)));
        if (pin != PinTable.NULL_PIN) {
            throw new IllegalStateException("a pin of nobody");
        }
        return pin;
    }

    /** The same with java.util's map. */
    @Benchmark
    public boolean missHashMap(Boxed state) {
        if (state.map.containsKey(~key(next(state.newest)))) {
            throw new IllegalStateException("a pin of nobody");
        }
        return true;
    }

    /** The same with Agrona's map. */
    @Benchmark
    public boolean missLong2LongHashMap(Primitive state) {
        if (state.map.get(~key(next(state.newest))) != MISSING) {
            throw new IllegalStateException("a pin of nobody");
        }
        return true;
    }

    /** Bind a new client, for which the oldest is evicted, and let it go idle. */
    @Benchmark
    public int evict(Pins state) {
        final int pin = state.insert();
        if (state.table.heldCount() != pins || state.table.find(0, 0, key(state.newest - 1)) != pin) {
            throw new IllegalStateException("not in the table: " + pin);
        }
        return pin;
    }

    /** Bind a new client to java.util's map and remove the oldest by its key. */
    @Benchmark
    public int evictHashMap(Boxed state) {
        final Integer evicted = state.map.remove(key(state.newest - pins));
        state.map.put(key(state.newest), backendOf(state.newest));
        state.newest++;
        return checked(state.newest - 1 - pins, evicted);
    }

    /** Bind a new client to Agrona's map and remove the oldest by its key. */
    @Benchmark
    public int evictLong2LongHashMap(Primitive state) {
        final int evicted = (int) state.map.remove(key(state.newest - pins));
        state.map.put(key(state.newest), backendOf(state.newest));
        state.newest++;
        return checked(state.newest - 1 - pins, evicted);
    }

    private static int checked(int i, int backend) {
        if (backend != backendOf(i)) {
            throw new IllegalStateException("another client's pin");
        }
        return backend;
    }

    /** One of those held, in any order that visits all and is no sequence in memory. */
    private int next(int newest) {
        next += STEP;
        return newest - 1 - (int) ((Integer.toUnsignedLong(next) * pins) >>> Integer.SIZE);
    }

    private static long key(int i) {
        return IPV4_PREFIX | Integer.toUnsignedLong(i * STEP);
    }

    private static int backendOf(int i) {
        return Math.floorMod(i, BACKENDS);
    }
}
