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
    /** Most different clients that it takes for a suspicion. */
    static final int SUSPICION_LIMIT = 8;

    /** Null where it is not checked. */
    final CheckTally tally;

    /** Null where nobody is ejected. */
    final Ejection ejection;

    BackendState state;
    String reason = "";
    long sinceMs;

    /** Why it is not well, if it is not, whatever else it may be besides. */
    String healthReason = "";

    boolean wasUp;

    /** Others have not been checked yet that were configured with it: none takes connections before. */
    boolean isStarting;

    /** What the agent last said. */
    boolean isDownByAgent;

    boolean isDrainedByAgent;
    boolean isInMaintenance;
    boolean isWeightless;

    /** The agent has not been understood since it last was. */
    boolean isAgentSilent;

    /** What was configured, for when what the agent says of it no longer counts. */
    int configuredLimit;

    /** The last clients, each once, whose upgrades were not answered, since one was. */
    final long[] unansweredKeys = new long[SUSPICION_LIMIT];

    int unansweredCount;

    /** So many of them that the next checks decide sooner. */
    boolean isSuspect;

    long suspectSinceNs;

    /** Consecutive checks passed since it was ejected. */
    int passedCount;

    boolean isRamping;
    long rampStartNs;

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
        return isInMaintenance || isDrainedByAgent || isWeightless || isStarting || isUnproven();
    }

    boolean isUnproven() {
        return tally != null && !tally.isUp() && !tally.isProven();
    }

    /** An operator's word counts for more than what the agent said before it. */
    void forgetAgent(Backend backend) {
        isDrainedByAgent = false;
        isInMaintenance = false;
        isWeightless = false;
        isDownByAgent = false;
        backend.connectionLimit(configuredLimit);
    }

    /** Note whose upgrade was not answered. @return of how many different clients that is true by now. */
    int countUnanswered(long key64) {
        for (int i = 0; i < unansweredCount; i++) {
            if (unansweredKeys[i] == key64) {
                return unansweredCount;
            }
        }
        if (unansweredCount < SUSPICION_LIMIT) {
            unansweredKeys[unansweredCount++] = key64;
        }
        return unansweredCount;
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
        if (!isUp() || isStarting) {
            return BackendState.DOWN;
        }
        return isEjected() ? BackendState.EJECTED : BackendState.ACTIVE;
    }
}
