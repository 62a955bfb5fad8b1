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
 * </pre>
 */
final class Token {
    private static final int LISTENER_MARK = -1;

    private Token() {}

    static long ofConnection(int slot, int side, int generation) {
        return (long) (generation & Integer.MAX_VALUE) << Integer.SIZE | (long) slot << 1 | side;
    }

    static long ofListener(int listenerIndex) {
        return (long) LISTENER_MARK << Integer.SIZE | listenerIndex;
    }

    static boolean isListener(long token) {
        return token < 0;
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
