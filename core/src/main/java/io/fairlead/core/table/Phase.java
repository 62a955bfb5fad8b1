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

    private static final int MASK = 7;

    private Phase() {}

    /**
     * The phase in a state, without its flags.
     *
     * @param state of a connection.
     * @return one of this class's constants.
     */
    public static int of(int state) {
        return state & MASK;
    }

    /**
     * A state that differs from another in its phase only.
     *
     * @param state with the flags.
     * @param phase one of this class's constants.
     * @return the state.
     */
    static int with(int state, int phase) {
        return (state & ~MASK) | phase;
    }
}
