package io.fairlead.core.loop;

/** What a listener does with the first bytes of a connection. <b>Immutable.</b> */
public enum PeekMode {
    /** WebSocket upgrades are pinned and tracked; other HTTP and opaque bytes pass untouched. */
    AUTO,
    /** Only WebSocket upgrades pass; everything else is ended and counted. */
    REQUIRED,
    /** Nothing is looked at: for protocols in which the server speaks first. */
    OFF
}
