package io.fairlead.core.status;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long something took, in fixed buckets from 100 µs to a day, for metrics. Written by the loop thread alone, read by
 * any thread; recording costs a few comparisons and two stores and allocates nothing.
 */
public final class DurationHistogram {
    /** A millisecond in nanoseconds. */
    private static final long MS = 1_000_000L;

    /** Upper bounds in nanoseconds, inclusive; durations above the last fall in one more bucket. */
    private static final long[] BOUNDS_NS = {
        MS / 10,
        MS / 4,
        MS / 2,
        MS,
        5 * MS / 2,
        5 * MS,
        10 * MS,
        25 * MS,
        50 * MS,
        100 * MS,
        250 * MS,
        500 * MS,
        1_000 * MS,
        2_500 * MS,
        5_000 * MS,
        10_000 * MS,
        60_000 * MS,
        600_000 * MS,
        3_600_000 * MS,
        21_600_000 * MS,
        86_400_000 * MS
    };

    private static final int SUM_INDEX = BOUNDS_NS.length + 1;

    private final AtomicLongArray values = new AtomicLongArray(SUM_INDEX + 1);

    /** All zero. */
    public DurationHistogram() {}

    /**
     * How many buckets there are, the unbounded last one included.
     *
     * @return the count.
     */
    public static int bucketCount() {
        return BOUNDS_NS.length + 1;
    }

    /**
     * The inclusive upper bound of a bucket.
     *
     * @param bucket from 0.
     * @return nanoseconds; {@link Long#MAX_VALUE} for the last.
     */
    public static long upperBoundNs(int bucket) {
        return bucket == BOUNDS_NS.length ? Long.MAX_VALUE : BOUNDS_NS[bucket];
    }

    /**
     * Count one duration. <b>Owned by the loop thread.</b>
     *
     * @param durationNs how long it took; negative counts as 0.
     */
    public void record(long durationNs) {
        int bucket = 0;
        while (bucket < BOUNDS_NS.length && durationNs > BOUNDS_NS[bucket]) {
            bucket++;
        }
        add(bucket, 1);
        add(SUM_INDEX, Math.max(0, durationNs));
    }

    /**
     * How many durations fell in one bucket. <b>Thread safe.</b>
     *
     * @param bucket from 0.
     * @return the count of this bucket alone.
     */
    public long count(int bucket) {
        return values.getAcquire(bucket);
    }

    /**
     * All durations together. <b>Thread safe.</b>
     *
     * @return nanoseconds.
     */
    public long sumNs() {
        return values.getAcquire(SUM_INDEX);
    }

    private void add(int index, long delta) {
        values.setRelease(index, values.getPlain(index) + delta);
    }
}
