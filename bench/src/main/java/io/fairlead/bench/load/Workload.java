package io.fairlead.bench.load;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Clients of one target in a closed loop: as many things under way as there are clients.
 *
 * <p><b>Owned by the load thread.</b>
 */
abstract class Workload implements AutoCloseable {
    private static final long REST_LIMIT_NS = TimeUnit.SECONDS.toNanos(10);

    /** What serves the clients. */
    final LoadLoop loop;

    /** No client yet. */
    Workload() throws IOException {
        loop = new LoadLoop();
    }

    /** Have every client begin. */
    final void start() throws IOException {
        loop.isSending(true);
        startClients();
    }

    /**
     * Serve the clients for a time.
     *
     * @param durationNs how long.
     */
    final void run(long durationNs) throws IOException {
        loop.run(System.nanoTime() + durationNs, () -> false);
    }

    /** Begin nothing new, and wait for what is under way; what does not end counts as errors. */
    final void rest() throws IOException {
        loop.isSending(false);
        if (!loop.run(System.nanoTime() + REST_LIMIT_NS, this::areResting)) {
            failRestless();
        }
    }

    /** Round trips, or lives, completed so far. */
    final long completedCount() {
        return loop.completedCount();
    }

    /** What went wrong so far; each cost one client. */
    final long errorCount() {
        return loop.errorCount();
    }

    /** The first error, or null. */
    final String firstError() {
        return loop.firstError();
    }

    @Override
    public final void close() throws IOException {
        loop.close();
    }

    abstract void startClients() throws IOException;

    /** Whether no client has anything under way. */
    abstract boolean areResting();

    /** Count an error for each client that still has something under way. */
    abstract void failRestless();
}
