package io.fairlead.bench.load;

import java.util.function.LongConsumer;

/**
 * First in, first out, of longs. <b>Owned by the load thread.</b> Allocates only when it has never held as many.
 */
final class LongQueue {
    private static final int INITIAL_CAPACITY = 4;

    private long[] values = new long[INITIAL_CAPACITY];
    private int headIndex;
    private int size;

    int size() {
        return size;
    }

    void add(long value) {
        if (size == values.length) {
            grow();
        }
        values[headIndex + size & values.length - 1] = value;
        size++;
    }

    /** The oldest; there must be one. */
    long oldest() {
        if (size == 0) {
            throw new IllegalStateException("empty");
        }
        return values[headIndex];
    }

    /** Take the oldest; there must be one. */
    long remove() {
        final long value = oldest();
        headIndex = headIndex + 1 & values.length - 1;
        size--;
        return value;
    }

    void forEach(LongConsumer action) {
        for (int i = 0; i < size; i++) {
            action.accept(values[headIndex + i & values.length - 1]);
        }
    }

    void clear() {
        headIndex = 0;
        size = 0;
    }

    private void grow() {
        final long[] grown = new long[2 * values.length];
        for (int i = 0; i < size; i++) {
            grown[i] = values[headIndex + i & values.length - 1];
        }
        values = grown;
        headIndex = 0;
    }
}
