package io.fairlead.core.loop;

import io.fairlead.core.table.SlabPool;
import io.fairlead.core.transport.Pipes;

/**
 * The pipes of a loop: opened when they are first needed, never more than the limit, and used again once they are empty.
 *
 * <p>A direction that holds bytes in a pipe says so where it would name its slab ({@link #holder}); its unsent and end
 * offset then count bytes from 0.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class PipePool {
    /** How long not to try again when this machine lacked the descriptors for one more. */
    private static final long BACK_OFF_NS = 1_000_000_000L;

    private static final int FIRST_HOLDER = SlabPool.NULL_SLAB - 1;

    private final Pipes pipes;
    private final int limit;
    private final int[] free;
    private int freeCount;
    private int openCount;
    private boolean isBackingOff;
    private long backOffStartNs;

    /**
     * An empty pool.
     *
     * @param pipes of the transport, or null.
     * @param limit most pipes; 0 for none.
     */
    PipePool(Pipes pipes, int limit) {
        this.pipes = pipes;
        this.limit = pipes == null ? 0 : limit;
        free = new int[this.limit];
    }

    /** What stands for a pipe in a connection's record. */
    static int holder(int pipe) {
        return FIRST_HOLDER - pipe;
    }

    /** Whether a direction's holder is a pipe, and neither a slab nor none. */
    static boolean isPipe(int holder) {
        return holder <= FIRST_HOLDER;
    }

    static int pipe(int holder) {
        return FIRST_HOLDER - holder;
    }

    /** Whether there are, or may be, any. */
    boolean isOffered() {
        return limit > 0;
    }

    /** An empty pipe, or {@link Pipes#NULL_PIPE} if all are out or this machine has no more. */
    int acquire(long nowNs) {
        if (freeCount > 0) {
            return free[--freeCount];
        }
        if (openCount == limit || (isBackingOff && nowNs - backOffStartNs < BACK_OFF_NS)) {
            return Pipes.NULL_PIPE;
        }
        final int pipe = pipes.open();
        isBackingOff = pipe < 0;
        if (isBackingOff) {
            backOffStartNs = nowNs;
            return Pipes.NULL_PIPE;
        }
        openCount++;
        return pipe;
    }

    /** Give an empty pipe back. */
    void release(int pipe) {
        free[freeCount++] = pipe;
    }

    /** Give a pipe back that has bytes in it: they go with it. */
    void discard(int pipe) {
        pipes.close(pipe);
        openCount--;
    }

    /** Pipes in use. */
    int outCount() {
        return openCount - freeCount;
    }
}
