package io.fairlead.core;

import io.fairlead.core.loop.LimitSettings;
import io.fairlead.core.table.RateSketch;

/**
 * What one client key may take of a balancer. Reached by {@link BalancerContext#limits()}. Not thread safe.
 *
 * <p>Connections and accepts are counted in tables of a fixed size, whoever connects. A count is never below the truth, and
 * above it only for a key that by chance shares all four of its cells with others.
 */
public final class LimitContext {
    /** Most accepts a second, and at once, to which a client key can be limited. */
    public static final int MAX_RATE = RateSketch.RATE_LIMIT;

    private static final int DEFAULT_HOT_FLOOR = 256;

    private int sourceConnections;
    private int sourceRate;
    private int sourceBurst;
    private int hotFloor = DEFAULT_HOT_FLOOR;

    LimitContext() {}

    /**
     * Most connections of a client key at a time. One more is closed as soon as it is accepted.
     *
     * @param value at least 1; 0 for any number, as by default.
     * @return this.
     */
    public LimitContext sourceConnections(int value) {
        sourceConnections = value;
        return this;
    }

    /**
     * Most accepts a second of a client key, on average. One more is closed as soon as it is accepted.
     *
     * @param rate from 1 to 1,000,000; 0 for any number, as by default.
     * @param burst most at once; 0 for what one second allows.
     * @return this.
     */
    public LimitContext sourceRate(int rate, int burst) {
        sourceRate = rate;
        sourceBurst = burst;
        return this;
    }

    /**
     * Fewest connections with which a client key can be hot; 256 by default. The new connections of a hot key are spread: one that
     * has more than 1.25 of its backend's fair share of all connections, until it has no more than 1.10.
     *
     * @param value at least 1; 0 to leave every client key on its backend, however many connections it has.
     * @return this.
     */
    public LimitContext hotSourceFloor(int value) {
        hotFloor = value;
        return this;
    }

    LimitSettings conclude() {
        BalancerContext.requireRange("connections of a source", sourceConnections, 0, Integer.MAX_VALUE);
        BalancerContext.requireRange("accepts a second of a source", sourceRate, 0, MAX_RATE);
        BalancerContext.requireRange("accepts at once of a source", sourceBurst, 0, MAX_RATE);
        BalancerContext.requireRange("connections of a hot source", hotFloor, 0, Integer.MAX_VALUE);
        return new LimitSettings(
                sourceConnections, sourceRate, sourceBurst == 0 ? Math.max(1, sourceRate) : sourceBurst, hotFloor);
    }
}
