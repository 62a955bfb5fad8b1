package io.fairlead.core.table;

/** The flags of a connection: bits of its state above the phase. */
public final class Flag {
    /** The request was HTTP, so the balancer may answer it itself. */
    public static final int HTTP = 1 << 3;
    /** The connection is counted with its source's. */
    public static final int COUNTED = 1 << 4;
    /** When it was accepted its source had as many connections as it takes to be hot. */
    public static final int CROWDED = 1 << 9;
    /** The request is kept until the backend's answer is classified, to be sent to another backend if it must. */
    public static final int KEPT = 1 << 5;
    /** The backend sent its first byte. */
    public static final int ANSWERED = 1 << 6;
    /** A 101 was verified. */
    public static final int WEBSOCKET = 1 << 7;
    /** The slab of the client-to-backend direction is a peek slab. */
    public static final int PEEK_SLAB = 1 << 8;

    private static final int TRACKED = 1 << 10;
    private static final int END_SEEN = 1 << 12;
    private static final int END_SENT = 1 << 14;
    private static final int IN_LINE = 1 << 16;
    private static final int CONTROL_OPEN = 1 << 18;
    private static final int SPLICING = 1 << 20;

    private Flag() {}

    /**
     * The frames of a direction are tracked.
     *
     * @param direction which.
     * @return the bit.
     */
    public static int tracked(int direction) {
        return TRACKED << direction;
    }

    /**
     * The FIN of a direction's source was read.
     *
     * @param direction which.
     * @return the bit.
     */
    public static int endSeen(int direction) {
        return END_SEEN << direction;
    }

    /**
     * A FIN was sent to a direction's sink.
     *
     * @param direction which.
     * @return the bit.
     */
    public static int endSent(int direction) {
        return END_SENT << direction;
    }

    /**
     * A direction waits for a slab.
     *
     * @param direction which.
     * @return the bit.
     */
    public static int inLine(int direction) {
        return IN_LINE << direction;
    }

    /**
     * The last frame header of a direction was a control frame's.
     *
     * @param direction which.
     * @return the bit.
     */
    public static int controlOpen(int direction) {
        return CONTROL_OPEN << direction;
    }

    /**
     * A direction brings so much that it goes through a pipe.
     *
     * @param direction which.
     * @return the bit.
     */
    public static int splicing(int direction) {
        return SPLICING << direction;
    }
}
