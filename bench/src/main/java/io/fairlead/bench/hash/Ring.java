package io.fairlead.bench.hash;

import java.util.Arrays;

/**
 * Points of members on a circle of 2<sup>32</sup>, in the order of an unsigned number. <b>Owned by one thread</b> until
 * {@link #sort()}, immutable afterwards.
 *
 * <p>A point is a long, its place in the high half and its member's number in the low one.
 */
final class Ring {
    private static final long NUMBER_MASK = 0xFFFF_FFFFL;

    private final long[] points;
    private int length;

    Ring(int capacity) {
        points = new long[capacity];
    }

    /** Add a point. */
    void add(int place, int number) {
        // The lowest value of a long is that of place 0: signed order is then the unsigned order of places.
        points[length++] = (((long) place) << Integer.SIZE ^ Long.MIN_VALUE) | number;
    }

    /** Put the points in order. All must have been added. */
    void sort() {
        if (length != points.length) {
            throw new IllegalStateException(points.length + " points were announced, not " + length);
        }
        Arrays.sort(points);
    }

    /** Index of the first point at or after a place, around the end. */
    int ceiling(int place) {
        final long wanted = ((long) place) << Integer.SIZE ^ Long.MIN_VALUE;
        int low = 0;
        int high = points.length;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (points[middle] < wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == points.length ? 0 : low;
    }

    /** Index of the point before one, around the start. */
    int before(int index) {
        return index == 0 ? points.length - 1 : index - 1;
    }

    int place(int index) {
        return (int) ((points[index] ^ Long.MIN_VALUE) >>> Integer.SIZE);
    }

    int number(int index) {
        return (int) (points[index] & NUMBER_MASK);
    }
}
