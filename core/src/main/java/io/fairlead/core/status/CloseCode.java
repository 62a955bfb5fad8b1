package io.fairlead.core.status;

/** Which WebSocket close codes are counted apart (RFC 6455 section 7.4 and the IANA registry). <b>Immutable.</b> */
public enum CloseCode {
    /** 1000. */
    NORMAL(1000),
    /** 1001. */
    GOING_AWAY(1001),
    /** 1002. */
    PROTOCOL_ERROR(1002),
    /** 1003. */
    UNSUPPORTED_DATA(1003),
    /** A Close frame without a code; 1005 is never on the wire. */
    NO_CODE(1005),
    /** 1007. */
    INVALID_PAYLOAD(1007),
    /** 1008. */
    POLICY_VIOLATION(1008),
    /** 1009. */
    MESSAGE_TOO_BIG(1009),
    /** 1010. */
    MANDATORY_EXTENSION(1010),
    /** 1011. */
    INTERNAL_ERROR(1011),
    /** 1012. */
    SERVICE_RESTART(1012),
    /** 1013. */
    TRY_AGAIN_LATER(1013),
    /** 1014. */
    BAD_GATEWAY(1014),
    /** Any other code. */
    OTHER(0);

    private static final CloseCode[] VALUES = values();

    private final int code;

    CloseCode(int code) {
        this.code = code;
    }

    /**
     * Where a code is counted.
     *
     * @param code from a Close frame, 1005 for one without.
     * @return the constant, {@link #OTHER} for what has none.
     */
    public static CloseCode of(int code) {
        final int index = code - 1000;
        if (index < 0 || index > 14) {
            return OTHER;
        }
        for (final CloseCode value : VALUES) {
            if (value.code == code) {
                return value;
            }
        }
        return OTHER;
    }

    /**
     * The label of metrics.
     *
     * @return the number, or {@code none} or {@code other}.
     */
    public String label() {
        return this == OTHER ? "other" : this == NO_CODE ? "none" : Integer.toString(code);
    }
}
