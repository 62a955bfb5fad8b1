package io.fairlead.core.loop;

import io.fairlead.core.status.LimitKind;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.RateSketch;
import io.fairlead.core.table.SourceSketch;

/**
 * Holds what one source may take: connections at a time, and accepts a second. Who takes more is closed unheard, for
 * nothing must be spent on a flood. The counts are sketches: bounded whatever a source does, and never below the truth.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Admission {
    private final ConnectionTable connections;
    private final LimitSettings limits;
    private final Notices notices;

    /** Null where no count is asked for. */
    private final SourceSketch counts;

    /** Null where accepts are not limited. */
    private final RateSketch rates;

    Admission(LoopState state, Notices notices, long seed) {
        this.notices = notices;
        connections = state.connections;
        limits = state.settings.limits();
        counts = limits.countsSources() ? new SourceSketch(state.settings.connectionLimit(), seed) : null;
        rates = limits.sourceRate() > 0 ? new RateSketch(limits.sourceRate(), limits.sourceBurst(), ~seed) : null;
    }

    /** A connection was accepted and its key is known. @return why it may not stay, or null. */
    TerminationCause admit(int slot, long nowNs) {
        final long keyHi = connections.keyHi(slot);
        final long keyLo = connections.keyLo(slot);
        if (rates != null && !rates.tryTake(keyHi, keyLo, nowNs)) {
            notices.limit(LimitKind.SOURCE_RATE, keyHi, keyLo, nowNs);
            return TerminationCause.SOURCE_RATE;
        }
        if (counts == null) {
            return null;
        }
        final int count = counts.add(keyHi, keyLo);
        if (limits.sourceConnections() > 0 && count > limits.sourceConnections()) {
            counts.remove(keyHi, keyLo);
            notices.limit(LimitKind.SOURCE_CONNECTIONS, keyHi, keyLo, nowNs);
            return TerminationCause.SOURCE_CONNECTIONS;
        }
        final boolean isCrowded = limits.hotFloor() > 0 && count >= limits.hotFloor();
        connections.set(slot, isCrowded ? Flag.COUNTED | Flag.CROWDED : Flag.COUNTED);
        return null;
    }

    /** A connection ends. */
    void onEnd(int slot) {
        if (connections.is(slot, Flag.COUNTED)) {
            counts.remove(connections.keyHi(slot), connections.keyLo(slot));
        }
    }

    /** Connections of a key, never fewer than there are; 0 where nobody counts. */
    int count(long keyHi, long keyLo) {
        return counts == null ? 0 : counts.count(keyHi, keyLo);
    }
}
