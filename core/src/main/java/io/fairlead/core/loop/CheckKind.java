package io.fairlead.core.loop;

/** How a backend is asked whether it works. <b>Immutable.</b> */
public enum CheckKind {
    /** It is not asked. */
    OFF,
    /** It takes a connection. */
    TCP,
    /** It answers an HTTP request with an expected status. */
    HTTP,
    /** It completes a WebSocket handshake: what its clients need of it, and so the check to prefer. */
    WEBSOCKET
}
