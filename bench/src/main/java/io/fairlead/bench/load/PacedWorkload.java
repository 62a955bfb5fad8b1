package io.fairlead.bench.load;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;
import org.HdrHistogram.Histogram;

/**
 * Clients of one target, and the count of what they do. In a closed loop each begins anew when it has its answer; in an open
 * one a {@link Schedule} says when. They rest until they are started.
 *
 * <p><b>Owned by the load thread.</b>
 */
abstract class PacedWorkload extends Workload {
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long GRACE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long REST_LIMIT_NS = TimeUnit.SECONDS.toNanos(10);

    /** So many operations that are due at once are begun before answers are looked at again. */
    private static final int BATCH_LIMIT = 64;

    private final int length;
    private final Schedule schedule;
    private final LongUnaryOperator pace = this::pace;
    private final Histogram latencies = Latencies.histogram();
    private boolean isSending;
    private long completedCount;
    private long windowCount;

    /**
     * No client yet.
     *
     * @param kind of the transport.
     * @param length bytes of payload of each operation, one way.
     * @param schedule when to begin, or null for a closed loop.
     */
    PacedWorkload(LoadTransport kind, int length, Schedule schedule) throws IOException {
        super(kind);
        this.length = length;
        this.schedule = schedule;
    }

    /** Have the clients begin. */
    final void start() {
        isSending = true;
        if (isOpen()) {
            schedule.start(System.nanoTime());
        } else {
            startClients();
        }
    }

    /**
     * Serve the clients for a time.
     *
     * @param durationNs how long.
     * @param isDone ends it early.
     */
    final void run(long durationNs, BooleanSupplier isDone) throws IOException {
        loop.run(System.nanoTime() + durationNs, pace, isDone);
    }

    /** Begin nothing new, and wait for what is under way; what does not end counts as errors. */
    final void rest() throws IOException {
        isSending = false;
        if (!loop.run(System.nanoTime() + REST_LIMIT_NS, LoadLoop.NO_PACE, this::areResting)) {
            failRestless();
        }
    }

    @Override
    void warmUp(long durationNs, BooleanSupplier isDone) throws IOException {
        start();
        run(durationNs, isDone);
        rest();
    }

    @Override
    Window measure(Meter meter, long windowNs) throws IOException {
        final long errorsBefore = errorCount();
        prepare();
        start();
        run(SETTLE_NS, () -> false);
        latencies.reset();
        latencies.setStartTimeStamp(System.currentTimeMillis());
        windowCount = 0;
        if (isOpen()) {
            final long startNs = System.nanoTime();
            schedule.window(startNs, startNs + windowNs);
        }
        meter.begin();
        run(windowNs, () -> false);
        meter.end();
        latencies.setEndTimeStamp(System.currentTimeMillis());
        final long missedCount = isOpen() ? endOpenWindow() : 0;
        final long count = windowCount;
        final Histogram windowLatencies = latencies.copy();
        rest();
        return new Window(
                meter.sample(count, length, errorCount() - errorsBefore, missedCount),
                windowLatencies,
                isOpen() ? schedule.lateCount() : 0);
    }

    /** Wait for what was due in the window, not for ever, and count what did not come. */
    private long endOpenWindow() throws IOException {
        endSchedule(System.nanoTime());
        isSending = false;
        loop.run(System.nanoTime() + GRACE_NS, LoadLoop.NO_PACE, () -> windowCount == schedule.dueCount());
        final long nowNs = System.nanoTime();
        forEachUnderWay(startNs -> {
            if (schedule.isInWindow(startNs)) {
                Latencies.record(latencies, nowNs - startNs);
            }
        });
        return schedule.dueCount() - windowCount;
    }

    /** Begin what the last cycle left; what the client itself was far too slow for is missed, and waits in vain. */
    private void endSchedule(long nowNs) {
        while (!schedule.hasPassedWindow()) {
            final long dueNs = schedule.nextNs();
            if (!schedule.isLate(dueNs, nowNs)) {
                beginNext(nowNs);
            } else {
                schedule.begin(nowNs);
                if (schedule.isInWindow(dueNs)) {
                    Latencies.record(latencies, nowNs + GRACE_NS - dueNs);
                }
            }
        }
    }

    /** Whether a schedule says when to begin. */
    final boolean isOpen() {
        return schedule != null;
    }

    /** Whether a client that has got its answer is to begin anew. */
    final boolean isAgain() {
        return isSending && schedule == null;
    }

    /** Round trips, or lives, completed so far. */
    final long completedCount() {
        return completedCount;
    }

    /**
     * An operation is complete.
     *
     * @param startNs when it began, or was due.
     * @return the time.
     */
    final long onCompleted(long startNs) {
        final long nowNs = System.nanoTime();
        completedCount++;
        if (schedule == null || schedule.isInWindow(startNs)) {
            windowCount++;
            Latencies.record(latencies, nowNs - startNs);
        }
        return nowNs;
    }

    private long pace(long nowNs) {
        if (schedule == null || !isSending) {
            return LoadLoop.NOTHING_DUE;
        }
        for (int i = 0; i < BATCH_LIMIT; i++) {
            final long leftNs = schedule.nextNs() - nowNs;
            if (leftNs > 0) {
                return leftNs;
            }
            beginNext(nowNs);
        }
        return 0;
    }

    private void beginNext(long nowNs) {
        final long dueNs = schedule.nextNs();
        schedule.begin(nowNs);
        begin(dueNs);
    }

    /** Bring back what errors have cost, before a window. */
    abstract void prepare() throws IOException;

    /** Have every client begin that has nothing under way, for a closed loop. */
    abstract void startClients();

    /**
     * Have the next client begin, for an open loop.
     *
     * @param dueNs when that was due, for {@link #onCompleted}.
     */
    abstract void begin(long dueNs);

    /** Tell of everything under way when it began. */
    abstract void forEachUnderWay(LongConsumer action);

    /** Whether no client has anything under way. */
    abstract boolean areResting();

    /** Count an error for each client that still has something under way. */
    abstract void failRestless();
}
