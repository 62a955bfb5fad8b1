package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LifecycleTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String END = System.lineSeparator();

    private final Captured captured = new Captured(false);
    private final AtomicInteger endings = new AtomicInteger();
    private final Lifecycle lifecycle = new Lifecycle(captured.terminal(), endings::incrementAndGet);
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    @Test
    void shouldBeDoneWhenDrained() throws InterruptedException {
        lifecycle.stop();
        drained.complete(null);

        assertEquals(ExitCode.DONE, lifecycle.await(() -> drained, () -> 12, LIMIT));
        assertEquals("fairlead draining: 12 connections, up to 60 s" + END + "fairlead drained" + END, captured.err());
    }

    @Test
    void shouldCutTheDrainShortWhenToldTwice() throws InterruptedException {
        lifecycle.stop();
        lifecycle.stop();

        assertEquals(ExitCode.DRAIN_LIMIT_PASSED, lifecycle.await(() -> drained, () -> 1, LIMIT));
        assertEquals(
                "fairlead draining: 1 connection, up to 60 s" + END + "fairlead drain cut short: closing 1 connection"
                        + END,
                captured.err());
    }

    @Test
    void shouldGiveUpWhenTheLimitPasses() throws InterruptedException {
        lifecycle.stop();

        assertEquals(ExitCode.DRAIN_LIMIT_PASSED, lifecycle.await(() -> drained, () -> 2, Duration.ofMillis(1)));
        assertTrue(captured.err().endsWith("fairlead drain limit passed: closing 2 connections" + END));
    }

    /** The thread that tells and the one that is told race each time: a quarter of the rounds caught the mistake. */
    @Test
    void shouldNotTakeOneStopForTwoWhenItEndsTheWaitAtOnce() throws Exception {
        final ExecutorService signals = Executors.newSingleThreadExecutor();
        try {
            for (int i = 0; i < 20_000; i++) {
                final Lifecycle once = new Lifecycle(captured.terminal(), endings::incrementAndGet);
                final Future<?> told = signals.submit(once::stop);
                assertEquals(ExitCode.DONE, once.await(() -> drained, () -> 0, Duration.ZERO));
                told.get();
            }
        } finally {
            signals.shutdown();
        }
        assertEquals(0, endings.get(), "told once each time");
    }

    @Test
    void shouldEndAtOnceWhenThereIsNoDrain() throws InterruptedException {
        lifecycle.stop();

        assertEquals(ExitCode.DONE, lifecycle.await(() -> fail("no drain was wanted"), () -> 2, Duration.ZERO));
        assertEquals("", captured.err());
    }

    @Test
    void shouldEndAtOnceWhenToldTwiceAndAlreadyClosing() throws InterruptedException {
        lifecycle.stop();
        drained.complete(null);
        assertEquals(ExitCode.DONE, lifecycle.await(() -> drained, () -> 0, LIMIT));
        assertEquals(0, endings.get());

        lifecycle.stop();

        assertEquals(1, endings.get());
    }

    @Test
    void shouldEndAtOnceWhenToldTwiceAndNothingIsDrained() throws InterruptedException {
        lifecycle.stop();
        lifecycle.stop();

        assertEquals(ExitCode.DONE, lifecycle.await(() -> drained, () -> 0, Duration.ZERO));
        assertEquals(1, endings.get());
    }

    @Test
    void shouldGoOnWhenToldToReload() throws InterruptedException {
        lifecycle.reload();
        lifecycle.stop();
        lifecycle.reload();
        lifecycle.stop();

        assertEquals(ExitCode.DRAIN_LIMIT_PASSED, lifecycle.await(() -> drained, () -> 0, LIMIT));
        final String refusal = "fairlead: reload is not in this version: SIGHUP ignored, nothing changed" + END;
        assertEquals(
                refusal + "fairlead draining: 0 connections, up to 60 s" + END + refusal
                        + "fairlead drain cut short: closing 0 connections" + END,
                captured.err());
    }

    @Test
    void shouldFailWhenTheLoopStops() throws InterruptedException {
        lifecycle.failed(new AssertionError("selector broke"));

        assertEquals(ExitCode.FAILED, lifecycle.await(() -> drained, () -> 0, LIMIT));
        assertTrue(
                captured.err()
                        .startsWith("fairlead: the forwarding loop had to stop, please report this:"
                                + " java.lang.AssertionError: selector broke" + END),
                captured.err());
    }

    @Test
    void shouldFailWhenTheLoopStopsInADrain() throws InterruptedException {
        lifecycle.stop();
        drained.completeExceptionally(new IllegalStateException("closed"));

        assertEquals(ExitCode.FAILED, lifecycle.await(() -> drained, () -> 0, LIMIT));
    }
}
