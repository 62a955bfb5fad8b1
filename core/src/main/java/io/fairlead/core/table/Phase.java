package io.fairlead.core.table;

/** The phases of a connection, as the low bits of its state. They are ints, for they live in a record. */
public final class Phase {
    /** The slot is empty. */
    public static final int FREE = 0;
    /** The client's first bytes are awaited and looked at. */
    public static final int PEEKING = 1;
    /** A backend is being connected. */
    public static final int CONNECTING = 2;
    /** A backend is connected. */
    public static final int FORWARDING = 3;
    /** The balancer has answered; what the client still sends is thrown away until it closes. */
    public static final int LINGERING = 4;

    private Phase() {}
}
