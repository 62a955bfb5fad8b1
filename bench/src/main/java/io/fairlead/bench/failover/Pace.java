package io.fairlead.bench.failover;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * How a client behaves in time. <b>Owned by the load thread</b>, for the sake of its random numbers.
 */
final class Pace {
    private static final long SEED = 1;

    /** Real clients back off so that not all return in one instant; with hundreds at once a server's listen backlog overflows. */
    private static final long LEAST_BACK_OFF_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long MOST_BACK_OFF_NS = TimeUnit.MILLISECONDS.toNanos(300);

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final long intervalNs;
    private final long replyLimitNs;

    /**
     * Of all clients.
     *
     * @param intervalNs from a message to the next, on average.
     * @param replyLimitNs how long to wait for a reply, and for a connection with a reply on it.
     */
    Pace(long intervalNs, long replyLimitNs) {
        this.intervalNs = intervalNs;
        this.replyLimitNs = replyLimitNs;
    }

    /** From a message to the next: a quarter more or less than on average. */
    long intervalNs() {
        return random.nextLong(intervalNs - intervalNs / 4, intervalNs + intervalNs / 4 + 1);
    }

    /** From a connection's end, or a connect that failed, to the next connect: 100 to 300 ms. */
    long backOffNs() {
        return random.nextLong(LEAST_BACK_OFF_NS, MOST_BACK_OFF_NS + 1);
    }

    /** How long a reply may take, and a connect with the first reply. */
    long replyLimitNs() {
        return replyLimitNs;
    }
}
