package io.fairlead.core.loop;

import io.fairlead.core.status.LimitKind;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.table.Backend;

/**
 * The client keys that are hot: those with more connections than one backend should bear, such as the address of a network
 * behind which thousands sit. A key becomes hot when it has more than 1.25 of the fair share of the backend it belongs to,
 * and stays so until it has 1.10 or less, so that it does not go back and forth (Mirrokni, Thorup and Zadimoghaddam,
 * "Consistent hashing with bounded loads", 2018; the two thresholds are ours). A fair share is the connections of all by
 * the weight of one. Few keys can be hot at a time, for together they have no more connections than there are.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class HotSources {
    /** Of the fair share, in quarters and in tenths: 1.25 and 1.10. */
    private static final int ENTER_QUARTERS = 5;

    private static final int LEAVE_TENTHS = 11;
    private static final int KEY_LIMIT = 1024;

    private final LoopState state;
    private final Admission admission;
    private final Notices notices;
    private final int floor;
    private final long[] keysHi;
    private final long[] keysLo;
    private final int[] homeShares;
    private int size;

    HotSources(LoopState state, Admission admission, Notices notices) {
        this.state = state;
        this.admission = admission;
        this.notices = notices;
        floor = state.settings.limits().hotFloor();
        final int length = floor == 0 ? 0 : KEY_LIMIT;
        keysHi = new long[length];
        keysLo = new long[length];
        homeShares = new int[length];
    }

    /** Whether a key was hot when it was last looked at. */
    boolean isHot(long keyHi, long keyLo) {
        return indexOf(keyHi, keyLo) >= 0;
    }

    /** Look at a key, crowded enough to be hot, whose connections belong on a backend. */
    void look(long keyHi, long keyLo, Backend home, long nowNs) {
        final int index = indexOf(keyHi, keyLo);
        if (index >= 0) {
            homeShares[index] = home.share();
            if (hasCooled(index)) {
                remove(index);
            }
        } else if (isOver(admission.count(keyHi, keyLo), home.share(), ENTER_QUARTERS, 4) && size < KEY_LIMIT) {
            keysHi[size] = keyHi;
            keysLo[size] = keyLo;
            homeShares[size] = home.share();
            size++;
            state.counters.increment(LoopCounter.HOT_SOURCES_ACTIVE);
            notices.limit(LimitKind.HOT_SOURCE, keyHi, keyLo, nowNs);
        }
    }

    /** Whether another connection of a hot key would be more than a backend should bear. */
    boolean isLaden(Backend backend) {
        return isOver(backend.activeCount() + 1, backend.share(), ENTER_QUARTERS, 4);
    }

    /** Once in a while: let go of those that cooled without coming back. */
    void tick() {
        for (int index = size - 1; index >= 0; index--) {
            if (hasCooled(index)) {
                remove(index);
            }
        }
    }

    private boolean hasCooled(int index) {
        final int count = admission.count(keysHi[index], keysLo[index]);
        return count < floor || !isOver(count, homeShares[index], LEAVE_TENTHS, 10);
    }

    /** Whether a count is over {@code numerator / denominator} of a backend's fair share. */
    private boolean isOver(int count, int share, int numerator, int denominator) {
        // In doubles, for millions of connections by the hundredths of a thousand large weights can pass a long.
        return (double) count * state.acceptingShare * denominator
                > (double) state.connections.activeCount() * share * numerator;
    }

    private int indexOf(long keyHi, long keyLo) {
        for (int index = 0; index < size; index++) {
            if (keysLo[index] == keyLo && keysHi[index] == keyHi) {
                return index;
            }
        }
        return -1;
    }

    private void remove(int index) {
        size--;
        keysHi[index] = keysHi[size];
        keysLo[index] = keysLo[size];
        homeShares[index] = homeShares[size];
        state.counters.add(LoopCounter.HOT_SOURCES_ACTIVE, -1);
    }
}
