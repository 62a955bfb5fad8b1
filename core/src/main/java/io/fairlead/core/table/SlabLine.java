package io.fairlead.core.table;

/**
 * The directions that wait for a slab of one pool, first come, first served: a doubly linked list whose links live in the
 * connection records, so that waiting costs no memory and leaving the line no search.
 *
 * <p><b>Owned by the loop thread.</b>
 */
public final class SlabLine {
    private static final int NONE = -1;

    private final ConnectionTable connections;
    private int head = NONE;
    private int tail = NONE;
    private int length;

    /**
     * An empty line.
     *
     * @param connections whose directions wait.
     */
    public SlabLine(ConnectionTable connections) {
        this.connections = connections;
    }

    /**
     * How many directions wait.
     *
     * @return the count.
     */
    public int length() {
        return length;
    }

    /**
     * Wait at the end of the line.
     *
     * @param slot in use.
     * @param direction of it that waits; it must not stand in a line.
     */
    public void join(int slot, int direction) {
        if (connections.is(slot, Flag.inLine(direction))) {
            throw new IllegalStateException("slot " + slot + " joins a line twice");
        }
        final int entry = (slot << 1) | direction;
        connections.set(slot, Flag.inLine(direction));
        connections.linePrevious(entry, tail);
        connections.lineNext(entry, NONE);
        if (tail == NONE) {
            head = entry;
        } else {
            connections.lineNext(tail, entry);
        }
        tail = entry;
        length++;
    }

    /**
     * Who is first.
     *
     * @return the slot, or {@link ConnectionTable#NULL_SLOT} when nobody waits.
     */
    public int firstSlot() {
        return head == NONE ? ConnectionTable.NULL_SLOT : head >> 1;
    }

    /**
     * Which direction of {@link #firstSlot()} waits.
     *
     * @return the direction.
     */
    public int firstDirection() {
        return head & 1;
    }

    /**
     * Leave the line, from wherever in it.
     *
     * @param slot in use.
     * @param direction of it that stands in this line.
     */
    public void leave(int slot, int direction) {
        if (!connections.is(slot, Flag.inLine(direction))) {
            throw new IllegalStateException("slot " + slot + " leaves a line it is not in");
        }
        final int entry = (slot << 1) | direction;
        final int previous = connections.linePrevious(entry);
        final int next = connections.lineNext(entry);
        if (previous == NONE) {
            head = next;
        } else {
            connections.lineNext(previous, next);
        }
        if (next == NONE) {
            tail = previous;
        } else {
            connections.linePrevious(next, previous);
        }
        connections.clear(slot, Flag.inLine(direction));
        length--;
    }
}
