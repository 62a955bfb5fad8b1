package io.fairlead.bench.experiment;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * The two ends of every connection by number, so that the kernel can be given one with each request. Grows, and never shrinks.
 * <b>Owned by one thread.</b>
 *
 * @param <E> an end.
 */
final class EndTable<E extends EndTable.Entry<E>> {
    private final IntFunction<E> factory;
    private final List<E> entries = new ArrayList<>();
    private final ArrayDeque<E> unused = new ArrayDeque<>();

    /**
     * Empty.
     *
     * @param factory of an end, from its number.
     */
    EndTable(IntFunction<E> factory) {
        this.factory = factory;
    }

    /** What every end has. */
    abstract static class Entry<E extends Entry<E>> {
        private final int index;
        private E other;
        private boolean isUsed;

        Entry(int index) {
            this.index = index;
        }

        final int index() {
            return index;
        }

        /** The opposite end of the same connection. */
        final E other() {
            return other;
        }
    }

    E at(int index) {
        return entries.get(index);
    }

    /** A client's end for a new connection, with the backend's opposite. */
    E acquire() {
        final E client = unused.isEmpty() ? create() : unused.pop();
        ((Entry<E>) client).isUsed = true;
        return client;
    }

    /** Give a connection's numbers back, by either end. */
    void release(E end) {
        final E client = entries.get(end.index() & ~1);
        ((Entry<E>) client).isUsed = false;
        unused.push(client);
    }

    /** The client's end of each connection in use. */
    void forEachUsed(Consumer<E> consumer) {
        entries.stream().filter(entry -> ((Entry<E>) entry).isUsed).forEach(consumer);
    }

    private E create() {
        final E client = factory.apply(entries.size());
        final E backend = factory.apply(entries.size() + 1);
        ((Entry<E>) client).other = backend;
        ((Entry<E>) backend).other = client;
        entries.add(client);
        entries.add(backend);
        return client;
    }
}
