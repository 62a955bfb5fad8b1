package io.fairlead.core.table;

import java.net.InetSocketAddress;

/**
 * One backend: a plain object, for there are few. <b>Owned by the loop thread.</b>
 *
 * <p>What was counted for it is kept beside it by the loop.
 */
public final class Backend {
    private final int id;
    private final String name;
    private final long id64;
    private final InetSocketAddress address;
    private int weight;
    private boolean draining;
    private boolean removed;
    private int activeCount;
    private long turnCredit;

    Backend(int id, String name, long id64, InetSocketAddress address, int weight) {
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

    /** Its share relative to the others'. */
    public int weight() {
        return weight;
    }

    void weight(int value) {
        weight = value;
    }

    /** Whether it takes new connections. */
    public boolean accepts() {
        return !draining && !removed;
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
