package io.fairlead.bench.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.bench.load.Target;
import io.fairlead.bench.report.FailoverEvent;
import io.fairlead.bench.report.FailoverResult;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients on a real socket, with a server that does to them what a test says. */
final class CrowdTest {
    private static final int COUNT = 5;
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    private final AtomicBoolean stop = new AtomicBoolean();
    private TellingServer server;
    private Crowd crowd;

    @BeforeEach
    void connect() throws IOException {
        server = new TellingServer("b2");
    }

    @AfterEach
    void disconnect() throws IOException {
        if (crowd != null) {
            crowd.close();
        }
        server.close();
    }

    @Test
    void shouldLearnWhereEverybodyIs() throws IOException {
        open(PATIENCE_NS);
        assertEquals(List.of(0L, (long) COUNT, 0L), result(FailoverEvent.RETURN).allAfter());
        assertTrue(crowd.replyNs().getTotalCount() >= COUNT);
    }

    @Test
    void shouldConnectAgainWhenCut() throws IOException {
        open(PATIENCE_NS);
        begin(FailoverEvent.FREEZE);
        server.cut();
        await(() -> crowd.books().missingCount() == 0 && crowd.books().reconnectedCount() == COUNT);
        final FailoverResult result = result(FailoverEvent.FREEZE);
        assertEquals(COUNT, result.affectedCount());
        assertEquals(COUNT, result.cutCount());
        assertEquals(new FailoverResult.Total(1, COUNT), result.reconnects());
        assertTrue(result.back().p50Ms().orElseThrow() >= 100, "it backs off first");
        assertEquals(2 * COUNT, server.acceptedCount());
    }

    @Test
    void shouldAnswerAndConnectAgainWhenTheServerCloses() throws IOException {
        open(PATIENCE_NS);
        begin(FailoverEvent.RETURN);
        server.dismiss(1001);
        await(() -> crowd.books().reconnectedCount() == COUNT);
        assertEquals(COUNT + " x closed with 1001", crowd.books().losses());
        assertEquals(COUNT, server.closeCount());
        assertEquals(COUNT, result(FailoverEvent.RETURN).bystandersCutCount());
    }

    @Test
    void shouldGiveUpWhenNoReplyComes() throws IOException {
        open(TimeUnit.MILLISECONDS.toNanos(500));
        begin(FailoverEvent.FREEZE);
        server.conduct(TellingServer.Conduct.SILENT);
        await(() -> result(FailoverEvent.FREEZE).gaveUpCount() == COUNT
                && crowd.books().failures().contains("no reply in time"));
        assertEquals(COUNT, result(FailoverEvent.FREEZE).missingCount());
        server.conduct(TellingServer.Conduct.ANSWER);
        await(() -> crowd.books().missingCount() == 0);
        assertEquals(0, result(FailoverEvent.FREEZE).cutCount());
    }

    @Test
    void shouldTellWhyConnectsFail() throws IOException {
        open(PATIENCE_NS);
        begin(FailoverEvent.FREEZE);
        server.conduct(TellingServer.Conduct.REFUSE);
        server.cut();
        await(() -> crowd.books().failures().contains("answered 503 Service Unavailable"));
        server.close();
        await(() -> crowd.books().failures().contains("refused"));
        assertTrue(result(FailoverEvent.FREEZE).failedAttemptCount() >= 2);
    }

    @Test
    void shouldCloseAndConnectAgainOnceWhenTold() throws IOException {
        open(PATIENCE_NS);
        crowd.leaveAll();
        begin(FailoverEvent.RECONNECT);
        await(() -> crowd.books().reconnectedCount() == COUNT && crowd.books().missingCount() == 0);
        final FailoverResult result = result(FailoverEvent.RECONNECT);
        assertEquals(0, result.bystandersCutCount());
        assertEquals(0, result.failedAttemptCount());
        assertEquals(COUNT, server.closeCount());
        assertEquals(2 * COUNT, server.acceptedCount());
    }

    @Test
    void shouldNoticeWhenAReplyIsSomebodyElses() throws IOException {
        open(PATIENCE_NS);
        assertNull(crowd.fault());
        server.conduct(TellingServer.Conduct.MIX_UP);
        await(() -> crowd.fault() != null);
        assertTrue(crowd.fault().contains("was answered 'b2 9"), crowd.fault());
    }

    @Test
    void shouldAnswerPings() throws IOException {
        server.conduct(TellingServer.Conduct.PING_FIRST);
        open(PATIENCE_NS);
        await(() -> server.pongCount() == COUNT);
    }

    @Test
    void shouldGiveUpWhenTold() throws IOException {
        open(PATIENCE_NS);
        stop.set(true);
        assertThrows(CancellationException.class, () -> crowd.run(PATIENCE_NS, () -> false));
    }

    private void open(long replyLimitNs) throws IOException {
        crowd = new Crowd(
                new Target("server", server.address(), List.of()),
                COUNT,
                new Pace(INTERVAL_NS, replyLimitNs),
                stop::get);
        await(() -> crowd.books().missingCount() == 0);
    }

    private void begin(FailoverEvent event) {
        crowd.begin(crowd.books().next(event, System.nanoTime()));
    }

    private void await(BooleanSupplier isSo) throws IOException {
        assertTrue(
                crowd.run(PATIENCE_NS, isSo),
                () -> "failed connects: " + crowd.books().failures() + "; lost: "
                        + crowd.books().losses());
    }

    private FailoverResult result(FailoverEvent event) {
        return crowd.books().result("x", event, System.nanoTime());
    }
}
