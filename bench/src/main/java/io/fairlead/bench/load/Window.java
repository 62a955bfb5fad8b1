package io.fairlead.bench.load;

import org.HdrHistogram.Histogram;

/**
 * One window of time on one subject. <b>Immutable</b>, if the histogram is left alone.
 *
 * @param sample what was counted.
 * @param latencies how long each took, in nanoseconds.
 * @param lateCount of an open loop's operations: those that the client itself began too late.
 */
record Window(Sample sample, Histogram latencies, long lateCount) {
    private static final double LATE_LIMIT = 0.001;

    /** Whether the client was late so often that it, and not the subject, is what was measured. */
    boolean isClientLate() {
        return lateCount > LATE_LIMIT * (sample.count() + sample.missedCount());
    }
}
