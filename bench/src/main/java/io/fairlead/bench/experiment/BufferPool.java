package io.fairlead.bench.experiment;

import java.lang.invoke.VarHandle;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Buffers for what is received, in a ring that the kernel takes from in turn, when bytes have come and not before. <b>Owned by
 * the ring's thread.</b>
 *
 * <p>The kernel takes the longest unused first, so a few are offered at a time, and the most recently used of the others next:
 * what is in use stays within the processor's caches. The others cost address space until they are needed, which is when sinks
 * do not take what was read for them.
 */
final class BufferPool implements AutoCloseable {
    /** The group that requests name. */
    static final int GROUP = 0;
    /** No buffer. */
    static final int NONE = -1;

    private static final int REGISTER_PBUF_RING = 22;
    /** As many as a ring may have entries; all of them, so that none is ever left over. */
    private static final int COUNT = 4096;

    private static final int PAGE_LENGTH = 4096;
    /** Beside buffers of a power of two, all of them would begin in the same few sets of the processor's caches. */
    private static final int STAGGER = 64;

    /** {@code struct io_uring_buf}; the ring's tail lies in the first one. */
    private static final int ENTRY_LENGTH = 16;

    private static final int LENGTH_FIELD = 8;
    private static final int ID_FIELD = 12;
    private static final int TAIL_OFFSET = 14;

    /** {@code struct io_uring_buf_reg}. */
    private static final int REGISTRATION_LENGTH = 40;

    private static final int ENTRIES_FIELD = 8;
    private static final int GROUP_FIELD = 12;

    private final Libc libc;
    private final int bufferLength;
    private final int offeredTarget;
    private final long memoryLength;
    private final long memory;
    private final UnsafeBuffer entries =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(COUNT * ENTRY_LENGTH, PAGE_LENGTH));
    private final int[] spares = new int[COUNT];
    private int spareCount;
    private int offeredCount;
    private short tail;

    /**
     * Reserve memory.
     *
     * @param libc to do it with.
     * @param bufferLength of each.
     * @param offeredTarget buffers that the kernel is to have to choose from; at least the messages of a batch.
     */
    BufferPool(Libc libc, int bufferLength, int offeredTarget) {
        this.libc = libc;
        this.bufferLength = bufferLength;
        this.offeredTarget = Math.min(offeredTarget, COUNT);
        memoryLength = (long) COUNT * (bufferLength + STAGGER);
        memory = libc.map(memoryLength, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE, -1, 0);
        for (int id = COUNT - 1; id >= 0; id--) {
            spares[spareCount++] = id;
        }
    }

    /** Offer them to a ring. */
    void register(Ring ring) {
        final UnsafeBuffer registration =
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(REGISTRATION_LENGTH, Long.BYTES));
        registration.putLong(0, entries.addressOffset());
        registration.putInt(ENTRIES_FIELD, COUNT);
        registration.putShort(GROUP_FIELD, (short) GROUP);
        ring.register("IORING_REGISTER_PBUF_RING", REGISTER_PBUF_RING, registration.addressOffset(), 1);
        offer();
    }

    int count() {
        return COUNT;
    }

    long address(int id) {
        return memory + (long) id * (bufferLength + STAGGER);
    }

    /** The kernel has taken one. */
    void onTaken() {
        offeredCount--;
    }

    /** The kernel found none left. */
    void onExhausted() {
        offeredCount = 0;
    }

    /** One is not needed any more. */
    void release(int id) {
        spares[spareCount++] = id;
    }

    /** Whether the kernel has any left, as far as is known. */
    boolean isOffering() {
        return offeredCount > 0;
    }

    /** Offer the kernel as many as it is to have, or all that there are. */
    void offer() {
        final int count = Math.min(offeredTarget - offeredCount, spareCount);
        if (count <= 0) {
            return;
        }
        for (int i = 0; i < count; i++) {
            final int id = spares[--spareCount];
            final int entry = (tail++ & (COUNT - 1)) * ENTRY_LENGTH;
            entries.putLong(entry, address(id));
            entries.putInt(entry + LENGTH_FIELD, bufferLength);
            entries.putShort(entry + ID_FIELD, (short) id);
        }
        offeredCount += count;
        // Agrona has no release of a short.
        VarHandle.releaseFence();
        entries.putShort(TAIL_OFFSET, tail);
    }

    /** When the ring is closed. */
    @Override
    public void close() {
        libc.unmap(memory, memoryLength);
    }
}
