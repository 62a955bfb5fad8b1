package io.fairlead.core.simulation;

import io.fairlead.core.loop.Invariants;
import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.BackendStatus;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.table.Backend;

/** Which backends take connections, and which of them are well. */
final class HealthModel {
    private final Invariants invariants;
    private final BalancerStatus status;

    HealthModel(Invariants invariants, BalancerStatus status) {
        this.invariants = invariants;
        this.status = status;
    }

    /** Whether it takes new connections, well or not. */
    boolean accepts(Incarnation member) {
        final Backend backend = backend(member);
        return !member.isDraining && !member.isRemoved && backend != null && backend.accepts();
    }

    /** Whether it takes new connections, and is well. */
    boolean acceptsHealthy(Incarnation member) {
        return accepts(member) && backend(member).acceptsHealthy();
    }

    /** Whether health makes no difference, because so few are well. */
    boolean panics() {
        return status.panicking();
    }

    /** Whether what waits for it in vain, and maybe what it has, is to leave it. */
    boolean isLost(Incarnation member) {
        if (panics() || member.isRemoved) {
            return false;
        }
        for (final BackendStatus backend : status.backends()) {
            if (backend.name().equals(member.name)) {
                return !backend.well() && backend.state() != BackendState.EJECTED;
            }
        }
        return true;
    }

    private Backend backend(Incarnation member) {
        return invariants.backends().byName(member.name);
    }
}
