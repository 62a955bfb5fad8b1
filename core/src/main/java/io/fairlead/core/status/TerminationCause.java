package io.fairlead.core.status;

/**
 * Why a connection ended. Every connection ends with exactly one. Where an answer is named, only a client that sent
 * HTTP gets it; another one is just closed.
 *
 * <p>The two letters follow HAProxy's termination state ({@code doc/configuration.txt} 8.5): the first says who or what
 * ended it, the second in which phase. <b>Immutable.</b>
 */
public enum TerminationCause {
    /** Both ends sent their FIN and every byte before it was passed on. */
    COMPLETED("--"),

    /** The client left before its request was whole. */
    CLIENT_LEFT_IN_PEEK("CR"),
    /** The client reset while a backend was being connected. */
    CLIENT_RESET_IN_CONNECT("CC"),
    /** The client reset while the answer to its upgrade was awaited. */
    CLIENT_RESET_IN_UPGRADE("CH"),
    /** The client reset while bytes were forwarded. */
    CLIENT_RESET("CD"),
    /** The backend took the request and left before its answer, and none was left to try: answered with 503. */
    BACKEND_LEFT_IN_UPGRADE("SH"),
    /** The backend reset while bytes were forwarded. */
    BACKEND_RESET("SD"),

    /** The client did not send a whole request head in time: answered with 408. */
    PEEK_TIMED_OUT("cR"),
    /** The last backend tried did not take the connection in time: answered with 503. */
    CONNECT_TIMED_OUT("sC"),
    /** The last backend tried did not answer the upgrade in time: answered with 503. */
    UPGRADE_TIMED_OUT("sH"),
    /** No byte moved in either direction for the idle limit. */
    IDLE_TIMED_OUT("cD"),
    /** One end had sent its FIN and the other moved nothing for the half-closed limit. */
    HALF_CLOSED_TIMED_OUT("cL"),
    /** The client took nothing of what was waiting for it for the stall limit. */
    CLIENT_STALLED("cD"),
    /** The backend took nothing of what was waiting for it for the stall limit. */
    BACKEND_STALLED("sD"),

    /** The request head was malformed: answered with 400. */
    REQUEST_MALFORMED("PR"),
    /** The request head was over the header limit: answered with 431. */
    REQUEST_TOO_LONG("PR"),
    /** Not a WebSocket upgrade, where only those pass: answered with 426. */
    UPGRADE_REQUIRED("PR"),

    /** Its source already had as many connections as one may: closed unheard. */
    SOURCE_CONNECTIONS("PR"),
    /** Its source connects faster than one may: closed unheard. */
    SOURCE_RATE("PR"),
    /** Every backend that takes connections has as many as it may: answered with 503. */
    BACKENDS_FULL("PC"),
    /** Checks, or its agent, found its backend down, and connections are not to outlive that; or it had not answered yet, and none was left to try: answered with 503. */
    BACKEND_DOWN("DD"),

    /** Every backend tried refused or was unreachable: answered with 503. */
    BACKENDS_REFUSED("SC"),
    /** No backend takes connections: answered with 503. */
    NO_BACKEND("SC"),
    /** This machine lacks descriptors, ports or peek slabs for another connection: answered with 503 if it was heard. */
    LOCAL_RESOURCE("RC"),

    /** Ended by an operator or by the balancer's own close. */
    KILLED("KD"),
    /** A defect of the balancer; the error log has it. */
    INTERNAL_ERROR("ID");

    private static final TerminationCause[] VALUES = values();

    private final String code;

    TerminationCause(String code) {
        this.code = code;
    }

    /**
     * The cause with an ordinal.
     *
     * @param ordinal from {@link #ordinal()}.
     * @return the cause.
     */
    public static TerminationCause of(int ordinal) {
        return VALUES[ordinal];
    }

    /**
     * The two letters of the access log.
     *
     * @return two characters.
     */
    public String code() {
        return code;
    }
}
