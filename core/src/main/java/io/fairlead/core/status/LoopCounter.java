package io.fairlead.core.status;

/**
 * What a balancer counts about itself. Names ending in {@code ACTIVE}, {@code HELD}, {@code OUT} or {@code LIVE} go up
 * and down; all others only grow. Lengths are in bytes. <b>Immutable.</b>
 */
public enum LoopCounter {
    /** Connections accepted. */
    ACCEPTED,
    /** Connections in the table. */
    CONNECTIONS_ACTIVE,
    /** Connections that were answered and now wait for the client to close. */
    LINGERING_ACTIVE,
    /** Connections past a verified 101. */
    WEBSOCKETS_ACTIVE,
    /** Times accepting was paused because the table, or the peek pool, was full. */
    ACCEPT_PAUSES,
    /** Times accepting or connecting backed off because this machine lacked descriptors or ports. */
    LOCAL_RESOURCE_BACKOFFS,

    /** Bytes read from clients. */
    CLIENT_BYTES_READ,
    /** Bytes read from backends. */
    BACKEND_BYTES_READ,
    /** Bytes written to clients. */
    CLIENT_BYTES_WRITTEN,
    /** Bytes written to backends. */
    BACKEND_BYTES_WRITTEN,
    /** Bytes the balancer itself made up and wrote: its own HTTP answers. */
    BYTES_ORIGINATED,
    /** Bytes of kept requests that were written and must be, or were, written again to another backend. */
    BYTES_REPLAYED,
    /** Bytes read and never to be written: after an end, while lingering, or of an ended connection. */
    BYTES_DISCARDED,

    /** Slabs and peek slabs in use. */
    SLABS_OUT,
    /** Times a direction had to wait for a free slab before it could be read. */
    SLAB_WAITS,

    /** Pipes in use: each holds bytes that its sink did not take yet. */
    PIPES_OUT,
    /** Bytes that passed from socket to socket through a pipe. They are also counted as read, and as written. */
    BYTES_SPLICED,

    /** Connections sent to the owner of their key. */
    AFFINITY_OWNER,
    /** Connections sent to the backend their client is pinned to. */
    AFFINITY_PIN,
    /** Connections sent where round-robin or least-connections said. */
    AFFINITY_BALANCE,
    /** Connections sent elsewhere because the owner of their key takes none. */
    AFFINITY_FALLBACK,
    /** Connections sent elsewhere because the first choice was full. */
    AFFINITY_OVERFLOW,
    /** Connections sent elsewhere because their source has more than one backend should bear. */
    AFFINITY_HOT,
    /** Connections sent to another backend because the first choice failed. */
    AFFINITY_RETRY,
    /** Pins in the table. */
    PINS_HELD,
    /** Pins with at least one connection. */
    PINS_LIVE,
    /** Pins dropped because their client stayed away longer than the pin time-out. */
    PINS_EXPIRED,
    /** Pins dropped to make room for another client's. */
    PINS_EVICTED,
    /** Connections forwarded without a pin because the table was full of live ones. */
    PINS_REFUSED,
    /** Connections that went elsewhere although their client had a usable pin. Stays 0, or the balancer has a defect. */
    MISPINS,

    /** Attempts that failed and were followed by another one the client did not notice. */
    RETRIES,
    /** Client keys that are hot. */
    HOT_SOURCES_ACTIVE,
    /** Times so many backends were not well that their health was ignored. */
    PANICS,
    /** Upgrades that were answered with a verified 101. */
    UPGRADES,
    /** Directions whose bytes stopped being WebSocket frames; they are forwarded untracked. */
    TRACKING_LOST,

    /** Duty cycles. */
    CYCLES,
    /** Events whose connection had already ended. */
    STALE_EVENTS,
    /** Connection events dropped because the listener did not keep up. */
    EVENTS_LOST,
    /** Notices dropped because the listener did not keep up. */
    NOTICES_LOST,
    /** Defects caught, each ended one connection or one check. */
    INTERNAL_ERRORS
}
