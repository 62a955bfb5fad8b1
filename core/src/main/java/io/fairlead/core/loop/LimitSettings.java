package io.fairlead.core.loop;

/**
 * What one source may take of a balancer. <b>Immutable.</b>
 *
 * @param sourceConnections most connections of a client key; 0 for any number.
 * @param sourceRate most accepts a second of a client key, on average; 0 for any number.
 * @param sourceBurst most accepts of a client key at once, where they are limited.
 * @param hotFloor fewest connections with which a client key can be hot; 0 for none ever.
 */
public record LimitSettings(int sourceConnections, int sourceRate, int sourceBurst, int hotFloor) {
    /** No limits. */
    public static final LimitSettings NONE = new LimitSettings(0, 0, 1, 0);

    /**
     * Whether the connections of each client key have to be known.
     *
     * @return true if a limit asks for it.
     */
    public boolean countsSources() {
        return sourceConnections > 0 || hotFloor > 0;
    }
}
