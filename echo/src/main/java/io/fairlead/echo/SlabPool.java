package io.fairlead.echo;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Direct buffers of one length, made when first needed, reused ever after, and never more than a limit: what bounds the
 * memory of a server however many clients stall. <b>Owned by the loop thread.</b>
 */
final class SlabPool {
    private final ArrayDeque<ByteBuffer> free;
    private final int slabLength;
    private final int slabLimit;
    private int slabCount;

    SlabPool(int slabLength, int slabLimit) {
        this.slabLength = slabLength;
        this.slabLimit = slabLimit;
        this.free = new ArrayDeque<>();
    }

    /** An empty slab, or null if all are out. */
    ByteBuffer acquire() {
        ByteBuffer slab = free.pollLast();
        if (slab == null && slabCount < slabLimit) {
            slab = ByteBuffer.allocateDirect(slabLength).order(Mask.ORDER);
            slabCount++;
        }
        return slab == null ? null : slab.clear();
    }

    /** Takes a slab back. */
    void release(ByteBuffer slab) {
        free.addLast(slab);
    }

    /** How many slabs are out. */
    int outCount() {
        return slabCount - free.size();
    }
}
