package io.fairlead.core.table;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The backends, in the order they were added. A removed one leaves the set at once, but its id is known until its last
 * connection has ended.
 *
 * <p><b>Owned by the loop thread.</b>
 */
public final class BackendSet {
    /** No backend. */
    public static final int NULL_BACKEND = -1;

    private static final int INDEX_BITS = 11;
    private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;
    private static final int GENERATION_MASK = Integer.MAX_VALUE >>> INDEX_BITS;

    private final Backend[] byIndex = new Backend[1 << INDEX_BITS];
    private final int[] generations = new int[1 << INDEX_BITS];
    private final List<Backend> members = new ArrayList<>();

    /** No backends. */
    public BackendSet() {}

    /**
     * How many are configured.
     *
     * @return the count.
     */
    public int size() {
        return members.size();
    }

    /**
     * One of the configured.
     *
     * @param position from 0, in the order they were added.
     * @return the backend.
     */
    public Backend get(final int position) {
        return members.get(position);
    }

    /**
     * A backend by its id.
     *
     * @param id from {@link Backend#id()}, or {@link #NULL_BACKEND}.
     * @return the backend, or null when it is gone.
     */
    public Backend byId(final int id) {
        if (id == NULL_BACKEND) {
            return null;
        }
        final Backend backend = byIndex[id & INDEX_MASK];
        return backend != null && backend.id() == id ? backend : null;
    }

    /**
     * A configured backend by its name.
     *
     * @param name its identity.
     * @return the backend, or null.
     */
    public Backend byName(final String name) {
        for (final Backend backend : members) {
            if (backend.name().equals(name)) {
                return backend;
            }
        }
        return null;
    }

    /**
     * Whether another one can be added: false when too many, gone ones with connections included, are known.
     *
     * @return whether there is room.
     */
    public boolean hasRoom() {
        return freeIndex() >= 0;
    }

    /**
     * Add a backend.
     *
     * @param name its identity, of no other configured one.
     * @param id64 the hash of its identity.
     * @param address resolved.
     * @param weight at least 1.
     * @return the backend.
     */
    public Backend add(final String name, final long id64, final InetSocketAddress address, final int weight) {
        final int index = freeIndex();
        final int id = ((generations[index]++ & GENERATION_MASK) << INDEX_BITS) | index;
        final Backend backend = new Backend(id, name, id64, address, weight);
        byIndex[index] = backend;
        members.add(backend);
        return backend;
    }

    /**
     * Take a backend out of the set. It is forgotten by {@link #forgetIfUnused}.
     *
     * @param backend a configured one.
     */
    public void remove(final Backend backend) {
        backend.remove();
        members.remove(backend);
        forgetIfUnused(backend);
    }

    /**
     * Forget a removed backend without connections.
     *
     * @param backend any known one.
     */
    public void forgetIfUnused(final Backend backend) {
        if (backend.removed() && backend.activeCount() == 0) {
            byIndex[backend.id() & INDEX_MASK] = null;
        }
    }

    private int freeIndex() {
        for (int index = 0; index < byIndex.length; index++) {
            if (byIndex[index] == null) {
                return index;
            }
        }
        return -1;
    }
}
