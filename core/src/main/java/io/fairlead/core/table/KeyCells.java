package io.fairlead.core.table;

import java.util.SplittableRandom;

/**
 * The cells of a sketch that a client key falls into: one in each of {@link #ROW_COUNT} rows, by hash functions that are
 * drawn independently of each other (Cormode and Muthukrishnan, "An improved data stream summary: the count-min sketch and its
 * applications", 2005). Who does not know the seed cannot choose keys that share a cell with a given one: {@link PinHash}
 * says why, and in all rows at once even less so.
 *
 * <p><b>Owned by the loop thread.</b> Nothing is allocated after construction.
 */
final class KeyCells {
    /** Rows of a sketch: what has a probability of p in one row has one of p to the fourth in all. */
    static final int ROW_COUNT = 4;

    /** A sketch counts a client's connections at all listeners together. */
    private static final int ANY_LISTENER = 0;

    private final int mask;
    private final PinHash[] hashes = new PinHash[ROW_COUNT];
    private final int[] cells = new int[ROW_COUNT];

    /** For rows of so many cells, a power of two; the seed unpredictable. */
    KeyCells(int width, long seed) {
        mask = width - 1;
        final SplittableRandom seeds = new SplittableRandom(seed);
        for (int row = 0; row < ROW_COUNT; row++) {
            hashes[row] = new PinHash(seeds.nextLong());
        }
    }

    /** Go to a key's cells. */
    void seek(long keyHi, long keyLo) {
        for (int row = 0; row < ROW_COUNT; row++) {
            // Row after row, so that no two rows of a key are ever in one cell.
            cells[row] = row * (mask + 1) + (hashes[row].hash(ANY_LISTENER, keyHi, keyLo) & mask);
        }
    }

    /** The cell in a row of the key last sought: from 0 on over all rows. */
    int cell(int row) {
        return cells[row];
    }
}
