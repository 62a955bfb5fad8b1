package io.fairlead.core.status;

/** The limits a balancer holds. <b>Immutable.</b> */
public enum LimitKind {
    /** The connection table is full: accepting waits. */
    CONNECTIONS,
    /** So many clients are slow with their request heads that there is no room for another's: accepting waits. */
    PEEK_SLABS,
    /** A backend has as many connections as it may: its clients go to the next in their order. */
    BACKEND_CONNECTIONS,
    /** All backends that take connections have as many as they may: clients are answered 503. */
    ALL_BACKENDS,
    /** A source has as many connections as one may: the next is closed. */
    SOURCE_CONNECTIONS,
    /** A source connects faster than one may: the next is closed. */
    SOURCE_RATE,
    /** A source has more connections than one backend should bear: they are spread. */
    HOT_SOURCE
}
