package io.fairlead.bench.load;

import java.util.concurrent.TimeUnit;

/**
 * When an open loop is to begin its operations: at fixed intervals, whatever became of those before. Counts those of one
 * window, and how many of them the client itself began late.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class Schedule {
    private static final long LATE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final double intervalNs;
    private long startNs;
    private long sequence;
    private long windowStartNs;
    private long windowEndNs;
    private long dueCount;
    private long lateCount;

    /**
     * Not started.
     *
     * @param rate operations a second.
     */
    Schedule(double rate) {
        intervalNs = TimeUnit.SECONDS.toNanos(1) / rate;
    }

    /** The first operation is due now. */
    void start(long nowNs) {
        startNs = nowNs;
        sequence = 0;
    }

    /** When the next operation is due. */
    long nextNs() {
        // From the start, so that no rounding adds up.
        return startNs + (long) (sequence * intervalNs);
    }

    /** The next operation is begun. */
    void begin(long nowNs) {
        final long dueNs = nextNs();
        sequence++;
        if (isInWindow(dueNs)) {
            dueCount++;
            if (isLate(dueNs, nowNs)) {
                lateCount++;
            }
        }
    }

    /** Count what is due in this time, and what was before no more. */
    void window(long fromNs, long toNs) {
        windowStartNs = fromNs;
        windowEndNs = toNs;
        dueCount = 0;
        lateCount = 0;
    }

    /** Whether it is too late for the client to begin on time what was due then. */
    boolean isLate(long dueNs, long nowNs) {
        return nowNs - dueNs > LATE_NS;
    }

    /** Whether all that is due before the window's end has been begun. */
    boolean hasPassedWindow() {
        return nextNs() - windowEndNs >= 0;
    }

    /** Whether something due then belongs to the window. */
    boolean isInWindow(long dueNs) {
        return dueNs - windowStartNs >= 0 && dueNs - windowEndNs < 0;
    }

    /** Operations of the window that were due so far. */
    long dueCount() {
        return dueCount;
    }

    /** Those of them that the client began more than a millisecond late. */
    long lateCount() {
        return lateCount;
    }
}
