package io.fairlead.core.status;

import java.util.Locale;

/** Whether a backend takes connections. <b>Immutable.</b> */
public enum BackendState {
    /** Takes new connections. */
    ACTIVE,
    /** Checks, or its agent, find it down: takes none, unless so many are that health is ignored. */
    DOWN,
    /** Connecting it failed too often: takes none for a while, unless so many do not that health is ignored. */
    EJECTED,
    /** An operator or its agent wants it to take no new connections; the old ones live on. */
    DRAINING,
    /** Its agent says that it is being worked on: as draining. */
    MAINTENANCE,
    /** No longer configured; it is forgotten when its last connection ends. */
    REMOVED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /**
     * The word for logs and metrics.
     *
     * @return lower case.
     */
    public String label() {
        return label;
    }
}
