package io.fairlead.core.table;

import static io.fairlead.core.table.ConnectionDescriptor.ACCEPTED_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.ADDRESS_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.ATTEMPTS_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.BACKEND_ID_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.BYTES_READ_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.CLOSED_BY_CLIENT_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.CLOSE_CODE_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.CONNECTED_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.END_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.GENERATION_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.HEAD_END_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.INTEREST_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.KEY_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.LAST_ACTIVITY_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.LINE_NEXT_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.LINE_PREVIOUS_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.LISTENER_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.MESSAGES_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.PEEKED_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.PENDING_CAUSE_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.PHASE_START_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.PIN_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.PORT_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.PROGRESS_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.SLAB_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.SOCKET_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.STATE_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.TRACKER_LENGTH;
import static io.fairlead.core.table.ConnectionDescriptor.TRACKER_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.TRIED_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.UNSENT_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.UPGRADED_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.WEBSOCKET_KEY_OFFSET;
import static io.fairlead.core.table.ConnectionDescriptor.WHY_OFFSET;

import java.util.Objects;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The connections, one fixed record each in one off-heap buffer, addressed by slot. The layout is {@link
 * ConnectionDescriptor}'s; there is no connection object.
 *
 * <p>A freed slot is not handed out again before {@link #recycle()}, so that events of the same cycle which still name
 * it find it free; its generation tells later ones. Slots are reused last in, first out, which keeps those in use dense
 * and the rest of the memory cold.
 *
 * <p><b>Owned by the loop thread.</b> Nothing here allocates but the constructor.
 */
public final class ConnectionTable {
    /** No slot. */
    public static final int NULL_SLOT = -1;

    /** Length in bytes of one record. */
    public static final int RECORD_LENGTH = ConnectionDescriptor.RECORD_LENGTH;

    /** Most slots, as offsets are ints. */
    public static final int CAPACITY_LIMIT = (Integer.MAX_VALUE - BitUtil.CACHE_LINE_LENGTH) / RECORD_LENGTH;

    /** Most backends one connection can try. */
    public static final int TRIED_LIMIT = ConnectionDescriptor.TRIED_LIMIT;

    private static final int NONE = -1;
    private static final int IN_LINE_MASK = Flag.inLine(Side.CLIENT_TO_BACKEND) | Flag.inLine(Side.BACKEND_TO_CLIENT);

    private final Records records;
    private final int capacity;
    private int highWater;
    private int freeHead = NULL_SLOT;
    private int freedHead = NULL_SLOT;
    private int freedTail = NULL_SLOT;
    private int activeCount;

    /**
     * An empty table.
     *
     * @param capacity slots, 1 to {@link #CAPACITY_LIMIT}.
     * @throws IllegalArgumentException when it is not.
     */
    public ConnectionTable(int capacity) {
        if (capacity < 1 || capacity > CAPACITY_LIMIT) {
            throw new IllegalArgumentException(
                    "a connection table has 1 to " + CAPACITY_LIMIT + " slots, not " + capacity);
        }
        this.capacity = capacity;
        // A large direct buffer starts 16 bytes into a cache line (malloc), so all hot fields would straddle two.
        records = new Records(BufferUtil.allocateDirectAligned(capacity * RECORD_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    }

    /**
     * Slots in all.
     *
     * @return the count.
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Slots in use.
     *
     * @return the count.
     */
    public int activeCount() {
        return activeCount;
    }

    /**
     * One past the highest slot ever used: no slot at or above it holds a connection.
     *
     * @return a limit for scans.
     */
    public int highWater() {
        return highWater;
    }

    /**
     * Whether {@link #allocate} would succeed.
     *
     * @return false when no slot is free in this cycle.
     */
    public boolean hasFree() {
        return freeHead != NULL_SLOT || highWater < capacity;
    }

    /**
     * Take a free slot. Every field is zero, but that sockets, slabs, backend and pin are none.
     *
     * @param phase it starts in.
     * @return the slot, or {@link #NULL_SLOT} if none is free in this cycle.
     */
    public int allocate(int phase) {
        final int slot;
        if (freeHead != NULL_SLOT) {
            slot = freeHead;
            freeHead = records.getInt(at(slot) + LINE_NEXT_OFFSET);
        } else if (highWater < capacity) {
            slot = highWater++;
        } else {
            return NULL_SLOT;
        }
        activeCount++;
        final int at = at(slot);
        final int generation = records.getInt(at + GENERATION_OFFSET);
        records.setMemory(at, RECORD_LENGTH, (byte) 0);
        records.putInt(at + GENERATION_OFFSET, generation);
        records.putInt(at + STATE_OFFSET, phase);
        for (int side = 0; side < 2; side++) {
            records.putInt(at + SOCKET_OFFSET + side * Integer.BYTES, NONE);
            records.putInt(at + SLAB_OFFSET + side * Integer.BYTES, NONE);
        }
        records.putInt(at + BACKEND_ID_OFFSET, NONE);
        records.putInt(at + PIN_OFFSET, NONE);
        return slot;
    }

    /**
     * Give a slot back. Its generation moves on at once, the slot is handed out again only after {@link #recycle()}.
     *
     * @param slot in use, neither direction of it in a {@link SlabLine}.
     */
    public void free(int slot) {
        final int at = at(slot);
        if (phase(slot) == Phase.FREE) {
            throw new IllegalStateException("slot " + slot + " is freed twice");
        }
        if ((state(slot) & IN_LINE_MASK) != 0) {
            throw new IllegalStateException("slot " + slot + " is freed while it stands in a line");
        }
        records.putInt(at + STATE_OFFSET, Phase.FREE);
        records.putInt(at + GENERATION_OFFSET, records.getInt(at + GENERATION_OFFSET) + 1);
        records.putInt(at + LINE_NEXT_OFFSET, freedHead);
        if (freedHead == NULL_SLOT) {
            freedTail = slot;
        }
        freedHead = slot;
        activeCount--;
    }

    /** Let the slots freed since the last call be used again. To be called between cycles. */
    public void recycle() {
        if (freedHead != NULL_SLOT) {
            records.putInt(at(freedTail) + LINE_NEXT_OFFSET, freeHead);
            freeHead = freedHead;
            freedHead = NULL_SLOT;
        }
    }

    /**
     * The buffer all records live in, for rules that keep their state in a record.
     *
     * @return the live buffer.
     */
    public UnsafeBuffer buffer() {
        return records.buffer();
    }

    /**
     * Where the frame tracker of a direction, or before the 101 the peek of its bytes, keeps its state.
     *
     * @param slot in use.
     * @param direction which.
     * @return an offset in {@link #buffer()}.
     */
    public int trackerOffset(int slot, int direction) {
        return at(slot) + TRACKER_OFFSET + direction * TRACKER_LENGTH;
    }

    /**
     * Where the client's address and, right behind it, its port stand.
     *
     * @param slot in use.
     * @return an offset in {@link #buffer()}.
     */
    public int addressOffset(int slot) {
        return at(slot) + ADDRESS_OFFSET;
    }

    /** Its phase, one of {@link Phase}. */
    public int phase(int slot) {
        return Phase.of(records.getInt(at(slot) + STATE_OFFSET));
    }

    /** Enter a phase, whose limit starts to run now. */
    public void phase(int slot, int phase, long nowNs) {
        final int index = at(slot) + STATE_OFFSET;
        records.putInt(index, Phase.with(records.getInt(index), phase));
        phaseStartNs(slot, nowNs);
    }

    /** Phase and flags in one, to look at several at a time. */
    public int state(int slot) {
        return records.getInt(at(slot) + STATE_OFFSET);
    }

    /** Whether all of these {@link Flag}s are set. */
    public boolean is(int slot, int flags) {
        return (records.getInt(at(slot) + STATE_OFFSET) & flags) == flags;
    }

    /** Set {@link Flag}s. */
    public void set(int slot, int flags) {
        final int index = at(slot) + STATE_OFFSET;
        records.putInt(index, records.getInt(index) | flags);
    }

    /** Clear {@link Flag}s. */
    public void clear(int slot, int flags) {
        final int index = at(slot) + STATE_OFFSET;
        records.putInt(index, records.getInt(index) & ~flags);
    }

    /** How often it was freed. */
    public int generation(int slot) {
        return records.getInt(at(slot) + GENERATION_OFFSET);
    }

    /** When a byte was last read or written. */
    public long lastActivityNs(int slot) {
        return records.getLong(at(slot) + LAST_ACTIVITY_OFFSET);
    }

    /** Set when a byte was read or written. */
    public void lastActivityNs(int slot, long nowNs) {
        records.putLong(at(slot) + LAST_ACTIVITY_OFFSET, nowNs);
    }

    /** When its phase, or its wait for an answer, began. */
    public long phaseStartNs(int slot) {
        return records.getLong(at(slot) + PHASE_START_OFFSET);
    }

    /** Start a limit anew within the phase. */
    public void phaseStartNs(int slot, long nowNs) {
        records.putLong(at(slot) + PHASE_START_OFFSET, nowNs);
    }

    /** The handle of a side's socket, −1 for none. */
    public int socket(int slot, int side) {
        return records.getInt(at(slot) + SOCKET_OFFSET + side * Integer.BYTES);
    }

    /** Set the handle of a side's socket, −1 for none. */
    public void socket(int slot, int side, int socket) {
        records.putInt(at(slot) + SOCKET_OFFSET + side * Integer.BYTES, socket);
    }

    /** Its backend, {@link BackendSet#NULL_BACKEND} for none. */
    public int backendId(int slot) {
        return records.getInt(at(slot) + BACKEND_ID_OFFSET);
    }

    /** Set its backend from now on. */
    public void backendId(int slot, int backendId) {
        records.putInt(at(slot) + BACKEND_ID_OFFSET, backendId);
    }

    /** What a side's socket is polled for. */
    public int interest(int slot, int side) {
        return records.getShort(at(slot) + INTEREST_OFFSET + side * Short.BYTES);
    }

    /** Set what a side's socket is polled for. */
    public void interest(int slot, int side, int interest) {
        records.putShort(at(slot) + INTEREST_OFFSET + side * Short.BYTES, (short) interest);
    }

    /** Bytes read from a direction's source. */
    public long bytesRead(int slot, int direction) {
        return records.getLong(at(slot) + BYTES_READ_OFFSET + direction * Long.BYTES);
    }

    /** Count bytes read from a direction's source. */
    public void addBytesRead(int slot, int direction, int length) {
        final int index = at(slot) + BYTES_READ_OFFSET + direction * Long.BYTES;
        records.putLong(index, records.getLong(index) + length);
    }

    /** The slab of a direction, or its pipe (below −1), {@link SlabPool#NULL_SLAB} for neither. */
    public int slab(int slot, int direction) {
        return records.getInt(at(slot) + SLAB_OFFSET + direction * Integer.BYTES);
    }

    /** Set the slab of a direction, or its pipe (below −1), {@link SlabPool#NULL_SLAB} for neither. */
    public void slab(int slot, int direction, int slab) {
        records.putInt(at(slot) + SLAB_OFFSET + direction * Integer.BYTES, slab);
    }

    /** Where in its slab or pipe the first unwritten byte is. */
    public int unsentOffset(int slot, int direction) {
        return records.getInt(at(slot) + UNSENT_OFFSET + direction * Integer.BYTES);
    }

    /** Set where in its slab the first unwritten byte is. */
    public void unsentOffset(int slot, int direction, int offset) {
        records.putInt(at(slot) + UNSENT_OFFSET + direction * Integer.BYTES, offset);
    }

    /** Where in its slab or pipe the bytes end. */
    public int endOffset(int slot, int direction) {
        return records.getInt(at(slot) + END_OFFSET + direction * Integer.BYTES);
    }

    /** Set where in its slab the bytes end. */
    public void endOffset(int slot, int direction, int offset) {
        records.putInt(at(slot) + END_OFFSET + direction * Integer.BYTES, offset);
    }

    /** When a byte of its slab was last written. */
    public long progressNs(int slot, int direction) {
        return records.getLong(at(slot) + PROGRESS_OFFSET + direction * Long.BYTES);
    }

    /** Set when a byte of its slab was written. */
    public void progressNs(int slot, int direction, long nowNs) {
        records.putLong(at(slot) + PROGRESS_OFFSET + direction * Long.BYTES, nowNs);
    }

    /** Whole WebSocket messages of a direction. */
    public long messages(int slot, int direction) {
        return records.getLong(at(slot) + MESSAGES_OFFSET + direction * Long.BYTES);
    }

    /** Count a whole WebSocket message. */
    public void addMessage(int slot, int direction) {
        final int index = at(slot) + MESSAGES_OFFSET + direction * Long.BYTES;
        records.putLong(index, records.getLong(index) + 1);
    }

    /** The client's port. */
    public int clientPort(int slot) {
        return records.getInt(at(slot) + PORT_OFFSET);
    }

    /** Which listener accepted it. */
    public int listenerIndex(int slot) {
        return records.getInt(at(slot) + LISTENER_OFFSET);
    }

    /** Set which listener accepted it. */
    public void listenerIndex(int slot, int listenerIndex) {
        records.putInt(at(slot) + LISTENER_OFFSET, listenerIndex);
    }

    /** The high half of its client key. */
    public long keyHi(int slot) {
        return records.getLong(at(slot) + KEY_OFFSET);
    }

    /** The low half of its client key. */
    public long keyLo(int slot) {
        return records.getLong(at(slot) + KEY_OFFSET + Long.BYTES);
    }

    /** Set its client key. */
    public void key(int slot, long hi, long lo) {
        records.putLong(at(slot) + KEY_OFFSET, hi);
        records.putLong(at(slot) + KEY_OFFSET + Long.BYTES, lo);
    }

    /** When it was accepted. */
    public long acceptedNs(int slot) {
        return records.getLong(at(slot) + ACCEPTED_OFFSET);
    }

    /** Set when it was accepted. */
    public void acceptedNs(int slot, long nowNs) {
        records.putLong(at(slot) + ACCEPTED_OFFSET, nowNs);
    }

    /** When its request was whole. */
    public long peekedNs(int slot) {
        return records.getLong(at(slot) + PEEKED_OFFSET);
    }

    /** Set when its request was whole. */
    public void peekedNs(int slot, long nowNs) {
        records.putLong(at(slot) + PEEKED_OFFSET, nowNs);
    }

    /** When its backend was established. */
    public long connectedNs(int slot) {
        return records.getLong(at(slot) + CONNECTED_OFFSET);
    }

    /** Set when its backend was established. */
    public void connectedNs(int slot, long nowNs) {
        records.putLong(at(slot) + CONNECTED_OFFSET, nowNs);
    }

    /** When its 101 was verified. */
    public long upgradedNs(int slot) {
        return records.getLong(at(slot) + UPGRADED_OFFSET);
    }

    /** Set when its 101 was verified. */
    public void upgradedNs(int slot, long nowNs) {
        records.putLong(at(slot) + UPGRADED_OFFSET, nowNs);
    }

    /** Its pin, {@link PinTable#NULL_PIN} for none. */
    public int pin(int slot) {
        return records.getInt(at(slot) + PIN_OFFSET);
    }

    /** Set its pin. */
    public void pin(int slot, int pin) {
        records.putInt(at(slot) + PIN_OFFSET, pin);
    }

    /** Where in its peek slab the request head ends. */
    public int headEnd(int slot) {
        return records.getInt(at(slot) + HEAD_END_OFFSET);
    }

    /** Set where in its peek slab the request head ends. */
    public void headEnd(int slot, int offset) {
        records.putInt(at(slot) + HEAD_END_OFFSET, offset);
    }

    /** Where in its peek slab the WebSocket key stands. */
    public int webSocketKeyOffset(int slot) {
        return records.getInt(at(slot) + WEBSOCKET_KEY_OFFSET);
    }

    /** Set where in its peek slab the WebSocket key stands. */
    public void webSocketKeyOffset(int slot, int offset) {
        records.putInt(at(slot) + WEBSOCKET_KEY_OFFSET, offset);
    }

    /** How many attempts were begun, withdrawn ones included. */
    public int attemptCount(int slot) {
        return records.getInt(at(slot) + ATTEMPTS_OFFSET);
    }

    /** Note that a backend is tried; at most {@link #TRIED_LIMIT} times. */
    public void addAttempt(int slot, int backendId) {
        final int count = attemptCount(slot);
        if (count == TRIED_LIMIT) {
            throw new IllegalStateException("slot " + slot + " has tried " + count + " backends already");
        }
        records.putInt(at(slot) + TRIED_OFFSET + count * Integer.BYTES, backendId);
        records.putInt(at(slot) + ATTEMPTS_OFFSET, count + 1);
    }

    /** How many attempts were begun and not withdrawn. */
    public int triedCount(int slot) {
        final int count = attemptCount(slot);
        int tried = 0;
        for (int i = 0; i < count; i++) {
            tried += records.getInt(at(slot) + TRIED_OFFSET + i * Integer.BYTES) == BackendSet.NULL_BACKEND ? 0 : 1;
        }
        return tried;
    }

    /** Take back the last attempt: its backend may be tried again. The room in the record stays used. */
    public void withdrawAttempt(int slot) {
        records.putInt(at(slot) + TRIED_OFFSET + (attemptCount(slot) - 1) * Integer.BYTES, BackendSet.NULL_BACKEND);
    }

    /** The backend tried last, {@link BackendSet#NULL_BACKEND} for none. */
    public int lastTried(int slot) {
        final int count = attemptCount(slot);
        return count == 0
                ? BackendSet.NULL_BACKEND
                : records.getInt(at(slot) + TRIED_OFFSET + (count - 1) * Integer.BYTES);
    }

    /** Whether a backend was tried. */
    public boolean hasTried(int slot, int backendId) {
        final int count = attemptCount(slot);
        for (int i = 0; i < count; i++) {
            if (records.getInt(at(slot) + TRIED_OFFSET + i * Integer.BYTES) == backendId) {
                return true;
            }
        }
        return false;
    }

    /** Ordinal of why its backend was chosen. */
    public int why(int slot) {
        return records.getShort(at(slot) + WHY_OFFSET);
    }

    /** Set the ordinal of why its backend was chosen. */
    public void why(int slot, int ordinal) {
        records.putShort(at(slot) + WHY_OFFSET, (short) ordinal);
    }

    /** Ordinal of the cause it will end with, or of the last failed attempt. */
    public int pendingCause(int slot) {
        return records.getShort(at(slot) + PENDING_CAUSE_OFFSET);
    }

    /** Set the ordinal of the cause it will end with, or of the last failed attempt. */
    public void pendingCause(int slot, int ordinal) {
        records.putShort(at(slot) + PENDING_CAUSE_OFFSET, (short) ordinal);
    }

    /** The first close code seen, 0 for none. */
    public int closeCode(int slot) {
        return records.getShort(at(slot) + CLOSE_CODE_OFFSET) & 0xFFFF;
    }

    /** Whether the client sent the first Close. */
    public boolean closedByClient(int slot) {
        return records.getShort(at(slot) + CLOSED_BY_CLIENT_OFFSET) != 0;
    }

    /** Set the code of the first Close and who sent it. */
    public void close(int slot, int code, boolean byClient) {
        records.putShort(at(slot) + CLOSE_CODE_OFFSET, (short) code);
        records.putShort(at(slot) + CLOSED_BY_CLIENT_OFFSET, (short) (byClient ? 1 : 0));
    }

    int linePrevious(int entry) {
        return records.getInt(at(entry >> 1) + LINE_PREVIOUS_OFFSET + (entry & 1) * Integer.BYTES);
    }

    void linePrevious(int entry, int previous) {
        records.putInt(at(entry >> 1) + LINE_PREVIOUS_OFFSET + (entry & 1) * Integer.BYTES, previous);
    }

    int lineNext(int entry) {
        return records.getInt(at(entry >> 1) + LINE_NEXT_OFFSET + (entry & 1) * Integer.BYTES);
    }

    void lineNext(int entry, int next) {
        records.putInt(at(entry >> 1) + LINE_NEXT_OFFSET + (entry & 1) * Integer.BYTES, next);
    }

    /** The one check that an access to a record gets. */
    private int at(int slot) {
        return Objects.checkIndex(slot, capacity) * RECORD_LENGTH;
    }
}
