package io.fairlead.core.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Slabs of one length, for bytes that were read but could not yet be written. Memory is taken a chunk at a time when it
 * is first needed and never given back; there are never more slabs than the limit.
 *
 * <p><b>Owned by the loop thread.</b> A slab in use is its holder's alone; what stood in it before is not erased.
 */
public final class SlabPool {
    /** No slab. */
    public static final int NULL_SLAB = -1;

    private static final int CHUNK_TARGET_LENGTH = 1024 * 1024;

    private final int slabLength;
    private final int limit;
    private final int slabsPerChunk;
    private final UnsafeBuffer[] chunks;
    private final int[] free;
    private final boolean[] out;
    private int freeCount;
    private int usedCount;

    /**
     * A pool that owns no memory yet.
     *
     * @param slabLength bytes in a slab.
     * @param limit most slabs.
     */
    public SlabPool(int slabLength, int limit) {
        this.slabLength = slabLength;
        this.limit = limit;
        slabsPerChunk = slabsPerChunk(slabLength, limit);
        chunks = new UnsafeBuffer[chunkCount(slabsPerChunk, limit)];
        free = new int[limit];
        out = new boolean[limit];
    }

    /**
     * Bytes in a slab.
     *
     * @return the length.
     */
    public int slabLength() {
        return slabLength;
    }

    /**
     * Most bytes of memory a pool will ever take.
     *
     * @param slabLength bytes in a slab.
     * @param limit most slabs.
     * @return the length, whole chunks.
     */
    public static long limitLength(int slabLength, int limit) {
        final int slabsPerChunk = slabsPerChunk(slabLength, limit);
        return chunkCount(slabsPerChunk, limit) * (long) slabsPerChunk * slabLength;
    }

    /**
     * Whether {@link #acquire()} would succeed.
     *
     * @return false when all slabs are out.
     */
    public boolean hasFree() {
        return freeCount > 0 || usedCount < limit;
    }

    /**
     * Slabs in use.
     *
     * @return the count.
     */
    public int outCount() {
        return usedCount - freeCount;
    }

    /**
     * Take a slab.
     *
     * @return the slab, or {@link #NULL_SLAB} when all are out.
     */
    public int acquire() {
        final int slab;
        if (freeCount > 0) {
            slab = free[--freeCount];
        } else if (usedCount < limit) {
            slab = usedCount++;
            final int chunk = slab / slabsPerChunk;
            if (chunks[chunk] == null) {
                chunks[chunk] = new UnsafeBuffer(
                        ByteBuffer.allocateDirect(slabsPerChunk * slabLength).order(ByteOrder.nativeOrder()));
            }
        } else {
            return NULL_SLAB;
        }
        out[slab] = true;
        return slab;
    }

    /**
     * Give a slab back.
     *
     * @param slab in use.
     */
    public void release(int slab) {
        if (!out[slab]) {
            throw new IllegalStateException("slab " + slab + " is released twice");
        }
        out[slab] = false;
        free[freeCount++] = slab;
    }

    /**
     * The buffer a slab lives in, shared with its neighbours.
     *
     * @param slab in use.
     * @return the live buffer, over direct memory.
     */
    public UnsafeBuffer buffer(int slab) {
        return chunks[slab / slabsPerChunk];
    }

    /**
     * Where a slab starts in {@link #buffer}.
     *
     * @param slab in use.
     * @return the offset of its first byte.
     */
    public int offset(int slab) {
        return slab % slabsPerChunk * slabLength;
    }

    private static int slabsPerChunk(int slabLength, int limit) {
        return Math.max(1, Math.min(limit, CHUNK_TARGET_LENGTH / slabLength));
    }

    private static int chunkCount(int slabsPerChunk, int limit) {
        return (limit + slabsPerChunk - 1) / slabsPerChunk;
    }
}
