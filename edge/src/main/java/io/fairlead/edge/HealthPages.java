package io.fairlead.edge;

import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.BalancerStatus;

/** What load balancers and orchestrators in front ask. <b>Thread safe.</b> */
final class HealthPages {
    private HealthPages() {}

    /**
     * Whether the process lives.
     *
     * @return 200.
     */
    static Reply healthz() {
        return Reply.text(200, "ok");
    }

    /**
     * Whether connections should be sent here.
     *
     * @param status of the balancer.
     * @return 200, or 503 with the reason.
     */
    static Reply readyz(BalancerStatus status) {
        if (!status.accepting()) {
            return Reply.text(503, "not ready: draining, no new connections are accepted");
        }
        // In a panic it is better to be tried than to be left out: that is what a panic is.
        if (!status.panicking()
                && status.backends().stream().noneMatch(backend -> backend.state() == BackendState.ACTIVE)) {
            return Reply.text(503, "not ready: no active backend");
        }
        return Reply.text(200, "ready");
    }
}
