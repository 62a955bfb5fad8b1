package io.fairlead.bench.load;

import java.io.IOException;

/** Clients of one target in a closed loop: as many things under way as there are clients. */
interface Workload extends AutoCloseable {
    /** Have every client begin. */
    void start() throws IOException;

    /**
     * Serve the clients for a time.
     *
     * @param durationNs how long.
     */
    void run(long durationNs) throws IOException;

    /** Begin nothing new, and wait for what is under way; what does not end counts as errors. */
    void rest() throws IOException;

    /** Round trips, or lives, completed so far. */
    long completedCount();

    /** What went wrong so far; each cost one client. */
    long errorCount();

    /** The first error, or null. */
    String firstError();

    @Override
    void close() throws IOException;
}
