package io.fairlead.edge;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.BackendStats;
import io.fairlead.core.status.BackendStatus;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.LoopCounter;
import java.util.List;

/** Statuses as a loop would have filled them. */
final class Statuses {
    private Statuses() {}

    /** b1 and b3 of weight 1, b2 of weight 2, all active, nothing counted, accepting. */
    static BalancerStatus threeBackends() {
        final BalancerStatus status = new BalancerStatus();
        status.backends(List.of(backend("b1", 1), backend("b2", 2), backend("b3", 1)));
        status.accepting(true);
        return status;
    }

    static BackendStatus backend(String name, int weight) {
        return backend(name, weight, BackendState.ACTIVE);
    }

    static BackendStatus backend(String name, int weight, BackendState state) {
        return new BackendStatus(
                name,
                "127.0.0.1:9001",
                weight,
                100,
                0,
                false,
                state,
                state != BackendState.DOWN && state != BackendState.EJECTED,
                "",
                0,
                new BackendStats());
    }

    /** One whose agent has changed its weight. */
    static BackendStatus weighed(String name, int weight, int percent) {
        return new BackendStatus(
                name,
                "127.0.0.1:9001",
                weight,
                percent,
                0,
                false,
                BackendState.ACTIVE,
                true,
                "",
                0,
                new BackendStats());
    }

    /** Every counter of the loop at 1,000 and its ordinal, every one of the first backend at 2,000 and its ordinal. */
    static BalancerStatus counted() {
        final BalancerStatus status = threeBackends();
        for (final LoopCounter counter : LoopCounter.values()) {
            status.counters().set(counter, 1000 + counter.ordinal());
        }
        for (final BackendCounter counter : BackendCounter.values()) {
            status.backends().get(0).stats().counters().set(counter, 2000 + counter.ordinal());
        }
        return status;
    }
}
