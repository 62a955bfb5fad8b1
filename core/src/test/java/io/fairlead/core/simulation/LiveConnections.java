package io.fairlead.core.simulation;

import java.util.Arrays;

/** The connections under way by slot, and which slots the engine has touched in this cycle. */
final class LiveConnections {
    private static final int FIRST_CAPACITY = 64;

    private ConnectionRecord[] bySlot = new ConnectionRecord[FIRST_CAPACITY];
    /** The cycle in which a slot was last touched, so that it is listed once only. */
    private int[] touchedCycles = new int[FIRST_CAPACITY];

    private int[] touched = new int[FIRST_CAPACITY];
    private int touchedCount;
    private int cycle = 1;
    private int count;

    /** The connection in a slot, null if there is none. */
    ConnectionRecord get(int slot) {
        return slot < bySlot.length ? bySlot[slot] : null;
    }

    void add(ConnectionRecord connection) {
        ensureCapacity(connection.slot);
        bySlot[connection.slot] = connection;
        count++;
    }

    void remove(ConnectionRecord connection) {
        bySlot[connection.slot] = null;
        count--;
    }

    int count() {
        return count;
    }

    void touch(int slot) {
        ensureCapacity(slot);
        if (touchedCycles[slot] != cycle) {
            touchedCycles[slot] = cycle;
            if (touchedCount == touched.length) {
                touched = Arrays.copyOf(touched, touchedCount * 2);
            }
            touched[touchedCount++] = slot;
        }
    }

    int touchedCount() {
        return touchedCount;
    }

    /** A slot that was touched, by its place among them. */
    int touched(int index) {
        return touched[index];
    }

    void nextCycle() {
        touchedCount = 0;
        cycle++;
    }

    /** The number of this cycle. */
    int cycle() {
        return cycle;
    }

    private void ensureCapacity(int slot) {
        if (slot >= bySlot.length) {
            final int capacity = Math.max(slot + 1, 2 * bySlot.length);
            bySlot = Arrays.copyOf(bySlot, capacity);
            touchedCycles = Arrays.copyOf(touchedCycles, capacity);
        }
    }
}
