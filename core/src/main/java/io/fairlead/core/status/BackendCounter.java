package io.fairlead.core.status;

/**
 * What is counted for each backend. {@code UP} is client to backend, {@code DOWN} is backend to client; names ending in
 * {@code ACTIVE} go up and down, all others only grow. Lengths are in bytes. <b>Immutable.</b>
 */
public enum BackendCounter {
    /** Connections that have this backend, those being connected included. */
    CONNECTIONS_ACTIVE,
    /** Connections past a verified 101. */
    WEBSOCKETS_ACTIVE,
    /** Connections established. */
    CONNECTED,
    /** Attempts refused, reset or without a route. */
    CONNECT_REFUSED,
    /** Attempts that found no answer in time. */
    CONNECT_TIMED_OUT,
    /** Upgrades answered with a verified 101. */
    UPGRADES_SWITCHED,
    /** Upgrades answered with anything else. */
    UPGRADES_DECLINED,
    /** Upgrades that were not answered: the backend hung up, reset, was too slow or found down. */
    UPGRADES_UNANSWERED,
    /** Checks passed. */
    CHECKS_PASSED,
    /** Checks failed. */
    CHECKS_FAILED,
    /** Times it went down, by its checks or its agent. */
    TIMES_DOWN,
    /** Times it was ejected. */
    TIMES_EJECTED,
    /** Bytes read from clients of this backend. */
    UP_BYTES,
    /** Bytes read from this backend. */
    DOWN_BYTES,
    /** Whole messages (text or binary frames with their continuations) from clients. */
    UP_MESSAGES,
    /** Whole messages from this backend. */
    DOWN_MESSAGES,
    /** Payload bytes of messages from clients. */
    UP_MESSAGE_BYTES,
    /** Payload bytes of messages from this backend. */
    DOWN_MESSAGE_BYTES,
    /** Frames of any kind from clients. */
    UP_FRAMES,
    /** Frames of any kind from this backend. */
    DOWN_FRAMES,
    /** Pings from clients. */
    UP_PINGS,
    /** Pings from this backend. */
    DOWN_PINGS,
    /** Pongs from clients. */
    UP_PONGS,
    /** Pongs from this backend. */
    DOWN_PONGS,
    /** Close frames from clients. */
    UP_CLOSES,
    /** Close frames from this backend. */
    DOWN_CLOSES,
    /** Times its agent was understood. */
    AGENT_ANSWERS,
    /** Times its agent could not be asked, or not be understood. */
    AGENT_FAILURES
}
