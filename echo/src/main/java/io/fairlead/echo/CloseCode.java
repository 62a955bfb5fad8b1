package io.fairlead.echo;

/** Close codes (RFC 6455 section 7.4, and the IANA registry for 1012 to 1014). <b>Thread safe.</b> */
final class CloseCode {
    static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    static final int INVALID_PAYLOAD = 1007;
    static final int MESSAGE_TOO_BIG = 1009;

    private static final int FIRST_REGISTERED = 1000;
    private static final int LAST_REGISTERED = 1014;
    private static final int RESERVED = 1004;
    private static final int NO_STATUS = 1005;
    private static final int ABNORMAL = 1006;
    private static final int FIRST_FREE = 3000;
    private static final int LAST_FREE = 4999;

    private CloseCode() {}

    /** Whether a peer may send this code. 1005, 1006 and 1015 are for APIs alone, 1004 has no meaning yet. */
    static boolean isLegal(int code) {
        return switch (code) {
            case RESERVED, NO_STATUS, ABNORMAL -> false;
            default ->
                (code >= FIRST_REGISTERED && code <= LAST_REGISTERED) || (code >= FIRST_FREE && code <= LAST_FREE);
        };
    }
}
