package io.fairlead.core.status;

import java.util.concurrent.atomic.AtomicLongArray;

/** Everything counted for one backend. Written by the loop thread alone, read by any thread. */
public final class BackendStats {
    private final Counters<BackendCounter> counters = new Counters<>(BackendCounter.class);
    private final AtomicLongArray closes = new AtomicLongArray(2 * CloseCode.values().length);
    private final DurationHistogram connect = new DurationHistogram();
    private final DurationHistogram handshake = new DurationHistogram();
    private final DurationHistogram session = new DurationHistogram();

    /** All zero. */
    public BackendStats() {}

    /**
     * The plain counters.
     *
     * @return the live object.
     */
    public Counters<BackendCounter> counters() {
        return counters;
    }

    /**
     * From the start of a connect to its success.
     *
     * @return the live object.
     */
    public DurationHistogram connect() {
        return connect;
    }

    /**
     * From the moment the backend was connected to its verified 101.
     *
     * @return the live object.
     */
    public DurationHistogram handshake() {
        return handshake;
    }

    /**
     * From accept to end, of connections that this backend answered.
     *
     * @return the live object.
     */
    public DurationHistogram session() {
        return session;
    }

    /**
     * Count the first Close frame of a WebSocket. <b>Owned by the loop thread.</b>
     *
     * @param code what it carried, 1005 for nothing.
     * @param byClient whether the client sent it; else the backend did.
     */
    public void countClose(int code, boolean byClient) {
        final int index = closeIndex(CloseCode.of(code), byClient);
        closes.setRelease(index, closes.getPlain(index) + 1);
    }

    /**
     * How many WebSockets were closed with a code: by the first Close frame, whose receiver only answers it. <b>Thread
     * safe.</b>
     *
     * @param code which.
     * @param byClient from clients, else from the backend.
     * @return the count.
     */
    public long closes(CloseCode code, boolean byClient) {
        return closes.getAcquire(closeIndex(code, byClient));
    }

    private static int closeIndex(CloseCode code, boolean byClient) {
        return code.ordinal() * 2 + (byClient ? 1 : 0);
    }
}
