package io.fairlead.bench.load;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * Clients of one target that can be measured again and again, and rest in between.
 *
 * <p><b>Owned by the load thread.</b>
 */
abstract class Workload implements AutoCloseable {
    /** What serves the clients. */
    final LoadLoop loop;

    private long errorCount;
    private String firstError;

    /** No client yet. */
    Workload(LoadTransport kind) throws IOException {
        loop = new LoadLoop(kind);
    }

    /**
     * Load, for the JIT compilers' sake, and throw away what is seen.
     *
     * @param durationNs how long.
     * @param isDone ends it early.
     */
    abstract void warmUp(long durationNs, BooleanSupplier isDone) throws IOException;

    /**
     * Measure one window, from rest to rest.
     *
     * @param meter begun and ended with it.
     * @param windowNs how long, for what does not end by itself.
     */
    abstract Window measure(Meter meter, long windowNs) throws IOException;

    /** What went wrong so far; each cost one client. */
    final long errorCount() {
        return errorCount;
    }

    /** The first error, or null. */
    final String firstError() {
        return firstError;
    }

    final void onError(String error) {
        errorCount++;
        if (firstError == null) {
            firstError = error;
        }
    }

    @Override
    public final void close() {
        loop.close();
    }
}
