package io.fairlead.core.simulation.network;

import java.util.Arrays;

/**
 * What is to happen when: a binary heap by time, first in first out among equals. Entries are used again, so that a queue
 * in steady state allocates nothing.
 *
 * <p>Times are compared by difference: a clock may wrap, as {@link System#nanoTime()} may.
 *
 * @param <T> whom it happens to.
 */
public final class TimedQueue<T> {
    private static final int INITIAL_CAPACITY = 256;

    private Entry<T>[] heap = newArray(INITIAL_CAPACITY);
    private Entry<T>[] free = newArray(INITIAL_CAPACITY);
    private int size;
    private int freeCount;
    private long sequence;
    private T target;
    private int kind;

    /** An empty queue. */
    public TimedQueue() {}

    /**
     * Whether nothing is due, ever.
     *
     * @return true without entries.
     */
    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * When the first entry is due.
     *
     * @return nanoseconds; meaningless when empty.
     */
    public long firstNs() {
        return heap[0].timeNs;
    }

    /**
     * Add an entry.
     *
     * @param timeNs when it is due.
     * @param kind what is due, in the caller's numbers.
     * @param target whom it concerns.
     */
    public void add(long timeNs, int kind, T target) {
        final Entry<T> entry = freeCount > 0 ? free[--freeCount] : new Entry<>();
        entry.timeNs = timeNs;
        entry.sequence = sequence++;
        entry.kind = kind;
        entry.target = target;
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int child = size++;
        while (child > 0) {
            final int parent = (child - 1) >>> 1;
            if (!entry.isBefore(heap[parent])) {
                break;
            }
            heap[child] = heap[parent];
            child = parent;
        }
        heap[child] = entry;
    }

    /**
     * Take the first entry; {@link #kind()} and {@link #target()} tell what it was until the next call.
     */
    public void take() {
        final Entry<T> first = heap[0];
        target = first.target;
        kind = first.kind;
        first.target = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = first;
        final Entry<T> last = heap[--size];
        heap[size] = null;
        if (size > 0) {
            siftDown(last);
        }
    }

    /**
     * What the entry taken last said was due.
     *
     * @return the caller's number.
     */
    public int kind() {
        return kind;
    }

    /**
     * Whom the entry taken last concerns.
     *
     * @return as added.
     */
    public T target() {
        return target;
    }

    /** Forget everything that is due. */
    public void clear() {
        while (size > 0) {
            take();
        }
        sequence = 0;
        target = null;
    }

    private void siftDown(Entry<T> entry) {
        int parent = 0;
        int child = 1;
        while (child < size) {
            if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (!heap[child].isBefore(entry)) {
                break;
            }
            heap[parent] = heap[child];
            parent = child;
            child = 2 * parent + 1;
        }
        heap[parent] = entry;
    }

    @SuppressWarnings("unchecked")
    private static <T> Entry<T>[] newArray(int length) {
        return (Entry<T>[]) new Entry<?>[length];
    }

    private static final class Entry<T> {
        long timeNs;
        long sequence;
        int kind;
        T target;

        boolean isBefore(Entry<T> other) {
            final long difference = timeNs - other.timeNs;
            return difference < 0 || (difference == 0 && sequence < other.sequence);
        }
    }
}
