package io.fairlead.core.transport.epoll;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a transport knows of its sockets: 16 bytes each in one off-heap buffer, by descriptor. The kernel gives the lowest
 * free descriptor, so the table is dense.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------------------------------------+
 *   |                             Token                             |  0
 *   |                                                               |
 *   +---------------------------------------------------------------+
 *   |                          Incarnation                          |  8
 *   +---------------------------------------------------------------+
 *   | Connect outcome |             Flags             |   Interest  | 12
 *   +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The incarnation is how often the descriptor was closed: it tells events of a socket that was closed in this very
 * batch from those of the next holder of its descriptor.
 *
 * <p><b>Owned by the loop thread.</b> Nothing here allocates, but growth.
 */
final class SocketTable {
    /** The descriptor is a socket of this transport. */
    static final int OPEN = 1 << 3;
    /** It is polled. */
    static final int REGISTERED = 1 << 4;
    /** Its peer reset it, or its connect failed; no later call says anything else. */
    static final int RESET = 1 << 5;
    /** Its failure was reported. */
    static final int FAILURE_TOLD = 1 << 6;
    /** Its connect has no outcome yet. */
    static final int CONNECTING = 1 << 7;
    /** The poll saw it writable and not failed, which is an outcome. */
    static final int CONNECT_SEEN = 1 << 8;

    private static final int INTEREST_MASK = 7;
    private static final int OUTCOME_SHIFT = 24;

    private static final int TOKEN_OFFSET = 0;
    private static final int INCARNATION_OFFSET = TOKEN_OFFSET + Long.BYTES;
    private static final int STATE_OFFSET = INCARNATION_OFFSET + Integer.BYTES;
    private static final int RECORD_LENGTH = STATE_OFFSET + Integer.BYTES;
    private static final int INITIAL_CAPACITY = 256;

    private UnsafeBuffer records = allocate(INITIAL_CAPACITY);
    private int capacity = INITIAL_CAPACITY;
    private int openCount;

    /** A descriptor became a socket of this transport. */
    void open(int descriptor, int flags) {
        reserve(descriptor);
        records.putInt(state(descriptor), OPEN | flags);
        openCount++;
    }

    /** It is one no longer. */
    void close(int descriptor) {
        records.putInt(state(descriptor), 0);
        final int index = descriptor * RECORD_LENGTH + INCARNATION_OFFSET;
        records.putInt(index, records.getInt(index) + 1);
        openCount--;
    }

    int openCount() {
        return openCount;
    }

    /** One past the highest descriptor it has room for. */
    int limit() {
        return capacity;
    }

    long token(int descriptor) {
        return records.getLong(descriptor * RECORD_LENGTH + TOKEN_OFFSET);
    }

    void token(int descriptor, long token) {
        records.putLong(descriptor * RECORD_LENGTH + TOKEN_OFFSET, token);
    }

    int incarnation(int descriptor) {
        return records.getInt(descriptor * RECORD_LENGTH + INCARNATION_OFFSET);
    }

    /** Flags and interest in one. */
    int bits(int descriptor) {
        return records.getInt(state(descriptor));
    }

    boolean is(int descriptor, int flag) {
        return (bits(descriptor) & flag) != 0;
    }

    void set(int descriptor, int flags) {
        records.putInt(state(descriptor), bits(descriptor) | flags);
    }

    void clear(int descriptor, int flags) {
        records.putInt(state(descriptor), bits(descriptor) & ~flags);
    }

    static int interestOf(int bits) {
        return bits & INTEREST_MASK;
    }

    void interest(int descriptor, int interest) {
        records.putInt(state(descriptor), (bits(descriptor) & ~INTEREST_MASK) | interest);
    }

    /** Why its connect failed, a negative code of {@code Transport}; 0 if it did not. */
    int connectOutcome(int descriptor) {
        return bits(descriptor) >> OUTCOME_SHIFT;
    }

    /** Its connect failed: there is nothing it can be used for, but to be closed. */
    void failConnect(int descriptor, int outcome) {
        final int bits = bits(descriptor) & ~CONNECTING & ((1 << OUTCOME_SHIFT) - 1);
        records.putInt(state(descriptor), bits | RESET | (outcome << OUTCOME_SHIFT));
    }

    private static int state(int descriptor) {
        return descriptor * RECORD_LENGTH + STATE_OFFSET;
    }

    /** Have a record for a descriptor. */
    void reserve(int descriptor) {
        if (descriptor >= capacity) {
            final int grown = Math.max(capacity * 2, Integer.highestOneBit(descriptor) * 2);
            final UnsafeBuffer copy = allocate(grown);
            copy.putBytes(0, records, 0, capacity * RECORD_LENGTH);
            records = copy;
            capacity = grown;
        }
    }

    private static UnsafeBuffer allocate(int capacity) {
        return DirectMemory.allocate(capacity * RECORD_LENGTH);
    }
}
