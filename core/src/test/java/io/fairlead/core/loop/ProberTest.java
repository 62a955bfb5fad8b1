package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.BackendSet;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks and questions to agents: when they are made, what they say and what is made of the answers. */
final class ProberTest {
    private static final Duration TICK = Duration.ofMillis(1);
    private static final Duration LESS_THAN_TIMEOUT = Duration.ofSeconds(1).minusNanos(1);
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final String KEY_FIELD = "Sec-WebSocket-Key: ";
    private static final String END = "\r\n\r\n";

    @ParameterizedTest
    @EnumSource(names = {"TCP", "HTTP", "WEBSOCKET"})
    void shouldFailWhenConnectionIsRefused(CheckKind kind) {
        final TestBackend backend = new TestBackend("b1", 1, 0);
        backend.down();
        try (LoopHarness harness = start(kind, backend)) {
            begin(harness);
            assertFails(harness, "connection refused");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TCP", "HTTP", "WEBSOCKET"})
    void shouldFailExactlyInTimeWhenConnectHangs(CheckKind kind) {
        try (LoopHarness harness = start(kind)) {
            harness.transport.isConnectHanging = true;
            begin(harness);
            assertTimesOut(harness, "connect timed out");
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP, ''", "HTTP, HTTP/1.", "WEBSOCKET, ''", "WEBSOCKET, HTTP/1.1 101 Sw"})
    void shouldFailExactlyInTimeWhenAnswerDoesNotCome(CheckKind kind, String piece) {
        try (LoopHarness harness = start(kind)) {
            begin(harness);
            question(harness).send(piece);
            harness.steps(20);
            assertTimesOut(harness, "no answer in time");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "WEBSOCKET"})
    void shouldFailWhenConnectionIsReset(CheckKind kind) {
        try (LoopHarness harness = start(kind)) {
            begin(harness);
            question(harness).reset();
            assertFails(harness, "connection reset");
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP, ''", "HTTP, HTTP/1.1 20", "WEBSOCKET, ''", "WEBSOCKET, HTTP/1.1 101 Switching"})
    void shouldFailWhenBackendHangsUp(CheckKind kind, String piece) {
        try (LoopHarness harness = start(kind)) {
            begin(harness);
            question(harness).send(piece).finish();
            assertFails(harness, "hung up without an answer");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP, 503, answered 503",
        "HTTP, 400, answered 400",
        "HTTP, 199, answered 199",
        "WEBSOCKET, 200, refused the upgrade with 200",
        "WEBSOCKET, 403, refused the upgrade with 403"
    })
    void shouldFailWhenStatusIsNotExpected(CheckKind kind, int status, String reason) {
        for (final boolean isDribbled : new boolean[] {false, true}) {
            try (LoopHarness harness = start(kind)) {
                begin(harness);
                answer(harness, question(harness), "HTTP/1.1 " + status + " Word" + END, isDribbled);
                assertFails(harness, reason);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "WEBSOCKET"})
    void shouldFailWhenAnswerIsNoHttp(CheckKind kind) {
        for (final boolean isDribbled : new boolean[] {false, true}) {
            try (LoopHarness harness = start(kind)) {
                begin(harness);
                answer(harness, question(harness), "SSH-2.0-OpenSSH_9.6\r\n", isDribbled);
                assertFails(harness, "answered with something else than HTTP");
            }
        }
    }

    @Test
    void shouldFailWhenAcceptIsNotOfTheKey() {
        try (LoopHarness harness = start(CheckKind.WEBSOCKET)) {
            begin(harness);
            question(harness).send(Handshake.ANSWER);
            assertFails(harness, "switched protocols with a handshake that is not valid");
        }
    }

    @Test
    void shouldFailWhenHeadIsLongerThanAnyThatMeansWell() {
        try (LoopHarness harness = start(CheckKind.WEBSOCKET)) {
            begin(harness);
            final TestPeer peer = question(harness);
            final String answer = switched(peer);
            final int lineEnd = answer.indexOf("\r\n") + 2;
            peer.send(answer.substring(0, lineEnd) + "X: " + "x".repeat(Check.ANSWER_LENGTH) + "\r\n"
                    + answer.substring(lineEnd));
            assertFails(harness, "switched protocols with a handshake that is not valid");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldPassWhenStatusIsExpected(boolean isDribbled) {
        try (LoopHarness harness = start(CheckKind.HTTP)) {
            begin(harness);
            final TestPeer peer = question(harness);
            assertEquals(
                    "GET / HTTP/1.1\r\nHost: "
                            + harness.statusOf(harness.backends.get(0)).address()
                            + "\r\nUser-Agent: fairlead\r\nConnection: close\r\n\r\n",
                    peer.text());
            answer(harness, peer, OK, isDribbled);
            assertPasses(harness);
            assertEquals(0, harness.loop.checkCount());
        }
    }

    @Test
    void shouldAskWhatItIsToldTo() {
        try (LoopHarness harness = start(health -> {
            health.kind = CheckKind.HTTP;
            health.method = "OPTIONS";
            health.path = "*";
            health.host = "chat.example";
        })) {
            begin(harness);
            final TestPeer peer = question(harness);
            assertTrue(peer.text().startsWith("OPTIONS * HTTP/1.1\r\nHost: chat.example\r\n"), peer::text);
            peer.send(OK);
            assertPasses(harness);
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP, 1", "HTTP, 7", "WEBSOCKET, 1", "WEBSOCKET, 50"})
    void shouldAskInPiecesWhenWritesAreShort(CheckKind kind, int writeLimit) {
        try (LoopHarness harness = start(kind)) {
            harness.transport.writeLimit = writeLimit;
            begin(harness);
            final TestPeer peer = question(harness);
            peer.send(kind == CheckKind.HTTP ? OK : switched(peer));
            assertPasses(harness);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldCloseInDueFormWhenHandshakeIsVerified(boolean isDribbled) {
        try (LoopHarness harness = start(CheckKind.WEBSOCKET)) {
            begin(harness);
            final TestPeer peer = question(harness);
            final String answer = switched(peer);
            peer.forgetReceived();
            answer(harness, peer, answer, isDribbled);
            assertPasses(harness);
            harness.stepUntil(() -> peer.receivedLength() >= 8, "the Close arrives");
            final byte[] frame = peer.received();
            assertEquals(8, frame.length);
            assertEquals((byte) 0x88, frame[0], "final, Close");
            assertEquals((byte) 0x82, frame[1], "masked, of two bytes");
            assertEquals(1000, (((frame[6] ^ frame[2]) & 0xff) << 8) | ((frame[7] ^ frame[3]) & 0xff));
            assertFalse(peer.isOver(), "the server closes first");
            peer.send(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8}).finish();
            harness.stepUntil(() -> harness.loop.checkCount() == 0, "the check is over");
        }
    }

    @Test
    void shouldCloseExactlyInTimeWhenServerDoesNot() {
        try (LoopHarness harness = start(CheckKind.WEBSOCKET)) {
            begin(harness);
            final TestPeer peer = question(harness);
            peer.send(switched(peer));
            assertPasses(harness);
            // More than there is room for: who is leaving does not listen.
            peer.send(new byte[3 * Check.ANSWER_LENGTH]);
            harness.steps(20);
            harness.advance(LESS_THAN_TIMEOUT, LESS_THAN_TIMEOUT);
            assertEquals(1, harness.loop.checkCount());
            harness.advance(Duration.ofNanos(1));
            assertEquals(0, harness.loop.checkCount());
            assertEquals(0, harness.count(harness.backends.get(0), BackendCounter.CHECKS_FAILED));
        }
    }

    @Test
    void shouldTakeAnotherKeyForEachHandshake() {
        try (LoopHarness harness = start(CheckKind.WEBSOCKET)) {
            begin(harness);
            final TestPeer first = question(harness);
            final String key = key(first);
            assertEquals(16, Base64.getDecoder().decode(key).length);
            first.reset();
            assertFails(harness, "connection reset");
            begin(harness);
            assertFalse(question(harness).text().contains(key));
        }
    }

    @Test
    void shouldSpreadChecksWithinATenthOfTheInterval() {
        try (LoopHarness harness = start(CheckKind.TCP)) {
            final List<Long> gaps = gaps(harness, 60);
            // A check begins with the cycle after it is due, and cycles are a tick apart.
            final long least = Duration.ofMillis(1800).toNanos();
            final long most =
                    Duration.ofMillis(2200).plus(TICK.multipliedBy(10)).toNanos();
            assertTrue(gaps.stream().allMatch(gap -> gap >= least && gap <= most), gaps::toString);
            final long quarter = Duration.ofMillis(100).toNanos();
            assertTrue(gaps.stream().anyMatch(gap -> gap < least + quarter), gaps::toString);
            assertTrue(gaps.stream().anyMatch(gap -> gap > most - quarter), gaps::toString);
            final double meanMs =
                    gaps.stream().mapToLong(gap -> gap / 1_000_000).average().orElseThrow();
            assertEquals(2000, meanMs, 60);
        }
    }

    @Test
    void shouldCheckFasterWhileStateIsInQuestion() {
        final TestBackend backend = new TestBackend("b1", 1, 0);
        try (LoopHarness harness = start(CheckKind.TCP, backend)) {
            begin(harness);
            assertPasses(harness);
            backend.down();
            begin(harness);
            harness.stepUntil(() -> harness.count(backend, BackendCounter.CHECKS_FAILED) == 1, "it fails");
            final List<Long> gaps = gaps(harness, 4);
            assertEquals(BackendState.DOWN, harness.stateOf(backend));
            // The first gap goes from the second failure to the third, which takes it down; then there is no hurry.
            assertTrue(gaps.get(0) <= Duration.ofMillis(560).toNanos(), gaps::toString);
            assertTrue(
                    gaps.stream()
                            .skip(1)
                            .allMatch(gap -> gap >= Duration.ofMillis(1800).toNanos()),
                    gaps::toString);
        }
    }

    @Test
    void shouldNeverCheckFasterThanTheFastIntervalWhateverClientsDo() {
        try (LoopHarness harness = start(CheckKind.TCP)) {
            begin(harness);
            assertPasses(harness);
            final List<Long> starts = new ArrayList<>();
            final Backend backend = harness.backend("b1");
            int seenCount = harness.transport.sources.size();
            while (starts.size() < 20) {
                harness.loop.health().onUnanswered(backend, harness.clock.nanoTime(), harness.clock.nanoTime());
                harness.clock.advance(TICK.multipliedBy(10));
                harness.step();
                if (harness.transport.sources.size() > seenCount) {
                    seenCount = harness.transport.sources.size();
                    starts.add(harness.clock.nanoTime());
                }
            }
            for (int i = 1; i < starts.size(); i++) {
                final long gap = starts.get(i) - starts.get(i - 1);
                assertTrue(gap >= Duration.ofMillis(450).toNanos(), starts::toString);
                assertTrue(gap <= Duration.ofMillis(560).toNanos(), starts::toString);
            }
            assertEquals(BackendState.ACTIVE, harness.stateOf(harness.backends.get(0)));
        }
    }

    @Test
    void shouldDropCheckWhenBackendIsRemoved() {
        try (LoopHarness harness = start(CheckKind.HTTP, new TestBackend("b1", 1, 0), new TestBackend("b2", 1, 0))) {
            begin(harness);
            harness.advanceUntil(() -> harness.loop.checkCount() == 2, TICK, "both are checked");
            harness.loop.removeBackend("b1");
            assertEquals(1, harness.loop.checkCount());
            harness.step();
            final TestBackend other = harness.backends.get(1);
            question(harness, other).send(OK);
            harness.stepUntil(() -> harness.count(other, BackendCounter.CHECKS_PASSED) == 1, "the other is checked");
        }
    }

    @Test
    void shouldIgnoreEventWhenIndexBelongsToAnother() {
        final TestBackend backend = new TestBackend("b1", 1, 0);
        try (LoopHarness harness = start(CheckKind.HTTP, backend)) {
            begin(harness);
            final int index = BackendSet.index(harness.backend("b1").id());
            harness.loop.removeBackend("b1");
            for (int i = 1; i < BackendSet.INDEX_LIMIT; i++) {
                harness.loop.addBackend(backend.settings());
                harness.loop.removeBackend("b1");
            }
            harness.loop.addBackend(backend.settings());
            assertEquals(index, BackendSet.index(harness.backend("b1").id()));
            begin(harness);
            final long staleBefore = harness.count(LoopCounter.STALE_EVENTS);
            harness.transport.failedToken = Token.ofCheck(2 * index, 0);
            harness.step();
            assertEquals(staleBefore + 1, harness.count(LoopCounter.STALE_EVENTS));
            assertEquals(1, harness.loop.checkCount());
            assertEquals(0, harness.count(backend, BackendCounter.CHECKS_FAILED));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Transport.LOCAL_RESOURCE, Transport.CONNECT_NO_PORT})
    void shouldSayNothingOfABackendWhenThisMachineLacksWhatACheckTakes(int outcome) {
        try (LoopHarness harness = start(CheckKind.TCP)) {
            final TestBackend backend = harness.backends.get(0);
            harness.transport.connectOutcome = outcome;
            harness.advanceUntil(() -> harness.transport.sources.size() >= 5, TICK, "checks were tried");
            assertEquals(0, harness.count(backend, BackendCounter.CHECKS_FAILED));
            assertEquals(BackendState.ACTIVE, harness.stateOf(backend));
            harness.transport.connectOutcome = 0;
            harness.advanceUntil(
                    () -> harness.count(backend, BackendCounter.CHECKS_PASSED) == 1, TICK, "a check is made again");
        }
    }

    @Test
    void shouldDropChecksWhenClosed() {
        final ForwardingLoop loop;
        try (LoopHarness harness = start(CheckKind.WEBSOCKET)) {
            begin(harness);
            question(harness);
            loop = harness.loop;
        }
        assertEquals(0, loop.checkCount());
    }

    @Test
    void shouldCostOneCheckWhenItHasADefect() {
        try (LoopHarness harness = start(CheckKind.HTTP)) {
            harness.expectErrors();
            begin(harness);
            harness.transport.readDefect = new IllegalStateException("a mistake made for the test");
            question(harness).send(OK);
            harness.stepUntil(() -> harness.count(LoopCounter.INTERNAL_ERRORS) == 1, "it shows");
            assertEquals(0, harness.loop.checkCount());
            assertEquals(0, harness.count(harness.backends.get(0), BackendCounter.CHECKS_FAILED));
            begin(harness);
            question(harness).send(OK);
            assertPasses(harness);
        }
    }

    @Test
    void shouldAllocateNothingWhenNothingIsDue() throws IOException {
        try (LoopHarness harness = start(CheckKind.TCP)) {
            begin(harness);
            assertPasses(harness);
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long least = Long.MAX_VALUE;
            // The first rounds compile; one without an allocation shows that there need be none.
            for (int round = 0; round < 40 && least > 0; round++) {
                final long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 10_000; i++) {
                    harness.loop.doWork(0);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least);
            assertEquals(1, harness.count(harness.backends.get(0), BackendCounter.CHECKS_PASSED));
        }
    }

    @Test
    void shouldDoWhatAgentSays() {
        try (Agent agent = new Agent()) {
            final TestBackend backend = new TestBackend("b1", 4, 0);
            backend.agent = agent.server.settings().address();
            try (LoopHarness harness = start(CheckKind.OFF, backend, new TestBackend("b2", 4, 0))) {
                agent.says(harness, "75%\n");
                assertEquals(75, harness.statusOf(backend).weightPercent());
                assertEquals(300, harness.backend("b1").share());
                agent.says(harness, "drain\r\n");
                assertEquals(BackendState.DRAINING, harness.stateOf(backend));
                agent.says(harness, "maint\n");
                assertEquals(BackendState.MAINTENANCE, harness.stateOf(backend));
                agent.says(harness, "ready\n");
                assertEquals(BackendState.ACTIVE, harness.stateOf(backend));
                agent.says(harness, "down #disk full\n");
                assertEquals(BackendState.DOWN, harness.stateOf(backend));
                agent.says(harness, "up maxconn:7\n");
                assertEquals(BackendState.ACTIVE, harness.stateOf(backend));
                assertEquals(7, harness.statusOf(backend).connectionLimit());
                agent.says(harness, "0%\n");
                assertEquals(BackendState.DRAINING, harness.stateOf(backend));
                // The stream ends the line as well.
                agent.says(harness, "100%");
                assertEquals(BackendState.ACTIVE, harness.stateOf(backend));
                assertEquals(100, harness.statusOf(backend).weightPercent());
                assertEquals(
                        List.of(
                                "active: its agent says 75%",
                                "draining: its agent says drain",
                                "maintenance: its agent says maint",
                                "active: its agent says ready",
                                "down: its agent says down #disk full",
                                "active: its agent says up maxconn:7",
                                "draining: its agent says 0%",
                                "active: its agent says 100%"),
                        harness.told("b1"));
                assertEquals(0, harness.loop.checkCount());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish\n", "do", "dow"})
    void shouldChangeNothingWhenAgentSaysNothingThatIsKnown(String answer) {
        try (Agent agent = new Agent()) {
            final TestBackend backend = new TestBackend("b1", 1, 0);
            backend.agent = agent.server.settings().address();
            try (LoopHarness harness = start(CheckKind.OFF, backend, new TestBackend("b2", 1, 0))) {
                agent.says(harness, "drain\n");
                agent.says(harness, answer);
                assertEquals(BackendState.DRAINING, harness.stateOf(backend));
                agent.question(harness).reset();
                harness.stepUntil(() -> harness.loop.checkCount() == 0, "the agent is gone");
                agent.question(harness).send("ready");
                harness.advance(Duration.ofSeconds(1));
                assertEquals(0, harness.loop.checkCount(), "half a line, and no end");
                agent.server.down();
                harness.advance(Duration.ofSeconds(10), Duration.ofMillis(100));
                assertEquals(BackendState.DRAINING, harness.stateOf(backend));
                assertEquals(2, harness.told("b1").size(), "that it drains, and once that the agent is not understood");
                assertTrue(harness.told("b1").get(1).contains("what it said last holds"));
            }
        }
    }

    /** An agent, and the test's hand on it. */
    private static final class Agent implements AutoCloseable {
        final TestBackend server = new TestBackend("agent", 1, 0);

        TestPeer question(LoopHarness harness) {
            final int count = server.accepted().size();
            harness.advanceUntil(() -> harness.loop.checkCount() == 1, TICK, "the agent is asked");
            harness.stepUntil(
                    () -> {
                        server.pump();
                        return server.accepted().size() > count;
                    },
                    "the agent is connected");
            return server.last();
        }

        void says(LoopHarness harness, String answer) {
            question(harness).send(answer).finish();
            harness.stepUntil(() -> harness.loop.checkCount() == 0, "the answer is heard");
        }

        @Override
        public void close() {
            server.close();
            server.accepted().forEach(TestPeer::close);
        }
    }

    private static LoopHarness start(CheckKind kind) {
        return start(kind, new TestBackend("b1", 1, 0));
    }

    private static LoopHarness start(CheckKind kind, TestBackend... backends) {
        return start(health -> health.kind = kind, backends);
    }

    private static LoopHarness start(Consumer<TestHealth> change) {
        return start(change, new TestBackend("b1", 1, 0));
    }

    private static LoopHarness start(Consumer<TestHealth> change, TestBackend... backends) {
        final TestHealth health = new TestHealth();
        change.accept(health);
        return LoopHarness.start(settings -> settings.health = health.build(), backends);
    }

    /** Let time pass until a check begins, by the cycle in which it does. */
    private static void begin(LoopHarness harness) {
        final int count = harness.transport.sources.size();
        harness.advanceUntil(() -> harness.transport.sources.size() > count, TICK, "a check begins");
    }

    private static TestPeer question(LoopHarness harness) {
        return question(harness, harness.backends.get(0));
    }

    /** The backend's end of the check under way, with the whole request. */
    private static TestPeer question(LoopHarness harness, TestBackend backend) {
        harness.stepUntil(
                () -> !backend.accepted().isEmpty()
                        && !backend.last().isOver()
                        && backend.last().text().endsWith(END),
                "the backend is asked");
        return backend.last();
    }

    private static void answer(LoopHarness harness, TestPeer peer, String text, boolean isDribbled) {
        if (!isDribbled) {
            peer.send(text);
            return;
        }
        for (int i = 0; i < text.length(); i++) {
            peer.send(text.substring(i, i + 1));
            harness.steps(2);
        }
    }

    private static void assertPasses(LoopHarness harness) {
        final TestBackend backend = harness.backends.get(0);
        harness.stepUntil(() -> harness.count(backend, BackendCounter.CHECKS_PASSED) == 1, "the check passes");
        assertEquals(0, harness.count(backend, BackendCounter.CHECKS_FAILED));
        assertEquals(BackendState.ACTIVE, harness.stateOf(backend));
        assertEquals(List.of(), harness.told("b1"));
    }

    /** The first check decides alone, so that its failure shows with its reason. */
    private static void assertFails(LoopHarness harness, String reason) {
        final TestBackend backend = harness.backends.get(0);
        harness.stepUntil(() -> harness.count(backend, BackendCounter.CHECKS_FAILED) == 1, "the check fails");
        assertEquals(0, harness.count(backend, BackendCounter.CHECKS_PASSED));
        assertEquals(List.of("down: the first check failed: " + reason), harness.told("b1"));
        assertEquals(
                "the first check failed: " + reason, harness.statusOf(backend).reason());
        assertEquals(0, harness.loop.checkCount());
    }

    private static void assertTimesOut(LoopHarness harness, String reason) {
        final TestBackend backend = harness.backends.get(0);
        harness.advance(LESS_THAN_TIMEOUT, LESS_THAN_TIMEOUT);
        assertEquals(0, harness.count(backend, BackendCounter.CHECKS_FAILED));
        assertEquals(1, harness.loop.checkCount());
        harness.advance(Duration.ofNanos(1));
        assertEquals(1, harness.count(backend, BackendCounter.CHECKS_FAILED));
        assertFails(harness, reason);
    }

    /** The times between the starts of so many checks and one. */
    private static List<Long> gaps(LoopHarness harness, int count) {
        final List<Long> gaps = new ArrayList<>();
        begin(harness);
        long startNs = harness.clock.nanoTime();
        while (gaps.size() < count) {
            final int before = harness.transport.sources.size();
            // Whatever becomes of it has to, before more time passes.
            harness.stepUntil(() -> harness.loop.checkCount() == 0, "the check ends");
            harness.advanceUntil(
                    () -> harness.transport.sources.size() > before, TICK.multipliedBy(10), "the next begins");
            gaps.add(harness.clock.nanoTime() - startNs);
            startNs = harness.clock.nanoTime();
        }
        harness.stepUntil(() -> harness.loop.checkCount() == 0, "the check ends");
        return gaps;
    }

    private static String key(TestPeer peer) {
        final String text = peer.text();
        final int start = text.indexOf(KEY_FIELD) + KEY_FIELD.length();
        return text.substring(start, text.indexOf('\r', start));
    }

    /** What a server that knows RFC 6455 says to the handshake that a peer received. */
    private static String switched(TestPeer peer) {
        try {
            final byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key(peer) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                    + Base64.getEncoder().encodeToString(hash) + END;
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
