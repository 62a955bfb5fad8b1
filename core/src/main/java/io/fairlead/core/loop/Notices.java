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
    private static final int LIMIT_COUNT = LimitKind.values().length;
    private static final LimitKind[] LIMITS = LimitKind.values();

    private final LoopState state;
    private final long epochOffsetMs;
    private final Queue<Notice> queue;
    private final long[] metCounts = new long[LIMIT_COUNT];
    private final boolean[] wasTold = new boolean[LIMIT_COUNT];
    private final long[] toldNs = new long[LIMIT_COUNT];
    private final boolean[] hasKey = new boolean[LIMIT_COUNT];
    private final long[] lastKeyHi = new long[LIMIT_COUNT];
    private final long[] lastKeyLo = new long[LIMIT_COUNT];
    private final String[] lastNames = new String[LIMIT_COUNT];

    Notices(LoopState state, long epochOffsetMs) {
        this.state = state;
        this.epochOffsetMs = epochOffsetMs;
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
        hasKey[kind.ordinal()] = false;
        met(kind, null, nowNs);
    }

    /** A backend met its limit. */
    void limit(LimitKind kind, Backend backend, long nowNs) {
        hasKey[kind.ordinal()] = false;
        met(kind, backend.name(), nowNs);
    }

    /** A source met its limit. */
    void limit(LimitKind kind, long keyHi, long keyLo, long nowNs) {
        final int index = kind.ordinal();
        hasKey[index] = true;
        lastKeyHi[index] = keyHi;
        lastKeyLo[index] = keyLo;
        met(kind, null, nowNs);
    }

    /** Tell of limits that were met since they were last told of, where that was long enough ago. */
    void flush(long nowNs) {
        for (int index = 0; index < LIMIT_COUNT; index++) {
            if (metCounts[index] > 0 && isDue(index, nowNs)) {
                tell(index, nowNs);
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
        final int index = kind.ordinal();
        metCounts[index]++;
        lastNames[index] = name;
        if (isDue(index, nowNs)) {
            tell(index, nowNs);
        }
    }

    private boolean isDue(int index, long nowNs) {
        return !wasTold[index] || nowNs - toldNs[index] >= LIMIT_INTERVAL_NS;
    }

    private void tell(int index, long nowNs) {
        offer(new LimitNotice(timeMs(nowNs), LIMITS[index], metCounts[index], example(index)));
        metCounts[index] = 0;
        wasTold[index] = true;
        toldNs[index] = nowNs;
    }

    private String example(int index) {
        if (!hasKey[index]) {
            return lastNames[index];
        }
        final StringBuilder text = new StringBuilder();
        ClientKey.appendTo(
                text,
                lastKeyHi[index],
                lastKeyLo[index],
                state.settings.clientPrefix4(),
                state.settings.clientPrefix6());
        return text.toString();
    }

    private void offer(Notice notice) {
        if (!queue.offer(notice)) {
            state.counters.increment(LoopCounter.NOTICES_LOST);
        }
    }
}
