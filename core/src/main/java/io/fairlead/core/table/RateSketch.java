package io.fairlead.core.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.agrona.BitUtil;

/**
 * How often a client key may take something, such as a connection, in memory that is fixed, whoever comes from wherever: the
 * generic cell rate algorithm (ITU-T I.371) in the cells of a count-min sketch with conservative update (Estan and
 * Varghese, "New directions in traffic measurement and accounting", 2002; the cells' source is in {@link KeyCells}).
 *
 * <p>A cell is the time at which everything it has let through would have been due at the permitted rate. A key conforms
 * when the earliest of its four cells is at most the burst ahead of now. What is then taken moves that time on by one
 * interval, and the other cells up to it where they lie before it; those that lie behind stay. So:
 *
 * <ul>
 *   <li><b>Nobody gets more than the rate and the burst</b>: within any time t, t × rate + burst. No cell of a key lies before the time a meter for
 *       that key alone would show, for each of its takes left all four at its own new time or later; hence what conforms
 *       here conforms there. To advance only cells that conform would break this: what passed by one cell would not be
 *       charged to another, which could be spent in turn. To advance all cells by an interval would let a cell that many
 *       share run away into the future, and refuse long after they are gone.
 *   <li><b>A bystander is refused only if each of its four cells is shared</b> with another that has just been at its limit. One cell that
 *       is not suffices, and cells are not sums: two keys in a cell, both at half of their rate, do not fill it.
 *   <li>A refused take changes nothing: who hammers is let through at the rate, and costs others no more than that.
 * </ul>
 *
 * <p>What an attacker faces: a take moves no row on by more than one interval, and a cell falls back by as much in each
 * interval that passes. Of a row's {@link #WIDTH} cells, a takes a second that were let through therefore keep no more than
 * a / rate beyond the burst, each from sources of which every one is at its limit, and a key has all four of its cells
 * among those with a probability of at most (a / rate / {@value #WIDTH})<sup>4</sup>. At a rate of 10 a second, 50,000 accepts a
 * second from anywhere refuse 3 bystanders in 100,000; to refuse all takes 65,536 × rate: 655,360 accepts a second.
 *
 * <p><b>Owned by the loop thread.</b> Four hashes and four cells a call; nothing is allocated after construction. 2 MiB.
 */
public final class RateSketch {
    /** Cells in a row. */
    public static final int WIDTH = 1 << 16;

    /** Highest rate: above it, intervals in whole nanoseconds would be a thousandth off. */
    public static final int RATE_LIMIT = 1_000_000;

    /** Largest burst: with it even the lowest rate stays far from where times wrap. */
    public static final int BURST_LIMIT = 1_000_000;

    private final KeyCells cells;
    private final Records dueTimes;
    private final long intervalNs;
    private final long burstNs;
    /** Times in cells count from here: what fresh memory holds has then passed for every later time. */
    private long startNs;

    private boolean started;

    /**
     * A sketch that has seen nobody: the whole burst is everybody's.
     *
     * @param ratePerSecond how many takes a second each key may go on with, 1 to {@link #RATE_LIMIT}.
     * @param burstCount how many it may take at once after a pause, 1 to {@link #BURST_LIMIT}.
     * @param seed unpredictable, so that nobody can choose addresses that share their cells with another's.
     * @throws IllegalArgumentException when rate or burst is out of range.
     */
    public RateSketch(int ratePerSecond, int burstCount, long seed) {
        this(ratePerSecond, burstCount, seed, WIDTH);
    }

    /** With rows of another width, a power of two: where keys crowd together, more is to be seen. */
    RateSketch(int ratePerSecond, int burstCount, long seed, int width) {
        if (ratePerSecond < 1 || ratePerSecond > RATE_LIMIT || burstCount < 1 || burstCount > BURST_LIMIT) {
            throw new IllegalArgumentException(
                    "no rate of " + ratePerSecond + " a second with a burst of " + burstCount);
        }
        if (!BitUtil.isPowerOfTwo(width)) {
            throw new IllegalArgumentException("a row's width is a power of two, not " + width);
        }
        cells = new KeyCells(width, seed);
        dueTimes = new Records(ByteBuffer.allocateDirect(width * KeyCells.ROW_COUNT * Long.BYTES)
                .order(ByteOrder.nativeOrder()));
        // Rounded up, so that the rate is never exceeded.
        intervalNs = (TimeUnit.SECONDS.toNanos(1) + ratePerSecond - 1) / ratePerSecond;
        burstNs = (burstCount - 1) * intervalNs;
    }

    /**
     * Bytes of memory that a sketch takes, all of it when it is made.
     *
     * @return the length.
     */
    public static long length() {
        return (long) WIDTH * KeyCells.ROW_COUNT * Long.BYTES;
    }

    /**
     * Take once, if that conforms.
     *
     * @param keyHi high half of the client's key.
     * @param keyLo low half.
     * @param nowNs the time: from wherever, and it may wrap, but never before that of an earlier call, and less than 292
     *     years after the first.
     * @return whether it was taken. If not, nothing has changed.
     */
    public boolean tryTake(long keyHi, long keyLo, long nowNs) {
        if (!started) {
            started = true;
            startNs = nowNs;
        }
        final long elapsedNs = nowNs - startNs;
        cells.seek(keyHi, keyLo);
        long earliestNs = dueTimes.getLong(offset(0));
        for (int row = 1; row < KeyCells.ROW_COUNT; row++) {
            earliestNs = Math.min(earliestNs, dueTimes.getLong(offset(row)));
        }
        if (earliestNs - elapsedNs > burstNs) {
            return false;
        }
        final long takenNs = Math.max(earliestNs, elapsedNs) + intervalNs;
        for (int row = 0; row < KeyCells.ROW_COUNT; row++) {
            final int offset = offset(row);
            if (dueTimes.getLong(offset) < takenNs) {
                dueTimes.putLong(offset, takenNs);
            }
        }
        return true;
    }

    private int offset(int row) {
        return cells.cell(row) * Long.BYTES;
    }
}
