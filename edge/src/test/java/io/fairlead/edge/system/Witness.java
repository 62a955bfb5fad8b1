package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Someone with a WebSocket of his own, who says something many times a second and wants it echoed, whatever others do. */
final class Witness implements AutoCloseable {
    private static final long INTERVAL_MS = 20;
    private static final long LONGEST_WAIT_LIMIT_MS = 5_000;

    private final RawPeer peer;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Future<?> asking;
    private long count;
    private long longestWaitNs;

    /** Talk through a client that is not connected to a backend yet. */
    Witness(RawPeer peer) throws IOException {
        this.peer = peer;
        peer.upgrade();
        asking = clock.scheduleWithFixedDelay(this::ask, 0, INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /** Keep silent, so that no byte is on its way, while something is looked at. */
    synchronized void whileSilent(Runnable look) {
        look.run();
    }

    /** Every echo has come so far, and in time, and the next one does. */
    void assertWell() {
        // A failure was thrown in the background: there it ended the asking, here it shows.
        assertFalse(asking.isDone(), "the witness was harmed a while ago");
        ask();
        synchronized (this) {
            final long longestWaitMs = TimeUnit.NANOSECONDS.toMillis(longestWaitNs);
            assertTrue(longestWaitMs < LONGEST_WAIT_LIMIT_MS, () -> "an echo took " + longestWaitMs + " ms");
        }
    }

    @Override
    public void close() throws IOException {
        clock.shutdownNow();
        peer.close();
    }

    private synchronized void ask() {
        final String text = "still here " + count++;
        final long startNs = System.nanoTime();
        try {
            assertEquals(text, peer.ask(text));
        } catch (final IOException e) {
            throw new UncheckedIOException("the witness was harmed", e);
        }
        longestWaitNs = Math.max(longestWaitNs, System.nanoTime() - startNs);
    }
}
