package io.fairlead.bench.micro;

import io.fairlead.core.table.SlabPool;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
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
 * Taking memory for bytes that could not be written, and giving it back: from the pool of slabs, from a pool that is a queue of
 * buffers, and from the JVM each time. Nobody would do the last: {@link ByteBuffer#allocateDirect} clears the memory, counts
 * it against a limit under a lock-free race, and leaves giving it back to a cleaner that the garbage collector runs; it stands
 * here to say what the pools save.
 *
 * <p>Each writes one long and reads it back. Not measured: the first touch of a chunk's pages, for all were used before.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"})
public class SlabPoolBenchmark {
    private static final int SLAB_LENGTH = 16 * 1024;
    private static final int SLAB_COUNT = 1024;

    /** How many thousandths of the pool others have taken. */
    @Param({"0", "500"})
    public int takenThousandths;

    private SlabPool pool;
    private ArrayDeque<ByteBuffer> buffers;
    private long stamp;

    /** Use all memory once, then leave taken what is to be taken. */
    @Setup
    public void fill() {
        pool = new SlabPool(SLAB_LENGTH, SLAB_COUNT);
        buffers = new ArrayDeque<>(SLAB_COUNT);
        final int takenCount = SLAB_COUNT * takenThousandths / 1000;
        final int[] slabs = new int[SLAB_COUNT];
        for (int i = 0; i < SLAB_COUNT; i++) {
            slabs[i] = pool.acquire();
            pool.buffer(slabs[i]).setMemory(pool.offset(slabs[i]), SLAB_LENGTH, (byte) 1);
        }
        for (int i = takenCount; i < SLAB_COUNT; i++) {
            pool.release(slabs[i]);
            buffers.addFirst(ByteBuffer.allocateDirect(SLAB_LENGTH));
        }
    }

    /** A slab. */
    @Benchmark
    public long slab() {
        final int slab = pool.acquire();
        final int offset = pool.offset(slab);
        pool.buffer(slab).putLong(offset, ++stamp);
        final long read = pool.buffer(slab).getLong(offset);
        pool.release(slab);
        return checked(read);
    }

    /** A buffer of a queue. */
    @Benchmark
    public long queue() {
        final ByteBuffer buffer = buffers.pollFirst();
        buffer.putLong(0, ++stamp);
        final long read = buffer.getLong(0);
        buffers.addFirst(buffer);
        return checked(read);
    }

    /** A buffer of its own. */
    @Benchmark
    public long allocateDirect() {
        return checked(
                ByteBuffer.allocateDirect(SLAB_LENGTH).putLong(0, ++stamp).getLong(0));
    }

    private long checked(long read) {
        if (read != stamp) {
            throw new IllegalStateException("other memory than was taken");
        }
        return read;
    }
}
