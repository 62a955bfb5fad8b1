package io.fairlead.core.table;

import static io.fairlead.core.table.PinDescriptor.BACKEND_ID_OFFSET;
import static io.fairlead.core.table.PinDescriptor.BUCKET_NEXT_OFFSET;
import static io.fairlead.core.table.PinDescriptor.IDLE_NEXT_OFFSET;
import static io.fairlead.core.table.PinDescriptor.IDLE_PREVIOUS_OFFSET;
import static io.fairlead.core.table.PinDescriptor.IDLE_SINCE_OFFSET;
import static io.fairlead.core.table.PinDescriptor.KEY_HI_OFFSET;
import static io.fairlead.core.table.PinDescriptor.KEY_LO_OFFSET;
import static io.fairlead.core.table.PinDescriptor.LISTENER_OFFSET;
import static io.fairlead.core.table.PinDescriptor.LIVE_COUNT_OFFSET;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BitUtil;

/**
 * Which backend a client is bound to, by listener and client key: fixed off-heap records (layout in {@link
 * PinDescriptor}), a chained hash index over them, and a list of the idle ones from oldest to newest.
 *
 * <p>A pin with live connections neither expires nor is evicted. One without is dropped when it was idle for the
 * time-out, or earlier, oldest first, when its room is needed. Finding, adding and dropping cost a hash and a short
 * chain; nothing scans. Memory for records is taken a chunk at a time when first needed and never given back.
 *
 * <p><b>Owned by the loop thread.</b>
 */
public final class PinTable {
    /** No pin. */
    public static final int NULL_PIN = -1;

    /** Length in bytes of one record. */
    public static final int RECORD_LENGTH = PinDescriptor.RECORD_LENGTH;

    /** Most pins a table can be made for: the buckets stand in one buffer. */
    public static final int PIN_LIMIT = 1 << 28;

    private static final int NOT_HELD = -1;
    private static final int MAX_CHUNK_SHIFT = 14;

    private final int limit;
    private final int chunkShift;
    private final int chunkMask;
    private final PinHash hash;
    private final int bucketMask;
    private final Records buckets;
    private final Records[] chunks;
    private int usedCount;
    private int freeHead = NULL_PIN;
    private int idleHead = NULL_PIN;
    private int idleTail = NULL_PIN;
    private int heldCount;
    private int liveCount;

    /**
     * An empty table.
     *
     * @param limit most pins held, 0 to {@link #PIN_LIMIT}.
     * @param seed unpredictable, so that nobody can choose addresses that fall into one chain.
     * @throws IllegalArgumentException when the limit is out of range.
     */
    public PinTable(int limit, long seed) {
        if (limit < 0 || limit > PIN_LIMIT) {
            throw new IllegalArgumentException("a pin table holds 0 to " + PIN_LIMIT + " pins, not " + limit);
        }
        this.limit = limit;
        chunkShift = chunkShift(limit);
        chunkMask = (1 << chunkShift) - 1;
        hash = new PinHash(seed);
        final int bucketCount = BitUtil.findNextPositivePowerOfTwo(limit);
        bucketMask = bucketCount - 1;
        // A bucket holds the pin plus one, so that fresh zeroed memory is an empty table.
        buckets = new Records(memory(bucketCount * Integer.BYTES));
        chunks = new Records[(limit + chunkMask) >>> chunkShift];
    }

    /**
     * Most bytes of memory a table will ever take.
     *
     * @param limit most pins held.
     * @return the length.
     */
    public static long limitLength(int limit) {
        final int chunkShift = chunkShift(limit);
        final long chunkCount = (limit + (1L << chunkShift) - 1) >>> chunkShift;
        return (chunkCount << chunkShift) * RECORD_LENGTH
                + (long) BitUtil.findNextPositivePowerOfTwo(limit) * Integer.BYTES;
    }

    /**
     * Pins held.
     *
     * @return the count.
     */
    public int heldCount() {
        return heldCount;
    }

    /**
     * Pins with at least one connection.
     *
     * @return the count.
     */
    public int liveCount() {
        return liveCount;
    }

    /**
     * Look a client up.
     *
     * @param listenerIndex where it connected.
     * @param keyHi high half of its key.
     * @param keyLo low half.
     * @return its pin, or {@link #NULL_PIN}. It stays valid until it expires, is evicted or dropped: while it is live.
     */
    public int find(int listenerIndex, long keyHi, long keyLo) {
        return findIn(bucketOffset(listenerIndex, keyHi, keyLo), listenerIndex, keyHi, keyLo);
    }

    /**
     * Bind a client that has no pin. The new pin is live: its first connection is counted.
     *
     * @param listenerIndex where it connected.
     * @param keyHi high half of its key.
     * @param keyLo low half.
     * @param backendId what it is bound to.
     * @return the pin, or {@link #NULL_PIN} when the table is full of live ones. {@link #isFull()} beforehand tells that
     *     an idle one was evicted for it.
     */
    public int insert(int listenerIndex, long keyHi, long keyLo, int backendId) {
        final int bucketOffset = bucketOffset(listenerIndex, keyHi, keyLo);
        if (findIn(bucketOffset, listenerIndex, keyHi, keyLo) != NULL_PIN) {
            throw new IllegalStateException("a client is bound twice");
        }
        if (isFull()) {
            if (idleHead == NULL_PIN) {
                return NULL_PIN;
            }
            drop(idleHead);
        }
        final int pin = takeRecord();
        final Records chunk = chunks[pin >>> chunkShift];
        final int at = at(pin);
        chunk.putLong(at + KEY_HI_OFFSET, keyHi);
        chunk.putLong(at + KEY_LO_OFFSET, keyLo);
        chunk.putInt(at + LISTENER_OFFSET, listenerIndex);
        chunk.putInt(at + BACKEND_ID_OFFSET, backendId);
        chunk.putInt(at + LIVE_COUNT_OFFSET, 1);
        chunk.putInt(at + BUCKET_NEXT_OFFSET, buckets.getInt(bucketOffset) - 1);
        buckets.putInt(bucketOffset, pin + 1);
        heldCount++;
        liveCount++;
        return pin;
    }

    /**
     * Whether the next {@link #insert} has to evict, or to fail.
     *
     * @return true at the limit.
     */
    public boolean isFull() {
        return heldCount == limit;
    }

    /**
     * What a pin is bound to.
     *
     * @param pin held.
     * @return a backend id; the backend may be gone.
     */
    public int backendId(int pin) {
        return getInt(pin, BACKEND_ID_OFFSET);
    }

    /**
     * Bind a pin anew.
     *
     * @param pin held.
     * @param backendId from now on.
     */
    public void backendId(int pin, int backendId) {
        putInt(pin, BACKEND_ID_OFFSET, backendId);
    }

    /**
     * How many connections a pin has.
     *
     * @param pin held.
     * @return the count.
     */
    public int liveCount(int pin) {
        return getInt(pin, LIVE_COUNT_OFFSET);
    }

    /**
     * Count one more connection of a pin's client.
     *
     * @param pin held.
     */
    public void acquire(int pin) {
        final int count = liveCount(pin);
        if (count == NOT_HELD) {
            throw new IllegalStateException("pin " + pin + " is acquired after it was dropped");
        }
        if (count == 0) {
            unlinkIdle(pin);
            liveCount++;
        }
        putInt(pin, LIVE_COUNT_OFFSET, count + 1);
    }

    /**
     * A connection of a pin's client ended. After the last one the pin is idle.
     *
     * @param pin live.
     * @param nowNs from when its idle time runs; never less than at an earlier call.
     */
    public void release(int pin, long nowNs) {
        final int count = liveCount(pin) - 1;
        if (count < 0) {
            throw new IllegalStateException("pin " + pin + " is released twice");
        }
        putInt(pin, LIVE_COUNT_OFFSET, count);
        if (count == 0) {
            chunks[pin >>> chunkShift].putLong(at(pin) + IDLE_SINCE_OFFSET, nowNs);
            linkIdle(pin);
            liveCount--;
        }
    }

    /**
     * Drop pins that were idle for the time-out, oldest first.
     *
     * @param nowNs the time.
     * @param timeoutNs how long a pin may be idle.
     * @param dropLimit most pins to drop, to bound the time it takes.
     * @return how many were dropped.
     */
    public int expire(long nowNs, long timeoutNs, int dropLimit) {
        int count = 0;
        while (count < dropLimit && idleHead != NULL_PIN && nowNs - idleSinceNs(idleHead) >= timeoutNs) {
            drop(idleHead);
            count++;
        }
        return count;
    }

    private int findIn(int bucketOffset, int listenerIndex, long keyHi, long keyLo) {
        int pin = buckets.getInt(bucketOffset) - 1;
        while (pin != NULL_PIN && !matches(pin, listenerIndex, keyHi, keyLo)) {
            pin = getInt(pin, BUCKET_NEXT_OFFSET);
        }
        return pin;
    }

    private long idleSinceNs(int pin) {
        return chunks[pin >>> chunkShift].getLong(at(pin) + IDLE_SINCE_OFFSET);
    }

    private int takeRecord() {
        if (freeHead != NULL_PIN) {
            final int pin = freeHead;
            freeHead = getInt(pin, BUCKET_NEXT_OFFSET);
            return pin;
        }
        final int pin = usedCount++;
        final int chunk = pin >>> chunkShift;
        if (chunks[chunk] == null) {
            chunks[chunk] = new Records(memory(RECORD_LENGTH << chunkShift));
        }
        return pin;
    }

    private void drop(int pin) {
        unlinkIdle(pin);
        final Records chunk = chunks[pin >>> chunkShift];
        final int at = at(pin);
        final int bucketOffset = bucketOffset(
                chunk.getInt(at + LISTENER_OFFSET),
                chunk.getLong(at + KEY_HI_OFFSET),
                chunk.getLong(at + KEY_LO_OFFSET));
        final int next = chunk.getInt(at + BUCKET_NEXT_OFFSET);
        int current = buckets.getInt(bucketOffset) - 1;
        if (current == pin) {
            buckets.putInt(bucketOffset, next + 1);
        } else {
            while (getInt(current, BUCKET_NEXT_OFFSET) != pin) {
                current = getInt(current, BUCKET_NEXT_OFFSET);
            }
            putInt(current, BUCKET_NEXT_OFFSET, next);
        }
        chunk.putInt(at + LIVE_COUNT_OFFSET, NOT_HELD);
        chunk.putInt(at + BUCKET_NEXT_OFFSET, freeHead);
        freeHead = pin;
        heldCount--;
    }

    private void linkIdle(int pin) {
        putInt(pin, IDLE_PREVIOUS_OFFSET, idleTail);
        putInt(pin, IDLE_NEXT_OFFSET, NULL_PIN);
        if (idleTail == NULL_PIN) {
            idleHead = pin;
        } else {
            putInt(idleTail, IDLE_NEXT_OFFSET, pin);
        }
        idleTail = pin;
    }

    private void unlinkIdle(int pin) {
        final int previous = getInt(pin, IDLE_PREVIOUS_OFFSET);
        final int next = getInt(pin, IDLE_NEXT_OFFSET);
        if (previous == NULL_PIN) {
            idleHead = next;
        } else {
            putInt(previous, IDLE_NEXT_OFFSET, next);
        }
        if (next == NULL_PIN) {
            idleTail = previous;
        } else {
            putInt(next, IDLE_PREVIOUS_OFFSET, previous);
        }
    }

    private boolean matches(int pin, int listenerIndex, long keyHi, long keyLo) {
        final Records chunk = chunks[pin >>> chunkShift];
        final int at = at(pin);
        return chunk.getLong(at + KEY_LO_OFFSET) == keyLo
                && chunk.getLong(at + KEY_HI_OFFSET) == keyHi
                && chunk.getInt(at + LISTENER_OFFSET) == listenerIndex;
    }

    private int bucketOffset(int listenerIndex, long keyHi, long keyLo) {
        return (hash.hash(listenerIndex, keyHi, keyLo) & bucketMask) * Integer.BYTES;
    }

    private int getInt(int pin, int field) {
        return chunks[pin >>> chunkShift].getInt(at(pin) + field);
    }

    private void putInt(int pin, int field, int value) {
        chunks[pin >>> chunkShift].putInt(at(pin) + field, value);
    }

    private static ByteBuffer memory(int length) {
        return ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
    }

    /** A table for few pins takes no more memory than they need. */
    private static int chunkShift(int limit) {
        return Math.min(MAX_CHUNK_SHIFT, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(limit, 1) - 1));
    }

    private int at(int pin) {
        return (pin & chunkMask) * RECORD_LENGTH;
    }
}
