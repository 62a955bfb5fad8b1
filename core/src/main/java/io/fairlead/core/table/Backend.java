package io.fairlead.core.table;

import java.net.InetSocketAddress;

/**
 * One backend: a plain object, for there are few. <b>Owned by the loop thread.</b>
 *
 * <p>What was counted for it is kept beside it by the loop.
 */
public final class Backend {
    /** The whole of a weight. */
    public static final int FULL_PERCENT = 100;

    private final int id;
    private final String name;
    private final long id64;
    private final InetSocketAddress address;
    private final boolean isBackup;
    private int weight;
    private int weightPercent = FULL_PERCENT;
    private int rampPercent = FULL_PERCENT;
    private int connectionLimit;
    private boolean draining;
    private boolean removed;
    private boolean withheld;
    private boolean healthy = true;
    private boolean healthIgnored;
    private int activeCount;
    private long turnCredit;

    Backend(
            int id,
            String name,
            long id64,
            InetSocketAddress address,
            int weight,
            int connectionLimit,
            boolean isBackup) {
        this.connectionLimit = connectionLimit;
        this.isBackup = isBackup;
        this.id = id;
        this.name = name;
        this.id64 = id64;
        this.address = address;
        this.weight = weight;
    }

    /** Its number in this process. A past one's is not given again before a million more were added. */
    public int id() {
        return id;
    }

    /** Its identity. */
    public String name() {
        return name;
    }

    /** The hash of its identity. */
    public long id64() {
        return id64;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** Whether it only serves where the others do not suffice. */
    public boolean isBackup() {
        return isBackup;
    }

    /** Its share relative to the others', as configured. */
    public int weight() {
        return weight;
    }

    void weight(int value) {
        weight = value;
    }

    /** What its agent makes of its weight. */
    public int weightPercent() {
        return weightPercent;
    }

    void weightPercent(int value) {
        weightPercent = value;
    }

    /** Its share relative to the others' as it counts now, in hundredths of a weight. */
    public int share() {
        return weight * weightPercent;
    }

    /** Its share while it is slowly started, for policies that look at load. */
    public long rampedShare() {
        return (long) share() * rampPercent;
    }

    /** Set how much of its share it has while it is slowly started, from 1 to {@link #FULL_PERCENT}. */
    public void rampPercent(int value) {
        rampPercent = value;
    }

    /** Most connections it may have; 0 for any number. */
    public int connectionLimit() {
        return connectionLimit;
    }

    /** Set most connections it may have; 0 for any number. */
    public void connectionLimit(int value) {
        connectionLimit = value;
    }

    /** Whether it has all the connections it may have. */
    public boolean isFull() {
        return connectionLimit > 0 && activeCount >= connectionLimit;
    }

    /** Whether it takes new connections, if it is not full. */
    public boolean accepts() {
        return isInService() && (healthy || healthIgnored);
    }

    /** Whether it takes new connections and is well besides. */
    public boolean acceptsHealthy() {
        return isInService() && healthy;
    }

    /** Whether nobody, neither an operator nor its agent, has taken it out of service, and it has been checked if it must be. */
    public boolean isInService() {
        return !draining && !removed && !withheld;
    }

    /** Set whether it is kept out of service for another reason than an operator's word. */
    public void withheld(boolean value) {
        withheld = value;
    }

    /** Whether checks and connections find it well. */
    public boolean healthy() {
        return healthy;
    }

    /** Set whether checks and connections find it well. */
    public void healthy(boolean value) {
        healthy = value;
    }

    /** Set whether so many are not well that it makes no difference. */
    public void healthIgnored(boolean value) {
        healthIgnored = value;
    }

    /** Whether it was told to take no new connections. */
    public boolean draining() {
        return draining;
    }

    /** Set whether it takes no new connections. */
    public void draining(boolean value) {
        draining = value;
    }

    /** Whether it is no longer configured. */
    public boolean removed() {
        return removed;
    }

    /** Connections that have it, those being connected included. */
    public int activeCount() {
        return activeCount;
    }

    /** Count connections more, or less. */
    public void addActive(int delta) {
        activeCount += delta;
    }

    /** How far it is from its next turn under round-robin. */
    public long turnCredit() {
        return turnCredit;
    }

    /** Set how far it is from its next turn under round-robin. */
    public void turnCredit(long value) {
        turnCredit = value;
    }

    void remove() {
        removed = true;
    }
}
