package io.fairlead.core.status;

/** The limits a balancer holds. <b>Immutable.</b> */
public enum LimitKind {
    /** The connection table, or a pool, is full: accepting waits. */
    CONNECTIONS,
    /** A backend has as many connections as it may: its clients go to the next in their order. */
    BACKEND_CONNECTIONS,
    /** A source has as many connections as one may: the next is closed. */
    SOURCE_CONNECTIONS,
    /** A source connects faster than one may: the next is closed. */
    SOURCE_RATE,
    /** A source has more connections than one backend should bear: they are spread. */
    HOT_SOURCE
}
