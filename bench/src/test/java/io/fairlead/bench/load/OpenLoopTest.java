package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Open loops against a real echo server, and against one that takes connections and never answers. */
final class OpenLoopTest {
    private static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long RATE = 500;

    private final SourceAddresses sources = new SourceAddresses(300);
    private EchoServer server;

    @BeforeEach
    void start() throws IOException {
        server = EchoServer.start(EchoOptions.named("b1"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldSendWhatIsDueInTheWindow() throws IOException {
        final Target target = new Target("direct", server.address(), List.of());
        try (MessageWorkload workload =
                new MessageWorkload(LoadTransport.NIO, target, 64, 1, new Schedule(RATE), sources)) {
            workload.herd().open(3);
            final Window window = workload.measure(new Meter(target, 0, 0, List.of()), WINDOW_NS);
            // 150, and one more or less for where the window begins between two.
            assertNear(150, window.sample().count(), 1);
            assertEquals(0, window.sample().missedCount());
            assertEquals(0, window.sample().errorCount(), workload::firstError);
            assertEquals(window.sample().count(), window.latencies().getTotalCount());
            assertTrue(window.sample().hasKeptRate());
        }
    }

    @Test
    void shouldBeginLivesThatAreDueInTheWindow() throws IOException {
        final Target target = new Target("direct", server.address(), List.of());
        try (ChurnWorkload workload = new ChurnWorkload(LoadTransport.NIO, target, 4, new Schedule(RATE), sources, 0)) {
            final Window window = workload.measure(new Meter(target, 0, 0, List.of()), WINDOW_NS);
            assertNear(150, window.sample().count() + window.sample().missedCount(), 1);
            assertEquals(0, window.sample().errorCount(), workload::firstError);
            assertTrue(window.sample().count() > 0);
        }
    }

    @Test
    void shouldMissTheRateWhenNobodyAnswers() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            final Target target = new Target(
                    "silent",
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), silent.getLocalPort()),
                    List.of());
            try (ChurnWorkload workload =
                    new ChurnWorkload(LoadTransport.NIO, target, 2, new Schedule(RATE), sources, 0)) {
                final Window window = workload.measure(new Meter(target, 0, 0, List.of()), WINDOW_NS);
                assertEquals(0, window.sample().count());
                assertNear(150, window.sample().missedCount(), 1);
                assertFalse(window.sample().hasKeptRate());
                assertEquals(2, window.sample().errorCount(), "the two that never ended");
                // Lives that had to wait for a client that was free have waited, and are told of with that.
                assertNear(148, window.latencies().getTotalCount(), 3);
                assertTrue(window.latencies().getMinValue() >= TimeUnit.MILLISECONDS.toNanos(999));
            }
        }
    }

    @Test
    void shouldMissTheRateWhenTheClientIsTooSlow() throws IOException {
        final long rate = 3_000_000;
        final Target target = new Target("direct", server.address(), List.of());
        try (MessageWorkload workload =
                new MessageWorkload(LoadTransport.NIO, target, 64, 1, new Schedule(rate), sources)) {
            workload.herd().open(3);
            final Window window = workload.measure(new Meter(target, 0, 0, List.of()), WINDOW_NS);
            assertNear(900_000, window.sample().count() + window.sample().missedCount(), 1);
            assertFalse(window.sample().hasKeptRate());
            assertTrue(window.isClientLate());
        }
    }

    private static void assertNear(long expected, long actual, long tolerance) {
        assertTrue(Math.abs(actual - expected) <= tolerance, () -> actual + " instead of " + expected);
    }
}
