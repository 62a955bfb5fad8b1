package io.fairlead.core.loop;

import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Phase;
import org.agrona.concurrent.errors.DistinctErrorLog;

/**
 * What happens when the balancer itself is wrong: the defect is logged and ends the one connection it showed on, and
 * nobody else notices.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Defects {
    private final LoopState state;
    private final Terminator terminator;
    private final DistinctErrorLog errorLog;

    Defects(LoopState state, Terminator terminator, DistinctErrorLog errorLog) {
        this.state = state;
        this.terminator = terminator;
        this.errorLog = errorLog;
    }

    /** A defect that showed on no connection. */
    void note(RuntimeException defect) {
        errorLog.record(defect);
        state.counters.increment(LoopCounter.INTERNAL_ERRORS);
    }

    /** Contain a defect that showed on a slot while it was of a generation. */
    void contain(int slot, int generation, RuntimeException defect, long nowNs) {
        note(defect);
        if (state.connections.generation(slot) == generation && state.connections.phase(slot) != Phase.FREE) {
            terminator.terminate(slot, TerminationCause.INTERNAL_ERROR, nowNs);
        }
    }
}
