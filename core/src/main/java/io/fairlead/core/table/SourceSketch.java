package io.fairlead.core.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BitUtil;

/**
 * How many live connections a client key has, at all listeners together: a count-min sketch (source in {@link KeyCells})
 * whose memory is fixed, whoever connects from wherever. A map would be grown by whoever has many addresses.
 *
 * <p>A key's count is the least of its four cells. It is never less than the truth, for each of its connections is in all
 * four; it is more where others share all four. Rows have at least as many cells as there are connections, so the others in
 * a cell are one on average. By Markov's inequality a key is counted m or more too high with a probability of at most
 * m<sup>-4</sup> over the seed, whatever connections others open: for m = 10 one key in ten thousand. Clients with few
 * connections each make it far less: ten others in each of four cells, when as many connections are open as may be,
 * happen with a probability below 10<sup>-27</sup>.
 *
 * <p>What was added has to be removed with the same key. Conservative update, which would count closer, cannot take
 * anything back and is therefore not used here.
 *
 * <p><b>Owned by the loop thread.</b> Four hashes and four cells a call; nothing is allocated after construction.
 */
public final class SourceSketch {
    /** Most connections a sketch can be made for: its cells stand in one buffer. */
    public static final int CONNECTION_LIMIT = 1 << 26;

    private static final int MIN_WIDTH = 1024;

    private final KeyCells cells;
    private final Records counts;

    /**
     * A sketch of no connections.
     *
     * @param limit most connections live at a time, 1 to {@link #CONNECTION_LIMIT}. More are counted, less closely.
     * @param seed unpredictable, so that nobody can choose addresses that are counted together with another's.
     * @throws IllegalArgumentException when the limit is out of range.
     */
    public SourceSketch(int limit, long seed) {
        cells = new KeyCells(width(limit), seed);
        counts = new Records(ByteBuffer.allocateDirect((int) length(limit)).order(ByteOrder.nativeOrder()));
    }

    /**
     * Bytes of memory that a sketch takes, all of it when it is made: 16 to 32 for each connection.
     *
     * @param limit most connections live at a time, 1 to {@link #CONNECTION_LIMIT}.
     * @return the length.
     * @throws IllegalArgumentException when the limit is out of range.
     */
    public static long length(int limit) {
        return (long) width(limit) * KeyCells.ROW_COUNT * Integer.BYTES;
    }

    /**
     * A connection began.
     *
     * @param keyHi high half of its client's key.
     * @param keyLo low half.
     * @return how many its client has with it, as {@link #count} says from now on.
     */
    public int add(long keyHi, long keyLo) {
        cells.seek(keyHi, keyLo);
        int least = Integer.MAX_VALUE;
        for (int row = 0; row < KeyCells.ROW_COUNT; row++) {
            final int offset = offset(row);
            final int count = counts.getInt(offset) + 1;
            counts.putInt(offset, count);
            least = Math.min(least, count);
        }
        return least;
    }

    /**
     * A connection ended.
     *
     * @param keyHi high half of its client's key, as it was added.
     * @param keyLo low half.
     * @throws IllegalStateException when it cannot have been added; the sketch is as it was then.
     */
    public void remove(long keyHi, long keyLo) {
        if (count(keyHi, keyLo) == 0) {
            throw new IllegalStateException("a connection is removed that was not added");
        }
        for (int row = 0; row < KeyCells.ROW_COUNT; row++) {
            final int offset = offset(row);
            counts.putInt(offset, counts.getInt(offset) - 1);
        }
    }

    /**
     * How many connections a client has.
     *
     * @param keyHi high half of its key.
     * @param keyLo low half.
     * @return their count, or more.
     */
    public int count(long keyHi, long keyLo) {
        cells.seek(keyHi, keyLo);
        int least = counts.getInt(offset(0));
        for (int row = 1; row < KeyCells.ROW_COUNT; row++) {
            least = Math.min(least, counts.getInt(offset(row)));
        }
        return least;
    }

    private int offset(int row) {
        return cells.cell(row) * Integer.BYTES;
    }

    private static int width(int limit) {
        if (limit < 1 || limit > CONNECTION_LIMIT) {
            throw new IllegalArgumentException(
                    "a sketch is of 1 to " + CONNECTION_LIMIT + " connections, not " + limit);
        }
        return Math.max(MIN_WIDTH, BitUtil.findNextPositivePowerOfTwo(limit));
    }
}
