package io.fairlead.core.transport;

/** Receives what {@link Transport#poll} found. Called on the thread that polls, and must not throw. */
@FunctionalInterface
public interface ReadinessHandler {
    /**
     * A socket is ready.
     *
     * @param token the token the socket was last registered with; it can be stale, so the receiver checks it.
     * @param readiness a combination of {@link Transport#READABLE}, {@link Transport#WRITABLE} and {@link
     *     Transport#FAILED}.
     */
    void onReady(long token, int readiness);
}
