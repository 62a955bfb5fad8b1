package io.fairlead.edge;

import io.fairlead.core.Balancer;
import io.fairlead.core.status.LoopCounter;

/**
 * Tells the operator of defects that the balancer contained: each ended one connection, and somebody should hear of it.
 * Says the same one no more than once a minute. Not thread safe.
 */
final class DefectReport {
    private static final long QUIET_MS = 60_000;

    private final Balancer balancer;
    private final Terminal terminal;
    private long reportedCount;
    private long reportedAtMs;

    DefectReport(Balancer balancer, Terminal terminal) {
        this.balancer = balancer;
        this.terminal = terminal;
    }

    void run() {
        final long count = balancer.status().count(LoopCounter.INTERNAL_ERRORS);
        final long nowMs = System.currentTimeMillis();
        if (count == reportedCount || nowMs - reportedAtMs < QUIET_MS) {
            return;
        }
        terminal.note("fairlead: " + (count - reportedCount)
                + " connections were ended by a defect of the balancer, please report this:");
        balancer.readErrors(reportedAtMs, terminal::note);
        reportedCount = count;
        reportedAtMs = nowMs;
    }
}
