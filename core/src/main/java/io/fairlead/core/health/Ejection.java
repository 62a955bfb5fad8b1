package io.fairlead.core.health;

import java.util.concurrent.TimeUnit;

/**
 * Whether one backend is ejected: left out for a while because connecting to it failed several times in a row. Each
 * ejection lasts twice as long as the one before, up to a limit, and a little longer at random, so that backends that failed
 * together do not return together. This is exponential back-off per backend, as Envoy's outlier detection has it, with the
 * doubling and the forgetting defined below.
 *
 * <pre>
 *             afterFailures in a row, and the caller
 *             agrees: eject                until: endIfDue, endEarly
 *   COUNTING ───────────────────────► EJECTED ───────────────────► PROBATION
 *      ▲                                  ▲                         │    │
 *      │                                  └── one failure: eject ───┘    │
 *      └──────────────────────────── one success ────────────────────────┘
 * </pre>
 *
 * <p>As long after the end of one as the longest lasts, the next is a first one again.
 *
 * <p>It only says that the count is reached; the caller ejects, or does not because too many of the pool are out. Failures
 * and successes of connects that began before an ejection, or that are sent there in spite of it, do not change
 * an ejection that is under way.
 *
 * <p><b>Owned by the loop thread.</b> Nothing is allocated.
 */
public final class Ejection {
    /** A failure that comes more than this after the one before begins a new run: some are lost on any network. */
    public static final long FAILURE_WINDOW_NS = TimeUnit.SECONDS.toNanos(10);

    private static final double JITTER_SHARE = 0.1;

    private final int afterFailures;
    private final long baseNs;
    private final long limitNs;
    private boolean ejected;
    private boolean onProbation;
    private int failureCount;
    private long lastFailureNs;
    private long untilNs;
    private long endedNs;
    private long nextNs;
    private boolean hasSucceeded;
    private long lastSuccessNs;
    private int factor = 1;

    /**
     * A backend that was never ejected.
     *
     * @param afterFailures consecutive failures that eject it, at least 1.
     * @param baseNs how long the first ejection lasts, at least 1.
     * @param limitNs how long any lasts at most, apart from the jitter, and how long after the end of one the next is
     *     taken for a first; not less than the base, and at most a quarter of what a {@code long} holds, for times wrap.
     * @throws IllegalArgumentException when one of them is out of range.
     */
    public Ejection(int afterFailures, long baseNs, long limitNs) {
        if (afterFailures < 1 || baseNs < 1 || limitNs < baseNs || limitNs > Long.MAX_VALUE / 4) {
            throw new IllegalArgumentException(
                    "no ejection after " + afterFailures + " failures for " + baseNs + " to " + limitNs + " ns");
        }
        this.afterFailures = afterFailures;
        this.baseNs = baseNs;
        this.limitNs = limitNs;
        nextNs = baseNs;
    }

    /**
     * A connect failed. One that began before another succeeded says nothing: time-outs are found out late and many at a time,
     * and what was dropped when many came at once is past when others have come through.
     *
     * @param startedNs when it began.
     * @param nowNs the time.
     * @return whether that is reason to {@link #eject}. It stays one at each further failure of the run for as long as the
     *     caller does not. Never while the backend is ejected.
     */
    public boolean onFailure(long startedNs, long nowNs) {
        if (ejected || (hasSucceeded && startedNs - lastSuccessNs < 0)) {
            return false;
        }
        if (failureCount == 0 || nowNs - lastFailureNs > FAILURE_WINDOW_NS) {
            failureCount = 1;
        } else if (failureCount < afterFailures) {
            failureCount++;
        }
        lastFailureNs = nowNs;
        return onProbation || failureCount >= afterFailures;
    }

    /**
     * A connect succeeded: the run of failures is over, and so is a probation.
     *
     * @param nowNs the time.
     */
    public void onSuccess(long nowNs) {
        hasSucceeded = true;
        lastSuccessNs = nowNs;
        failureCount = 0;
        onProbation = false;
        forgetIfLongAgo(nowNs);
    }

    /**
     * Eject the backend, which is not ejected.
     *
     * @param nowNs the time.
     * @param jitter 0 to 1, at random; each tenth of it makes the ejection a hundredth longer.
     * @return how long the ejection lasts, in nanoseconds.
     * @throws IllegalStateException when the backend is ejected.
     * @throws IllegalArgumentException when the jitter is out of range.
     */
    public long eject(long nowNs, double jitter) {
        if (ejected) {
            throw new IllegalStateException("a backend is ejected twice");
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("a jitter is from 0 to 1, not " + jitter);
        }
        forgetIfLongAgo(nowNs);
        final long durationNs = nextNs + (long) (nextNs * JITTER_SHARE * jitter);
        factor = (int) Math.min(Integer.MAX_VALUE, nextNs / baseNs);
        nextNs = nextNs > limitNs / 2 ? limitNs : 2 * nextNs;
        ejected = true;
        onProbation = false;
        failureCount = 0;
        untilNs = nowNs + durationNs;
        return durationNs;
    }

    /**
     * End the ejection if its time is over. The backend is on probation from then on.
     *
     * @param nowNs the time.
     * @return whether it ended by this call.
     */
    public boolean endIfDue(long nowNs) {
        if (!ejected || nowNs - untilNs < 0) {
            return false;
        }
        ejected = false;
        onProbation = true;
        endedNs = nowNs;
        return true;
    }

    /**
     * End an ejection before its time, because its checks say that the backend is well. How long the next one lasts is not
     * forgotten: a backend that passes its checks and fails its clients is not to be back every other second.
     *
     * @param nowNs the time.
     */
    public void endEarly(long nowNs) {
        if (ejected) {
            ejected = false;
            onProbation = true;
            endedNs = nowNs;
        }
    }

    /**
     * How many times the first one the last ejection was meant to last.
     *
     * @return at least 1.
     */
    public int factor() {
        return factor;
    }

    /**
     * Whether the backend is ejected.
     *
     * @return whether it is; {@link #endIfDue} alone and {@link #endEarly} end it, time does not.
     */
    public boolean isEjected() {
        return ejected;
    }

    /**
     * Whether an ejection ended and no connect has succeeded since: a single failure suffices for the next.
     *
     * @return whether it is on probation.
     */
    public boolean isOnProbation() {
        return onProbation;
    }

    /**
     * When the ejection is due to end.
     *
     * @return the time in nanoseconds; without meaning unless {@link #isEjected}.
     */
    public long untilNs() {
        return untilNs;
    }

    /** Counted from an ejection's end: counted from its start, the longest ones would be forgotten as they end. */
    private void forgetIfLongAgo(long nowNs) {
        if (!ejected && nextNs != baseNs && nowNs - endedNs >= limitNs) {
            nextNs = baseNs;
        }
    }
}
