package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load clients against a real echo server. */
final class WorkloadTest {
    private static final long RUN_NS = TimeUnit.MILLISECONDS.toNanos(200);

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
    void shouldCountEveryEchoOnce() throws IOException {
        for (final int length : new int[] {0, 1, 64, 125, 126, 65_536, 131_072, 3_000_000}) {
            try (MessageWorkload workload = new MessageWorkload(target(server), length, sources)) {
                workload.open(7);
                assertEquals(7, workload.openCount());
                assertEquals(7, workload.sendOnce());
                workload.start();
                workload.run(RUN_NS);
                workload.rest();
                assertEquals(0, workload.errorCount(), workload::firstError);
                assertTrue(workload.completedCount() >= 14, "more than the first and the last of each");
                final long count = workload.completedCount();
                assertEquals(count + 7, count + workload.sendOnce(), "nothing was left under way");
            }
        }
    }

    @Test
    void shouldReportErrorsWhenTheServerAnswersSomethingElse() throws IOException {
        try (EchoServer wrong = EchoServer.start(EchoOptions.named("b2").withPrefix("Echo: "));
                MessageWorkload workload = new MessageWorkload(target(wrong), 64, sources)) {
            workload.open(3);
            assertEquals(0, workload.sendOnce());
            assertEquals(3, workload.errorCount());
        }
    }

    @Test
    void shouldReportErrorsWhenTheServerGoes() throws IOException {
        try (MessageWorkload workload = new MessageWorkload(target(server), 64, sources)) {
            workload.open(3);
            server.close();
            workload.start();
            workload.run(RUN_NS);
            workload.rest();
            assertEquals(3, workload.errorCount());
        }
    }

    @Test
    void shouldFailToOpenWhenNobodyListens() throws IOException {
        server.close();
        try (MessageWorkload workload = new MessageWorkload(target(server), 64, sources)) {
            assertThrows(ConnectException.class, () -> workload.open(3));
        }
    }

    @Test
    void shouldLiveAndEnd() throws IOException {
        try (ChurnWorkload workload = new ChurnWorkload(target(server), 5, sources)) {
            workload.start();
            workload.run(RUN_NS);
            workload.rest();
            assertEquals(0, workload.errorCount(), workload::firstError);
            assertTrue(workload.completedCount() >= 10, "each began anew");
        }
    }

    private static Target target(EchoServer server) {
        return new Target("direct", server.address(), List.of());
    }
}
