package io.fairlead.bench.micro;

import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Phase;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Int2ObjectHashMap;
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
 * From a slot to what is known of its connection, when that stands in the table, and when it is an object found in a map:
 * {@link HashMap} as most programs would, and Agrona's {@link Int2ObjectHashMap}, which boxes no key. All connections are
 * there; they are met in random order, so that caches miss.
 *
 * <p>A look-up reads the state, a socket and the backend and counts bytes: what forwarding touches. A replacement ends a
 * connection and begins another. Not measured: what the garbage collector pays for a million objects that live (its pauses
 * grow with them; the table is out of its sight), nor the socket itself.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"})
public class ConnectionTableBenchmark {
    private static final int PIECE_LENGTH = 64;
    private static final int CLIENT = 0;

    /** Connections held. */
    @Param({"10000", "100000", "1000000"})
    public int connections;

    /** The table. */
    @State(Scope.Thread)
    public static class Table {
        private ConnectionTable table;
        private RandomOrder order;

        /** Fill it. */
        @Setup
        public void fill(ConnectionTableBenchmark benchmark) {
            table = new ConnectionTable(benchmark.connections);
            order = new RandomOrder(benchmark.connections);
            for (int i = 0; i < benchmark.connections; i++) {
                begin();
            }
        }

        private int begin() {
            final int slot = table.allocate(Phase.FORWARDING);
            if (slot == ConnectionTable.NULL_SLOT) {
                throw new IllegalStateException("no slot is free");
            }
            table.socket(slot, CLIENT, slot);
            table.backendId(slot, slot ^ 1);
            return slot;
        }

        private long touch(int slot) {
            table.addBytesRead(slot, CLIENT, PIECE_LENGTH);
            check(slot, table.phase(slot), table.socket(slot, CLIENT), table.backendId(slot));
            return table.bytesRead(slot, CLIENT);
        }
    }

    /** java.util's map. */
    @State(Scope.Thread)
    public static class Boxed {
        private Map<Integer, ConnectionObject> map;
        private RandomOrder order;

        /** Fill it. */
        @Setup
        public void fill(ConnectionTableBenchmark benchmark) {
            map = new HashMap<>(2 * benchmark.connections);
            order = new RandomOrder(benchmark.connections);
            for (int slot = 0; slot < benchmark.connections; slot++) {
                map.put(slot, new ConnectionObject(slot));
            }
        }
    }

    /** Agrona's map. */
    @State(Scope.Thread)
    public static class Primitive {
        private Int2ObjectHashMap<ConnectionObject> map;
        private RandomOrder order;

        /** Fill it. */
        @Setup
        public void fill(ConnectionTableBenchmark benchmark) {
            map = new Int2ObjectHashMap<>(2 * benchmark.connections, 0.55f);
            order = new RandomOrder(benchmark.connections);
            for (int slot = 0; slot < benchmark.connections; slot++) {
                map.put(slot, new ConnectionObject(slot));
            }
        }
    }

    /** Look one up in the table. */
    @Benchmark
    public long lookUpTable(Table state) {
        return state.touch(state.order.next());
    }

    /** Look one up in java.util's map. */
    @Benchmark
    public long lookUpHashMap(Boxed state) {
        final int slot = state.order.next();
        return state.map.get(slot).touch(slot);
    }

    /** Look one up in Agrona's map. */
    @Benchmark
    public long lookUpInt2ObjectHashMap(Primitive state) {
        final int slot = state.order.next();
        return state.map.get(slot).touch(slot);
    }

    /** End one in the table and begin another, which gets its slot. */
    @Benchmark
    public int replaceTable(Table state) {
        final int slot = state.order.next();
        final int generation = state.table.generation(slot);
        state.table.free(slot);
        state.table.recycle();
        final int begun = state.begin();
        if (begun != slot || state.table.generation(begun) != generation + 1) {
            throw new IllegalStateException("slot " + begun + " instead of " + slot);
        }
        return begun;
    }

    /** End one in java.util's map and begin another. */
    @Benchmark
    public int replaceHashMap(Boxed state) {
        final int slot = state.order.next();
        final ConnectionObject ended = state.map.remove(slot);
        if (ended == null || state.map.put(slot, new ConnectionObject(slot)) != null) {
            throw new IllegalStateException("slot " + slot + " was not there once");
        }
        return slot;
    }

    /** End one in Agrona's map and begin another. */
    @Benchmark
    public int replaceInt2ObjectHashMap(Primitive state) {
        final int slot = state.order.next();
        final ConnectionObject ended = state.map.remove(slot);
        if (ended == null || state.map.put(slot, new ConnectionObject(slot)) != null) {
            throw new IllegalStateException("slot " + slot + " was not there once");
        }
        return slot;
    }

    private static void check(int slot, int phase, int socket, int backendId) {
        if (phase != Phase.FORWARDING || socket != slot || backendId != (slot ^ 1)) {
            throw new IllegalStateException("another connection than " + slot);
        }
    }

    /** A connection as an object, with as many fields as a look-up reads. */
    private static final class ConnectionObject {
        private final int phase = Phase.FORWARDING;
        private final int socket;
        private final int backendId;
        private long bytesRead;

        ConnectionObject(int slot) {
            socket = slot;
            backendId = slot ^ 1;
        }

        long touch(int slot) {
            bytesRead += PIECE_LENGTH;
            check(slot, phase, socket, backendId);
            return bytesRead;
        }
    }
}
