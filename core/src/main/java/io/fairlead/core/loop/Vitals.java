package io.fairlead.core.loop;

import io.fairlead.core.health.CheckTally;
import io.fairlead.core.health.Ejection;
import io.fairlead.core.status.BackendState;
import io.fairlead.core.table.Backend;

/**
 * What is known of one backend's health. Holds; {@link Health} decides.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Vitals {
    /** Null where it is not checked. */
    final CheckTally tally;

    /** Null where nobody is ejected. */
    final Ejection ejection;

    BackendState state;
    String reason = "";
    long sinceMs;

    /** What the agent last said. */
    boolean isDownByAgent;

    boolean isDrainedByAgent;
    boolean isInMaintenance;
    boolean isWeightless;

    /** Consecutive upgrades that were not answered. */
    int unansweredCount;

    /** So many that the next check alone decides. */
    boolean isSuspect;

    /** Consecutive checks passed since it was ejected. */
    int passedCount;

    boolean isRising;
    long risenNs;

    Vitals(CheckTally tally, Ejection ejection) {
        this.tally = tally;
        this.ejection = ejection;
    }

    boolean isEjected() {
        return ejection != null && ejection.isEjected();
    }

    boolean isUp() {
        return (tally == null || tally.isUp()) && !isDownByAgent;
    }

    boolean isWell() {
        return isUp() && !isEjected();
    }

    /** Kept out, whatever becomes of the others. A backend that nobody has vouched for yet is not a failed one. */
    boolean isWithheld() {
        return isInMaintenance || isDrainedByAgent || isWeightless || isUnproven();
    }

    boolean isUnproven() {
        return tally != null && !tally.isUp() && !tally.isProven();
    }

    /** The one state to show, the strongest word first. */
    BackendState stateOf(Backend backend) {
        if (backend.draining()) {
            return BackendState.DRAINING;
        }
        if (isInMaintenance) {
            return BackendState.MAINTENANCE;
        }
        if (isDrainedByAgent || isWeightless) {
            return BackendState.DRAINING;
        }
        if (!isUp()) {
            return BackendState.DOWN;
        }
        return isEjected() ? BackendState.EJECTED : BackendState.ACTIVE;
    }
}
