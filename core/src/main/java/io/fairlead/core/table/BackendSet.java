package io.fairlead.core.table;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
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

    /** Most that are configured at a time. */
    public static final int MEMBER_LIMIT = 1024;

    private static final int INDEX_BITS = 11;
    /** One past the largest {@link #index}. */
    public static final int INDEX_LIMIT = 1 << INDEX_BITS;

    private static final int INDEX_MASK = INDEX_LIMIT - 1;
    private static final int GENERATION_MASK = Integer.MAX_VALUE >>> INDEX_BITS;

    private final Backend[] byIndex = new Backend[INDEX_LIMIT];
    private final Backend[] lastByIndex = new Backend[INDEX_LIMIT];
    private final int[] generations = new int[INDEX_LIMIT];
    private final List<Backend> members = new ArrayList<>();
    private final List<Backend> leaving = new ArrayList<>();

    // A ring, so that the index used again is the one forgotten longest ago: generations wrap as late as can be.
    private final int[] freeIndices = new int[INDEX_LIMIT];
    private int freeFirst;
    private int freeCount = INDEX_LIMIT;
    private boolean hasEqualWeights = true;
    private int primaryCount;

    /** No backends. */
    public BackendSet() {
        for (int index = 0; index < INDEX_LIMIT; index++) {
            freeIndices[index] = index;
        }
    }

    /**
     * A small number of a backend, for arrays beside this set. It is used again once the backend is forgotten.
     *
     * @param id of a known backend.
     * @return from 0 to below {@link #INDEX_LIMIT}.
     */
    public static int index(int id) {
        return id & INDEX_MASK;
    }

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
    public Backend get(int position) {
        return members.get(position);
    }

    /**
     * Those that are no longer configured and still have connections, in the order they were removed.
     *
     * @return a live view.
     */
    public List<Backend> leaving() {
        return Collections.unmodifiableList(leaving);
    }

    /**
     * A backend by its id.
     *
     * @param id from {@link Backend#id()}, or {@link #NULL_BACKEND}.
     * @return the backend, or null when it is gone.
     */
    public Backend byId(int id) {
        if (id == NULL_BACKEND) {
            return null;
        }
        final Backend backend = byIndex[id & INDEX_MASK];
        return backend != null && backend.id() == id ? backend : null;
    }

    /**
     * A backend by its id, also when it was forgotten: an event may name it after it has gone.
     *
     * @param id from {@link Backend#id()}, or {@link #NULL_BACKEND}.
     * @return the backend, or null when its index was used again since.
     */
    public Backend lastKnown(int id) {
        if (id == NULL_BACKEND) {
            return null;
        }
        final Backend backend = lastByIndex[id & INDEX_MASK];
        return backend != null && backend.id() == id ? backend : null;
    }

    /**
     * A configured backend by its name.
     *
     * @param name its identity.
     * @return the backend, or null.
     */
    public Backend byName(String name) {
        for (final Backend backend : members) {
            if (backend.name().equals(name)) {
                return backend;
            }
        }
        return null;
    }

    /**
     * Change a backend's weight, and begin round-robin anew: credit in old weights would be turns by the thousand in new
     * ones.
     *
     * @param backend configured.
     * @param weight its share relative to the others', at least 1.
     */
    public void weigh(Backend backend, int weight) {
        weigh(backend, weight, backend.weightPercent());
    }

    /**
     * Change a backend's weight, and what its agent makes of it.
     *
     * @param backend configured.
     * @param weight its share relative to the others', at least 1.
     * @param percent of it, from 1 to 1000.
     */
    public void weigh(Backend backend, int weight, int percent) {
        final boolean isNewWeight = weight != backend.weight();
        backend.weight(weight);
        backend.weightPercent(percent);
        long total = 0;
        for (final Backend member : members) {
            total += member.rampedShare();
        }
        for (final Backend member : members) {
            // Agents change their minds every other second: turns that are due by one are not to be lost by that.
            member.turnCredit(isNewWeight ? 0 : Math.max(-total, Math.min(total, member.turnCredit())));
        }
        compareWeights();
    }

    /**
     * Whether the weights of the configured make no difference.
     *
     * @return true if all are the same.
     */
    public boolean hasEqualWeights() {
        return hasEqualWeights;
    }

    /**
     * How many of the configured are no backups.
     *
     * @return the count.
     */
    public int primaryCount() {
        return primaryCount;
    }

    /**
     * Whether another one can be added: false with {@link #MEMBER_LIMIT} configured, or when too many removed ones still
     * have connections.
     *
     * @return whether there is room.
     */
    public boolean hasRoom() {
        return freeCount > 0 && members.size() < MEMBER_LIMIT;
    }

    /**
     * Add a backend without a limit that is no backup, when there is room.
     *
     * @param name its identity, of no other configured one.
     * @param id64 the hash of its identity.
     * @param address resolved.
     * @param weight at least 1.
     * @return the backend.
     */
    public Backend add(String name, long id64, InetSocketAddress address, int weight) {
        return add(name, id64, address, weight, 0, false);
    }

    /**
     * Add a backend, when there is room.
     *
     * @param name its identity, of no other configured one.
     * @param id64 the hash of its identity.
     * @param address resolved.
     * @param weight at least 1.
     * @param connectionLimit most connections it may have; 0 for any number.
     * @param isBackup whether it only serves where the others do not suffice.
     * @return the backend.
     */
    public Backend add(
            String name, long id64, InetSocketAddress address, int weight, int connectionLimit, boolean isBackup) {
        if (!hasRoom()) {
            throw new IllegalStateException("no room for another backend");
        }
        final int index = freeIndices[freeFirst++ & INDEX_MASK];
        freeCount--;
        final int id = ((generations[index]++ & GENERATION_MASK) << INDEX_BITS) | index;
        final Backend backend = new Backend(id, name, id64, address, weight, connectionLimit, isBackup);
        byIndex[index] = backend;
        lastByIndex[index] = backend;
        members.add(backend);
        primaryCount += isBackup ? 0 : 1;
        compareWeights();
        return backend;
    }

    /**
     * Take a backend out of the set. It is forgotten by {@link #forgetIfUnused}.
     *
     * @param backend any; nothing happens to one that is not configured.
     */
    public void remove(Backend backend) {
        if (members.remove(backend)) {
            primaryCount -= backend.isBackup() ? 0 : 1;
            compareWeights();
            backend.remove();
            leaving.add(backend);
            forgetIfUnused(backend);
        }
    }

    /**
     * Forget a removed backend without connections.
     *
     * @param backend any; nothing happens to one that is configured, in use or already forgotten.
     * @return whether it was forgotten.
     */
    public boolean forgetIfUnused(Backend backend) {
        final int index = backend.id() & INDEX_MASK;
        // One forgotten before must not take its successor with it.
        if (backend.removed() && backend.activeCount() == 0 && byIndex[index] == backend) {
            byIndex[index] = null;
            leaving.remove(backend);
            freeIndices[(freeFirst + freeCount) & INDEX_MASK] = index;
            freeCount++;
            return true;
        }
        return false;
    }

    /** Here, where weights change, and not with every choice. */
    private void compareWeights() {
        hasEqualWeights = members.stream().mapToInt(Backend::share).distinct().count() <= 1;
    }
}
