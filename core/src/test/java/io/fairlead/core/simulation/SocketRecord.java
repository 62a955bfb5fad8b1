package io.fairlead.core.simulation;

import io.fairlead.core.table.Side;

/** What the engine did to one socket and what it learned from it, as seen at the seam. */
final class SocketRecord {
    final int side;
    final int handle;
    /** Of whose connection, null as long as it is not registered. */
    ConnectionRecord connection;

    /** The backend it was to be connected to, null for a client's. */
    Incarnation target;
    /** The check that it is of, null if it is a connection's. */
    ProbeRecord probe;

    long openedNs;
    long bytesRead;
    long bytesWritten;
    long lastReadNs;
    long lastWriteNs;
    boolean isRegistered;
    boolean isConnected;
    /** A backend's: its connection was forwarded. */
    boolean isForwarding;
    /** A read said FIN. */
    boolean isEndSeen;
    /** A read or a write said so. */
    boolean isResetSeen;
    /** An event said so, and it was true. */
    boolean isResetTold;
    /** Its connect has failed. */
    boolean hasConnectFailed;

    /** The balancer has shut its output down. */
    boolean isEndSent;

    /** What it brings next was looked at, and not read since. */
    boolean isPeeked;

    int interest;
    /** In which cycle it was last polled for reading after it had not been. */
    int readableCycle;

    SocketRecord(int side, int handle, long nowNs) {
        this.side = side;
        this.handle = handle;
        openedNs = nowNs;
        lastReadNs = nowNs;
        lastWriteNs = nowNs;
    }

    boolean isReset() {
        return isResetSeen || isResetTold;
    }

    @Override
    public String toString() {
        return probe != null ? probe.toString() : side == Side.CLIENT ? "the client" : "backend " + target;
    }
}
