package io.fairlead.echo;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread or process makes true. */
final class Await {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long POLL_INTERVAL_NS = TimeUnit.MICROSECONDS.toNanos(200);

    private Await() {}

    static void until(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + LIMIT_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("it did not become true in time");
            }
            LockSupport.parkNanos(POLL_INTERVAL_NS);
        }
    }
}
