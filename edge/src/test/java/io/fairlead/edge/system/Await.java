package io.fairlead.edge.system;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what another process makes true. */
final class Await {
    /** How long anything may take before a test gives up. */
    static final long PATIENCE_SECONDS = 30;

    private static final long POLL_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private Await() {}

    /** Look again and again until what is seen is as it should be. @return what was seen then. */
    static <T> T until(Supplier<T> look, Predicate<T> condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        T seen = look.get();
        while (!condition.test(seen)) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("it did not come about; at last there was\n" + seen);
            }
            LockSupport.parkNanos(POLL_INTERVAL_NS);
            seen = look.get();
        }
        return seen;
    }
}
