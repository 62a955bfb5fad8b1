package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fairlead.core.transport.epoll.EpollTransport;
import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    @ParameterizedTest
    @EnumSource(LoadTransport.class)
    void shouldCountEveryEchoOnce(LoadTransport transport) throws IOException {
        assumePresent(transport);
        for (final int length : new int[] {0, 1, 64, 125, 126, 65_536, 131_072, 3_000_000}) {
            try (MessageWorkload workload = new MessageWorkload(transport, target(server), length, 1, null, sources)) {
                workload.herd().open(7);
                assertEquals(7, workload.herd().openCount());
                assertEquals(7, sendOnce(workload));
                workload.start();
                workload.run(RUN_NS, () -> false);
                workload.rest();
                assertEquals(0, workload.errorCount(), workload::firstError);
                assertTrue(workload.completedCount() >= 14, "more than the first and the last of each");
                final long count = workload.completedCount();
                assertEquals(count + 7, count + sendOnce(workload), "nothing was left under way");
            }
        }
    }

    @Test
    void shouldReportErrorsWhenTheServerAnswersSomethingElse() throws IOException {
        try (EchoServer wrong = EchoServer.start(EchoOptions.named("b2").withPrefix("Echo: "));
                MessageWorkload workload =
                        new MessageWorkload(LoadTransport.NIO, target(wrong), 64, 1, null, sources)) {
            workload.herd().open(3);
            assertEquals(0, sendOnce(workload));
            assertEquals(3, workload.errorCount());
        }
    }

    @Test
    void shouldReportErrorsWhenTheServerGoes() throws IOException {
        try (MessageWorkload workload = new MessageWorkload(LoadTransport.NIO, target(server), 64, 1, null, sources)) {
            workload.herd().open(3);
            server.close();
            workload.start();
            workload.run(RUN_NS, () -> false);
            workload.rest();
            assertEquals(3, workload.errorCount());
        }
    }

    @Test
    void shouldFailToOpenWhenNobodyListens() throws IOException {
        server.close();
        try (MessageWorkload workload = new MessageWorkload(LoadTransport.NIO, target(server), 64, 1, null, sources)) {
            assertThrows(ConnectException.class, () -> workload.herd().open(3));
        }
    }

    @ParameterizedTest
    @EnumSource(LoadTransport.class)
    void shouldLiveAndEnd(LoadTransport transport) throws IOException {
        assumePresent(transport);
        try (ChurnWorkload workload = new ChurnWorkload(transport, target(server), 5, null, sources, 0)) {
            workload.start();
            workload.run(RUN_NS, () -> false);
            workload.rest();
            assertEquals(0, workload.errorCount(), workload::firstError);
            assertTrue(workload.completedCount() >= 10, "each began anew");
        }
    }

    @Test
    void shouldSayInOneClauseWhyThereIsNoEpoll() {
        final String why = EpollTransport.whyUnavailable();
        assumeTrue(why != null, "there is epoll here");
        assertEquals(
                why,
                assertThrows(IOException.class, () -> new LoadLoop(LoadTransport.EPOLL).close())
                        .getMessage());
    }

    private static void assumePresent(LoadTransport transport) {
        final String why = transport == LoadTransport.EPOLL ? EpollTransport.whyUnavailable() : null;
        assumeTrue(why == null, why);
    }

    /** How many echoes came of one message on each WebSocket. */
    private static long sendOnce(MessageWorkload workload) throws IOException {
        final long before = workload.completedCount();
        workload.startClients();
        workload.rest();
        return workload.completedCount() - before;
    }

    private static Target target(EchoServer server) {
        return new Target("direct", server.address(), List.of());
    }
}
