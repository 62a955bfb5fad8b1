package io.fairlead.bench.load;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongUnaryOperator;

/**
 * Clients of one target, and the count of what they do. They rest until they are started.
 *
 * <p><b>Owned by the load thread.</b>
 */
abstract class Workload implements AutoCloseable {
    private static final long REST_LIMIT_NS = TimeUnit.SECONDS.toNanos(10);

    /** What serves the clients. */
    final LoadLoop loop;

    private final LongUnaryOperator pace = this::pace;
    private boolean isSending;
    private long completedCount;
    private long errorCount;
    private String firstError;

    /** No client yet. */
    Workload(TransportKind kind) throws IOException {
        loop = new LoadLoop(kind);
    }

    /** Have the clients begin. */
    final void start() {
        isSending = true;
        startClients();
    }

    /**
     * Serve the clients for a time.
     *
     * @param durationNs how long.
     * @param isDone ends it early.
     */
    final void run(long durationNs, BooleanSupplier isDone) throws IOException {
        loop.run(System.nanoTime() + durationNs, pace, isDone);
    }

    /** Begin nothing new, and wait for what is under way; what does not end counts as errors. */
    final void rest() throws IOException {
        isSending = false;
        if (!loop.run(System.nanoTime() + REST_LIMIT_NS, LoadLoop.NO_PACE, this::areResting)) {
            failRestless();
        }
    }

    /** Whether a client that has got its answer begins anew. */
    final boolean isSending() {
        return isSending;
    }

    /** Round trips, or lives, completed so far. */
    final long completedCount() {
        return completedCount;
    }

    final void onCompleted() {
        completedCount++;
    }

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

    /** See {@link LoadLoop#run}; a closed loop has none. */
    long pace(long nowNs) {
        return LoadLoop.NOTHING_DUE;
    }

    abstract void startClients();

    /** Whether no client has anything under way. */
    abstract boolean areResting();

    /** Count an error for each client that still has something under way. */
    abstract void failRestless();
}
