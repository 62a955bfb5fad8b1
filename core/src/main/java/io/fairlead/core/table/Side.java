package io.fairlead.core.table;

/**
 * The two peers of a connection, and the two directions between them. A direction has the number of the side it comes
 * from, so one index serves both.
 */
public final class Side {
    /** The peer that was accepted. */
    public static final int CLIENT = 0;
    /** The peer that was connected to. */
    public static final int BACKEND = 1;

    /** From {@link #CLIENT} to {@link #BACKEND}. */
    public static final int CLIENT_TO_BACKEND = CLIENT;
    /** From {@link #BACKEND} to {@link #CLIENT}. */
    public static final int BACKEND_TO_CLIENT = BACKEND;

    private Side() {}

    /**
     * The other side, or direction. The side a direction comes from has its number, the side it goes to is the other.
     *
     * @param side either.
     * @return the other.
     */
    public static int other(int side) {
        return 1 - side;
    }
}
