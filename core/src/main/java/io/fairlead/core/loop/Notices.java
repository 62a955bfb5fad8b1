package io.fairlead.core.loop;

import io.fairlead.core.rules.ClientKey;
import io.fairlead.core.status.BackendNotice;
import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.LimitKind;
import io.fairlead.core.status.LimitNotice;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.Notice;
import io.fairlead.core.status.NoticeListener;
import io.fairlead.core.status.PanicNotice;
import io.fairlead.core.table.Backend;
import java.util.Arrays;
import java.util.Queue;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Tells an operator what happened, through a bounded queue from which another thread takes it. Limits are met as often as
 * clients like, so of each kind one in ten seconds is told, with how many there were.
 *
 * <p>{@link #poll} belongs to one other thread, everything else to the loop thread.
 */
final class Notices {
    private static final long LIMIT_INTERVAL_NS = 10_000_000_000L;
    private static final long NS_PER_MS = 1_000_000;
    private static final LimitKind[] LIMITS = LimitKind.values();

    private final LoopState state;
    private final long epochOffsetMs;
    private final Queue<Notice> queue;
    private final Tally[] tallies = new Tally[LIMITS.length];

    /** How often a limit was met since that was last told, and by whom last. */
    private static final class Tally {
        long metCount;
        boolean wasTold;
        long toldNs;
        boolean isOfKey;
        long keyHi;
        long keyLo;
        String name;

        boolean isDue(long nowNs) {
            return !wasTold || nowNs - toldNs >= LIMIT_INTERVAL_NS;
        }
    }

    Notices(LoopState state, long epochOffsetMs) {
        this.state = state;
        this.epochOffsetMs = epochOffsetMs;
        Arrays.setAll(tallies, i -> new Tally());
        final int length = state.settings.noticeQueueLength();
        queue = length == 0 ? null : new OneToOneConcurrentArrayQueue<>(length);
    }

    long timeMs(long nowNs) {
        return nowNs / NS_PER_MS + epochOffsetMs;
    }

    /** A backend changed its state. */
    void backend(Backend backend, BackendState from, BackendState to, String reason, long nowNs) {
        if (queue == null) {
            return;
        }
        int acceptingCount = 0;
        for (int i = 0; i < state.backends.size(); i++) {
            acceptingCount += state.backends.get(i).acceptsHealthy() ? 1 : 0;
        }
        offer(new BackendNotice(
                timeMs(nowNs),
                backend.name(),
                from,
                to,
                reason,
                backend.activeCount(),
                acceptingCount,
                state.backends.size()));
    }

    /** Health is ignored from now on, or no longer. */
    void panic(boolean begins, int healthyPercent, int threshold, long nowNs) {
        if (queue != null) {
            offer(new PanicNotice(timeMs(nowNs), begins, healthyPercent, threshold));
        }
    }

    /** A limit was met, nobody in particular having met it. */
    void limit(LimitKind kind, long nowNs) {
        met(kind, null, nowNs);
    }

    /** A backend met its limit. */
    void limit(LimitKind kind, Backend backend, long nowNs) {
        met(kind, backend.name(), nowNs);
    }

    /** A source met its limit. */
    void limit(LimitKind kind, long keyHi, long keyLo, long nowNs) {
        final Tally tally = tallies[kind.ordinal()];
        tally.isOfKey = true;
        tally.keyHi = keyHi;
        tally.keyLo = keyLo;
        met(kind, null, nowNs);
    }

    /** Tell of limits that were met since they were last told of, where that was long enough ago. */
    void flush(long nowNs) {
        for (final LimitKind kind : LIMITS) {
            final Tally tally = tallies[kind.ordinal()];
            if (tally.metCount > 0 && tally.isDue(nowNs)) {
                tell(kind, tally, nowNs);
            }
        }
    }

    /** Hand waiting notices to a listener. @return how many. */
    int poll(NoticeListener listener) {
        int count = 0;
        if (queue != null) {
            Notice notice = queue.poll();
            while (notice != null) {
                count++;
                listener.onNotice(notice);
                notice = queue.poll();
            }
        }
        return count;
    }

    private void met(LimitKind kind, String name, long nowNs) {
        if (queue == null) {
            return;
        }
        final Tally tally = tallies[kind.ordinal()];
        tally.metCount++;
        tally.name = name;
        if (tally.isDue(nowNs)) {
            tell(kind, tally, nowNs);
        }
    }

    private void tell(LimitKind kind, Tally tally, long nowNs) {
        offer(new LimitNotice(timeMs(nowNs), kind, tally.metCount, tally.isOfKey ? key(tally) : tally.name));
        tally.metCount = 0;
        tally.wasTold = true;
        tally.toldNs = nowNs;
    }

    private String key(Tally tally) {
        final StringBuilder text = new StringBuilder();
        ClientKey.appendTo(
                text, tally.keyHi, tally.keyLo, state.settings.clientPrefix4(), state.settings.clientPrefix6());
        return text.toString();
    }

    private void offer(Notice notice) {
        if (!queue.offer(notice)) {
            state.counters.increment(LoopCounter.NOTICES_LOST);
        }
    }
}
