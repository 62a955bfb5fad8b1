package io.fairlead.core.loop;

/** What a listener does with the first bytes of a connection. <b>Immutable.</b> */
public enum PeekMode {
    /**
     * WebSocket upgrades can be retried and their frames are tracked; other HTTP and opaque bytes pass untouched. A
     * malformed HTTP head is refused. Pins are for all of them.
     */
    AUTO,
    /** Only WebSocket upgrades pass; everything else is ended and counted. */
    REQUIRED,
    /** Nothing is looked at: for protocols in which the backend speaks first. */
    OFF
}
