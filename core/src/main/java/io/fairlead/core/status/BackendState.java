package io.fairlead.core.status;

/** Whether a backend takes connections. <b>Immutable.</b> */
public enum BackendState {
    /** Takes new connections. */
    ACTIVE,
    /** Takes no new connections; the old ones live on. */
    DRAINING,
    /** No longer configured; it is forgotten when its last connection ends. */
    REMOVED
}
