package io.fairlead.core.status;

import java.util.Locale;

/** Why a connection went to its backend. <b>Immutable.</b> */
public enum WhyChosen {
    /** No backend was chosen. */
    NONE,
    /** Rendezvous hashing chose it. */
    OWNER,
    /** The client was pinned to it. */
    PIN,
    /** Round-robin or least-connections chose it. */
    BALANCE,
    /** An earlier choice failed. */
    RETRY,
    /** The owner of its key takes no connections. */
    FALLBACK,
    /** The first choice had as many connections as it may. */
    OVERFLOW,
    /** Its source has more connections than one backend should bear. */
    HOT;

    private static final WhyChosen[] VALUES = values();

    private final String label = name().toLowerCase(Locale.ROOT);

    /**
     * The constant with an ordinal.
     *
     * @param ordinal from {@link #ordinal()}.
     * @return the constant.
     */
    public static WhyChosen of(int ordinal) {
        return VALUES[ordinal];
    }

    /**
     * The word of the access log.
     *
     * @return lower case.
     */
    public String label() {
        return label;
    }
}
