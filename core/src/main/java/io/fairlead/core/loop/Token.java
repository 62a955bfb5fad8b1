package io.fairlead.core.loop;

/**
 * What a socket is registered with: whose it is, and of which generation, so that an event that comes too late is told
 * from one for the slot's next holder.
 *
 * <pre>
 *   63                            32 31                        1   0
 *  +--------------------------------+---------------------------+---+
 *  |           Generation           |            Slot           | S |   S: the side
 *  +--------------------------------+---------------------------+---+
 *  |              -1                |        Listener index         |
 *  +--------------------------------+-------------------------------+
 *  |              -2                |   Generation of the check (20)|
 *  |                                |   and its index (12)          |
 *  +--------------------------------+-------------------------------+
 * </pre>
 */
final class Token {
    private static final int LISTENER_MARK = -1;
    private static final int CHECK_MARK = -2;
    private static final int CHECK_INDEX_BITS = 12;
    private static final int CHECK_INDEX_MASK = (1 << CHECK_INDEX_BITS) - 1;

    private Token() {}

    static long ofConnection(int slot, int side, int generation) {
        return (long) (generation & Integer.MAX_VALUE) << Integer.SIZE | (long) slot << 1 | side;
    }

    static long ofListener(int listenerIndex) {
        return (long) LISTENER_MARK << Integer.SIZE | listenerIndex;
    }

    /** A check's socket. Of its generation 20 bits count. */
    static long ofCheck(int index, int generation) {
        return (long) CHECK_MARK << Integer.SIZE
                | Integer.toUnsignedLong(generation << CHECK_INDEX_BITS | (index & CHECK_INDEX_MASK));
    }

    /** Whether it is not a connection's: then it is a listener's or a check's. */
    static boolean isOther(long token) {
        return token < 0;
    }

    static boolean isListener(long token) {
        return token >> Integer.SIZE == LISTENER_MARK;
    }

    static boolean isCheck(long token) {
        return token >> Integer.SIZE == CHECK_MARK;
    }

    static int checkIndex(long token) {
        return (int) token & CHECK_INDEX_MASK;
    }

    static boolean isOfCheckGeneration(long token, int generation) {
        return (int) token >>> CHECK_INDEX_BITS == generation << CHECK_INDEX_BITS >>> CHECK_INDEX_BITS;
    }

    static int listenerIndex(long token) {
        return (int) token;
    }

    static int slot(long token) {
        return (int) token >>> 1;
    }

    static int side(long token) {
        return (int) token & 1;
    }

    /** Compares the 31 bits a token has of it: a stale event would have to be two billion connections late. */
    static boolean isOfGeneration(long token, int generation) {
        return (int) (token >>> Integer.SIZE) == (generation & Integer.MAX_VALUE);
    }
}
