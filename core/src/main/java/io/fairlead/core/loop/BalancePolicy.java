package io.fairlead.core.loop;

/** How a backend is chosen for a client without a usable pin. <b>Immutable.</b> */
public enum BalancePolicy {
    /** Weighted rendezvous hashing of the client key: the same client goes to the same backend, pins or not. */
    SOURCE,
    /** In turn, by weight. */
    ROUND_ROBIN,
    /** The one with the fewest connections for its weight. */
    LEAST_CONNECTIONS
}
