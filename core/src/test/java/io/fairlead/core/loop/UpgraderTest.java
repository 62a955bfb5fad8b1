package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UpgraderTest {
    private static final Duration LIMIT_AND_SWEEP = Duration.ofSeconds(11);
    /** An unmasked text frame "hi". */
    private static final String DOWN_FRAME = "\u0081\u0002hi";
    /** A text frame "hi" masked with zeros. */
    private static final String UP_FRAME = "\u0081\u0082\u0000\u0000\u0000\u0000hi";

    private static final String PARTIAL_ANSWER = Handshake.ANSWER.substring(0, 40);

    @Test
    void shouldDeliverSameBytesWhenAnswerIsSplitAnywhere() {
        final String answer = Handshake.ANSWER + DOWN_FRAME;
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestBackend backend = harness.backends.get(0);
            for (int split = 1; split < answer.length(); split++) {
                final TestPeer client = harness.connect().send(Handshake.REQUEST);
                final TestPeer peer = harness.awaitRequest(Handshake.REQUEST);
                final int length = split;
                final long before = harness.count(backend, BackendCounter.DOWN_BYTES);
                peer.send(answer.substring(0, split));
                harness.stepUntil(
                        () -> harness.count(backend, BackendCounter.DOWN_BYTES) == before + length, "a part is read");
                assertEquals(split < Handshake.ANSWER.length() ? 0 : split, client.receivedLength());
                peer.send(answer.substring(split));
                harness.stepUntil(() -> client.text().equals(answer), "all arrives");
                assertEquals(split, harness.count(LoopCounter.UPGRADES));
                assertEquals(split, harness.count(backend, BackendCounter.DOWN_MESSAGES));
                client.reset();
                harness.stepUntil(peer::wasReset, "the backend sees the end");
            }
        }
    }

    @Test
    void shouldDeliverSameBytesWhenAnswerComesByteByByte() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            harness.transport.transferLimit = 1;
            backend.send(Handshake.ANSWER + DOWN_FRAME + DOWN_FRAME);
            harness.stepUntil(() -> client.text().equals(Handshake.ANSWER + DOWN_FRAME + DOWN_FRAME), "all arrives");
            assertEquals(1, harness.count(LoopCounter.UPGRADES));
            assertEquals(2, harness.count(harness.backends.get(0), BackendCounter.DOWN_MESSAGES));
            assertEquals(0, harness.count(LoopCounter.TRACKING_LOST));
        }
    }

    @Test
    void shouldHoldBackPipelinedFramesUntilAnswerIsVerified() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST + UP_FRAME);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            client.send(UP_FRAME);
            harness.steps(20);
            assertEquals(Handshake.REQUEST, backend.text(), "frames are held back");
            backend.send(Handshake.ANSWER);
            harness.stepUntil(
                    () -> backend.text().equals(Handshake.REQUEST + UP_FRAME + UP_FRAME), "they are delivered");
            client.send(UP_FRAME);
            harness.stepUntil(
                    () -> backend.text().equals(Handshake.REQUEST + UP_FRAME + UP_FRAME + UP_FRAME),
                    "and what follows");
            final TestBackend only = harness.backends.get(0);
            assertEquals(3, harness.count(only, BackendCounter.UP_MESSAGES));
            assertEquals(6, harness.count(only, BackendCounter.UP_MESSAGE_BYTES));
            assertEquals(backend.receivedLength(), harness.count(only, BackendCounter.UP_BYTES));
        }
    }

    @Test
    void shouldDeliverInOrderWhenPipelinedBytesFillTheSlab() {
        final byte[] more = new byte[20_000];
        new Random(2).nextBytes(more);
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            client.send(more);
            harness.stepUntil(
                    () -> harness.count(LoopCounter.CLIENT_BYTES_READ) == 1024, "one slab is read and no more");
            harness.steps(20);
            assertEquals(1024, harness.count(LoopCounter.CLIENT_BYTES_READ));
            backend.send("HTTP/1.1 200 OK\r\n\r\n");
            final String all = Handshake.REQUEST + new String(more, StandardCharsets.ISO_8859_1);
            harness.stepUntil(() -> backend.text().equals(all), "all arrives");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
                """
                HTTP/1.1 101 Switching Protocols\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r
                \r
                """,
                "SSH-2.0-surprise\r\n"
            })
    void shouldPassUntouchedAndGoOnWhenAnswerIsNoUpgrade(String answer) {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            backend.send(answer);
            harness.stepUntil(() -> client.text().equals(answer), "the answer passes");
            client.send("GET /next HTTP/1.1\r\n\r\n");
            harness.stepUntil(
                    () -> backend.text().equals(Handshake.REQUEST + "GET /next HTTP/1.1\r\n\r\n"), "it goes on");
            assertEquals(0, harness.count(LoopCounter.UPGRADES));
            assertEquals(0, harness.count(LoopCounter.WEBSOCKETS_ACTIVE));
            assertEquals(1, harness.count(harness.backends.get(0), BackendCounter.UPGRADES_DECLINED));
            assertFalse(harness.loop.state().connections.is(harness.slotOf(client), Flag.tracked(Side.BACKEND)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, Integer.MAX_VALUE})
    void shouldPassUntouchedWhenAnswersHeadIsOverTheLimit(int transferLimit) {
        final String answer = "HTTP/1.1 101 Switching Protocols\r\nX: " + "x".repeat(5_000) + "\r\n\r\n";
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            harness.transport.transferLimit = transferLimit;
            backend.send(answer);
            harness.stepUntil(() -> client.text().equals(answer), "the answer passes");
            assertEquals(1, harness.count(harness.backends.get(0), BackendCounter.UPGRADES_DECLINED));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSendSameRequestToNextWhenBackendLeavesBeforeItsAnswer(boolean isReset) {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST + UP_FRAME);
            final TestPeer first = harness.awaitRequest(Handshake.REQUEST);
            leave(first, isReset);
            final TestPeer second = awaitOther(harness, first);
            assertFalse(client.isOver());
            assertEquals(Handshake.REQUEST.length(), harness.count(LoopCounter.BYTES_REPLAYED));
            assertEquals(1, harness.count(harness.backendOf(first), BackendCounter.UPGRADES_UNANSWERED));
            assertEquals(0, harness.count(harness.backendOf(first), BackendCounter.CONNECTIONS_ACTIVE));
            second.send(Handshake.ANSWER);
            harness.stepUntil(() -> client.text().equals(Handshake.ANSWER), "the client notices nothing");
            harness.stepUntil(() -> second.text().equals(Handshake.REQUEST + UP_FRAME), "the frame is delivered");
            assertEquals(1, harness.count(LoopCounter.RETRIES));
            assertEquals(harness.backendOf(second).name(), harness.loop.lookUpPin(0, InetAddress.getLoopbackAddress()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAnswer503WhenEveryBackendLeavesBeforeItsAnswer(boolean isReset) {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            final TestPeer first = harness.awaitRequest(Handshake.REQUEST);
            leave(first, isReset);
            leave(awaitOther(harness, first), isReset);
            assertUnavailable(harness, client, TerminationCause.BACKEND_LEFT_IN_UPGRADE);
            assertEquals(2L * Handshake.REQUEST.length(), harness.count(LoopCounter.BYTES_REPLAYED));
        }
    }

    @Test
    void shouldPassOnPartAndFinWhenBackendFinishesInsideItsAnswer() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            backend.send(PARTIAL_ANSWER).finish();
            harness.stepUntil(client::hasEnded, "the client sees the end");
            assertEquals(PARTIAL_ANSWER, client.text());
            assertEquals(0, harness.count(LoopCounter.RETRIES), "what was begun is never asked of another");
            client.finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.COMPLETED));
        }
    }

    @Test
    void shouldResetClientWhenBackendResetsInsideItsAnswer() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            backend.send(PARTIAL_ANSWER);
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 2, "the part is held");
            backend.reset();
            harness.stepUntil(client::wasReset, "the client sees the reset");
            assertEquals(0, harness.count(LoopCounter.RETRIES));
            assertEquals(1, harness.terminations(TerminationCause.BACKEND_RESET));
        }
    }

    @Test
    void shouldGoToNextAfterUpgradeLimitWhenBackendIsSilent() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            final TestPeer first = harness.awaitRequest(Handshake.REQUEST);
            harness.advance(Duration.ofMillis(9_900), Duration.ofMillis(100));
            assertEquals(0, harness.count(LoopCounter.RETRIES));
            harness.advance(Duration.ofMillis(1_100), Duration.ofMillis(100));
            final TestPeer second = awaitOther(harness, first);
            assertTrue(first.isOver());
            // The second was connected up to a second ago.
            harness.advance(Duration.ofMillis(8_900), Duration.ofMillis(100));
            second.send(Handshake.ANSWER);
            harness.stepUntil(() -> client.text().equals(Handshake.ANSWER), "the second had a limit of its own");
            assertEquals(1, harness.count(harness.backendOf(first), BackendCounter.UPGRADES_UNANSWERED));
        }
    }

    @Test
    void shouldAnswer503AfterUpgradeLimitWhenEveryBackendIsSilent() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            harness.awaitRequest(Handshake.REQUEST);
            harness.advance(LIMIT_AND_SWEEP);
            assertUnavailable(harness, client, TerminationCause.UPGRADE_TIMED_OUT);
        }
    }

    @Test
    void shouldAnswer503AfterUpgradeLimitWhenBackendStopsInsideItsAnswer() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            for (int second = 0; second < 10; second++) {
                assertEquals(0, harness.terminations());
                backend.send(Handshake.ANSWER.substring(second, second + 1));
                harness.steps(3);
                harness.advance(Duration.ofSeconds(1));
            }
            harness.advance(Duration.ofSeconds(1));
            assertUnavailable(harness, client, TerminationCause.UPGRADE_TIMED_OUT);
            assertEquals(0, harness.count(LoopCounter.RETRIES), "what was begun is never asked of another");
        }
    }

    @Test
    void shouldResetBackendWhenClientResetsWhileAnswerIsAwaited() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            client.reset();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.CLIENT_RESET_IN_UPGRADE));
            harness.stepUntil(backend::wasReset, "the backend sees the reset");
        }
    }

    @Test
    void shouldPassOnFinAfterAnswerWhenClientFinishesWhileItIsAwaited() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST + UP_FRAME);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            client.finish();
            harness.steps(20);
            assertFalse(backend.hasEnded(), "the request is kept, and so is what follows it");
            backend.send(Handshake.ANSWER);
            harness.stepUntil(backend::hasEnded, "the backend sees the FIN");
            assertEquals(Handshake.REQUEST + UP_FRAME, backend.text());
            assertEquals(Handshake.ANSWER, client.text());
            backend.finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.COMPLETED));
        }
    }

    @Test
    void shouldPassOnFinToNextBackendWhenClientFinishedAndFirstLeft() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST).finish();
            final TestPeer first = harness.awaitRequest(Handshake.REQUEST);
            first.finish();
            final TestPeer second = awaitOther(harness, first);
            second.send(Handshake.ANSWER);
            harness.stepUntil(second::hasEnded, "the second sees the FIN");
            assertEquals(Handshake.ANSWER, client.text());
        }
    }

    @Test
    void shouldSendRequestWholeWhenWritesArePartial() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            harness.transport.transferLimit = 1;
            final TestPeer client = harness.connect().send(Handshake.REQUEST + UP_FRAME);
            final TestPeer first = harness.awaitRequest(Handshake.REQUEST);
            first.finish();
            final TestPeer second = awaitOther(harness, first);
            second.send(Handshake.ANSWER + DOWN_FRAME);
            harness.stepUntil(() -> client.text().equals(Handshake.ANSWER + DOWN_FRAME), "the answer arrives");
            harness.stepUntil(() -> second.text().equals(Handshake.REQUEST + UP_FRAME), "so does the frame");
        }
    }

    @Test
    void shouldReplayOnlyWhatWasWrittenWhenBackendLeavesInsideTheRequest() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            harness.transport.transferLimit = 1;
            harness.connect().send(Handshake.REQUEST);
            harness.stepUntil(() -> received(harness) == 20, "a part of the request is written");
            for (final TestBackend backend : harness.backends) {
                backend.accepted().forEach(TestPeer::reset);
            }
            harness.awaitRequest(Handshake.REQUEST);
            final long replayed = harness.count(LoopCounter.BYTES_REPLAYED);
            assertTrue(replayed >= 20 && replayed < Handshake.REQUEST.length(), "replayed " + replayed);
        }
    }

    @Test
    void shouldWaitInLineWhenNoSlabIsFreeForAnswer() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.slabLimit = 1)) {
            final LoopHarness.WebSocketPair holder = holdOnlySlab(harness);
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            backend.send(Handshake.ANSWER);
            harness.stepUntil(() -> harness.loop.state().slabLine.length() == 1, "the answer waits in line");
            harness.steps(20);
            assertEquals(0, client.receivedLength());
            holder.client().reading(true);
            harness.stepUntil(() -> client.text().equals(Handshake.ANSWER), "then it goes on");
        }
    }

    @Test
    void shouldAnswer503AndNotRetryWhenNoSlabCameFreeForAnswer() {
        try (LoopHarness harness = LoopHarness.start(2, settings -> settings.slabLimit = 1)) {
            final LoopHarness.WebSocketPair holder = holdOnlySlab(harness);
            final TestPeer client = harness.connect("127.0.9.1").send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            backend.send(Handshake.ANSWER);
            harness.stepUntil(() -> harness.loop.state().slabLine.length() == 1, "the answer waits in line");
            harness.advance(LIMIT_AND_SWEEP);
            assertUnavailable(harness, client, TerminationCause.LOCAL_RESOURCE);
            assertEquals(0, harness.loop.state().slabLine.length());
            assertEquals(0, harness.count(LoopCounter.RETRIES), "the backend has answered, it was not heard");
            assertEquals(0, harness.count(harness.backendOf(backend), BackendCounter.UPGRADES_UNANSWERED));
            assertFalse(holder.client().isOver());
            holder.client().reading(true);
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 0, "the holder drains");
            harness.steps(20);
        }
    }

    /** A connection that holds a slab for as long as its client does not read. */
    private static LoopHarness.WebSocketPair holdOnlySlab(LoopHarness harness) {
        final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
        pair.client().reading(false);
        pair.backend().send(new byte[16 * 1024 * 1024]);
        harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "the only slab is held");
        harness.steps(100);
        assertEquals(1, harness.count(LoopCounter.SLABS_OUT));
        return pair;
    }

    private static int received(LoopHarness harness) {
        int length = 0;
        for (final TestBackend backend : harness.backends) {
            for (final TestPeer peer : backend.accepted()) {
                length += peer.receivedLength();
            }
        }
        return length;
    }

    private static void leave(TestPeer backend, boolean isReset) {
        if (isReset) {
            backend.reset();
        } else {
            backend.finish();
        }
    }

    private static TestPeer awaitOther(LoopHarness harness, TestPeer first) {
        final TestBackend gone = harness.backendOf(first);
        final TestPeer[] found = new TestPeer[1];
        harness.stepUntil(
                () -> {
                    for (final TestBackend backend : harness.backends) {
                        if (backend != gone
                                && !backend.accepted().isEmpty()
                                && backend.last().text().equals(Handshake.REQUEST)) {
                            found[0] = backend.last();
                        }
                    }
                    return found[0] != null;
                },
                "the other backend has the same request");
        return found[0];
    }

    private static void assertUnavailable(LoopHarness harness, TestPeer client, TerminationCause cause) {
        harness.stepUntil(client::hasEnded, "the client is answered");
        assertTrue(client.text().startsWith("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"), client.text());
        client.finish();
        harness.stepUntilEnded(1);
        assertEquals(1, harness.terminations(cause));
        assertFalse(client.wasReset());
    }

    @Test
    void shouldRetryWhenBackendResetsWhileRequestIsHalfSentAndAnswerWaitsForSlab() {
        try (LoopHarness harness = LoopHarness.start(2, settings -> settings.slabLimit = 1)) {
            final LoopHarness.WebSocketPair holder = harness.openWebSocket("127.0.0.2");
            harness.stall(holder.client(), Side.CLIENT, true);
            holder.backend().send(new byte[2000]);
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "the slab is held");
            harness.transport.writeLimit = 10;
            final TestPeer client = harness.connect("127.0.0.3").send(Handshake.REQUEST);
            harness.stepUntilPhase(client, Phase.FORWARDING);
            harness.stall(client, Side.BACKEND, true);
            final TestPeer backend = harness.backends.stream()
                    .flatMap(candidate -> candidate.accepted().stream())
                    .filter(peer -> peer != holder.backend())
                    .findAny()
                    .orElseThrow();
            backend.send("HTTP/1.1 ");
            harness.stepUntil(() -> harness.count(LoopCounter.SLAB_WAITS) > 0, "its answer waits in line");
            harness.transport.hidesFailures = true;
            backend.reset();
            harness.steps(5);
            harness.stall(client, Side.BACKEND, false);
            harness.steps(50);
            assertEquals("", harness.errors());
        }
    }
}
