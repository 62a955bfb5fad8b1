package io.fairlead.core.status;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One long for each constant of an enum: written by the loop thread alone, read by any thread.
 *
 * <p>With a single writer an increment needs no lock prefix, only a store with release. Readers see each counter whole
 * but no two of the same instant.
 *
 * @param <E> what is counted.
 */
public final class Counters<E extends Enum<E>> {
    private final AtomicLongArray values;

    /**
     * All zero.
     *
     * @param type the enum whose constants are counted.
     */
    public Counters(Class<E> type) {
        values = new AtomicLongArray(type.getEnumConstants().length);
    }

    /**
     * Read one. <b>Thread safe.</b>
     *
     * @param counter which.
     * @return its value.
     */
    public long get(E counter) {
        return values.getAcquire(counter.ordinal());
    }

    /**
     * Add to one. <b>Owned by the loop thread.</b>
     *
     * @param counter which.
     * @param delta how much; negative for what goes down.
     */
    public void add(E counter, long delta) {
        final int index = counter.ordinal();
        values.setRelease(index, values.getPlain(index) + delta);
    }

    /**
     * Add one to one. <b>Owned by the loop thread.</b>
     *
     * @param counter which.
     */
    public void increment(E counter) {
        add(counter, 1);
    }

    /**
     * Set one that is computed elsewhere. <b>Owned by the loop thread.</b>
     *
     * @param counter which.
     * @param value its value from now on.
     */
    public void set(E counter, long value) {
        values.setRelease(counter.ordinal(), value);
    }
}
