package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendStats;
import io.fairlead.core.status.CloseCode;
import io.fairlead.core.status.ConnectionEvent;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.table.Side;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameCountsTest {
    @Test
    void shouldCountMessagesFramesAndBytesOfEachDirection() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            deliver(harness, pair, Side.CLIENT, Frames.ofClient().text("one").text("two!"));
            final Frames large = Frames.ofBackend().frame(Frames.BINARY, true, new byte[70_000]);
            deliver(harness, pair, Side.BACKEND, large.text("").text("xyz"));
            assertCounts(harness, 2, 7, 2, BackendCounter.UP_MESSAGES);
            assertCounts(harness, 3, 70_003, 3, BackendCounter.DOWN_MESSAGES);
            final int slot = harness.slotOf(pair.client());
            assertEquals(2, harness.loop.state().connections.messages(slot, Side.CLIENT_TO_BACKEND));
            assertEquals(3, harness.loop.state().connections.messages(slot, Side.BACKEND_TO_CLIENT));
        }
    }

    @Test
    void shouldCountFragmentedMessageOnceWhenControlFramesStandBetween() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            final Frames frames = Frames.ofClient()
                    .frame(Frames.TEXT, false, ascii("frag"))
                    .frame(Frames.PING, true, ascii("?"))
                    .frame(Frames.CONTINUATION, false, ascii("ment"))
                    .frame(Frames.PONG, true, new byte[0])
                    .frame(Frames.CONTINUATION, true, ascii("s"));
            deliver(harness, pair, Side.CLIENT, frames);
            assertCounts(harness, 1, 9, 5, BackendCounter.UP_MESSAGES);
            assertEquals(1, count(harness, BackendCounter.UP_PINGS));
            assertEquals(1, count(harness, BackendCounter.UP_PONGS));
            assertEquals(0, count(harness, BackendCounter.DOWN_FRAMES));
        }
    }

    @Test
    void shouldCountPingsAndPongsOfBackend() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            final Frames frames = Frames.ofBackend()
                    .frame(Frames.PING, true, new byte[125])
                    .frame(Frames.PING, true, new byte[0])
                    .frame(Frames.PONG, true, new byte[3]);
            deliver(harness, pair, Side.BACKEND, frames);
            assertEquals(2, count(harness, BackendCounter.DOWN_PINGS));
            assertEquals(1, count(harness, BackendCounter.DOWN_PONGS));
            assertCounts(harness, 0, 0, 3, BackendCounter.DOWN_MESSAGES);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 13, 64})
    void shouldCountTheSameWhenFramesStraddleReads(int transferLimit) {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            harness.transport.transferLimit = transferLimit;
            final byte[] medium = new byte[300];
            Arrays.fill(medium, (byte) 0x88);
            deliver(
                    harness,
                    pair,
                    Side.CLIENT,
                    Frames.ofClient()
                            .frame(Frames.BINARY, true, medium)
                            .frame(Frames.PING, true, ascii("p"))
                            .text("end")
                            .close(1001));
            deliver(
                    harness,
                    pair,
                    Side.BACKEND,
                    Frames.ofBackend()
                            .text("a")
                            .frame(Frames.BINARY, true, medium)
                            .close(1012));
            assertCounts(harness, 2, 303, 4, BackendCounter.UP_MESSAGES);
            assertCounts(harness, 2, 301, 3, BackendCounter.DOWN_MESSAGES);
            assertEquals(1, stats(harness).closes(CloseCode.GOING_AWAY, true));
            assertEquals(0, stats(harness).closes(CloseCode.SERVICE_RESTART, false), "an answer");
            assertEquals(1, stats(harness).counters().get(BackendCounter.UP_CLOSES));
            assertEquals(1, stats(harness).counters().get(BackendCounter.DOWN_CLOSES));
        }
    }

    @Test
    void shouldCountFramesThatClientSentBehindItsRequest() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect();
            final byte[] early = Frames.ofClient().text("early").text("bird").bytes();
            client.send(Handshake.REQUEST).send(early);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            backend.forgetReceived();
            backend.send(Handshake.ANSWER);
            harness.stepUntil(() -> backend.receivedLength() == early.length, "the frames are released");
            assertArrayEquals(early, backend.received());
            assertCounts(harness, 2, 9, 2, BackendCounter.UP_MESSAGES);
        }
    }

    @Test
    void shouldCountFramesThatArriveWithTheAnswer() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect();
            client.send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            final byte[] welcome = Frames.ofBackend().text("welcome").bytes();
            final byte[] answer = (Handshake.ANSWER + new String(welcome, StandardCharsets.ISO_8859_1))
                    .getBytes(StandardCharsets.ISO_8859_1);
            backend.send(answer);
            harness.stepUntil(() -> client.receivedLength() == answer.length, "both arrive");
            assertArrayEquals(answer, client.received());
            assertCounts(harness, 1, 7, 1, BackendCounter.DOWN_MESSAGES);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTellWhoClosedFirstWhenBothSendClose(boolean clientFirst) {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            final Frames ofClient = Frames.ofClient().close(4001);
            final Frames ofBackend = Frames.ofBackend().close(1011);
            deliver(harness, pair, clientFirst ? Side.CLIENT : Side.BACKEND, clientFirst ? ofClient : ofBackend);
            deliver(harness, pair, clientFirst ? Side.BACKEND : Side.CLIENT, clientFirst ? ofBackend : ofClient);
            assertEquals(clientFirst ? 1 : 0, stats(harness).closes(CloseCode.OTHER, true));
            assertEquals(clientFirst ? 0 : 1, stats(harness).closes(CloseCode.INTERNAL_ERROR, false));
            pair.client().finish();
            pair.backend().finish();
            harness.stepUntilEnded(1);
            final ConnectionEvent end = harness.events.get(harness.events.size() - 1);
            assertEquals(clientFirst ? 4001 : 1011, end.closeCode());
            assertEquals(clientFirst, end.closedByClient());
        }
    }

    @Test
    void shouldCountCloseWithoutCodeApart() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            deliver(harness, pair, Side.CLIENT, Frames.ofClient().frame(Frames.CLOSE, true, new byte[0]));
            assertEquals(1, stats(harness).closes(CloseCode.NO_CODE, true));
            pair.client().reset();
            harness.stepUntilEnded(1);
            assertEquals(1005, harness.events.get(harness.events.size() - 1).closeCode());
        }
    }

    @Test
    void shouldForwardUntouchedAndSayOnceWhenTrackingIsLost() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            final byte[] garbage = new byte[10_000];
            Arrays.fill(garbage, (byte) 0x09); // a ping that is fragmented: no frame
            deliver(harness, pair, Side.CLIENT, Frames.ofClient().text("fine"));
            pair.client().send(garbage);
            harness.stepUntil(() -> pair.backend().receivedLength() == garbage.length, "the garbage arrives");
            assertArrayEquals(garbage, pair.backend().received());
            assertEquals(1, harness.count(LoopCounter.TRACKING_LOST));
            deliver(harness, pair, Side.BACKEND, Frames.ofBackend().text("still tracked"));
            assertCounts(harness, 1, 4, 1, BackendCounter.UP_MESSAGES);
            assertCounts(harness, 1, 13, 1, BackendCounter.DOWN_MESSAGES);
        }
    }

    @Test
    void shouldCountNothingWhenTrackingIsOff() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.frameTracking = false)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            deliver(harness, pair, Side.CLIENT, Frames.ofClient().text("one").close(1000));
            deliver(harness, pair, Side.BACKEND, Frames.ofBackend().text("two").close(1000));
            assertCounts(harness, 0, 0, 0, BackendCounter.UP_MESSAGES);
            assertCounts(harness, 0, 0, 0, BackendCounter.DOWN_MESSAGES);
            assertEquals(0, stats(harness).closes(CloseCode.NORMAL, true));
            assertEquals(1, harness.count(LoopCounter.WEBSOCKETS_ACTIVE));
        }
    }

    @Test
    void shouldTrackNothingWhenUpgradeIsDeclined() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect();
            client.send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            final String answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
            backend.send(answer);
            harness.stepUntil(() -> client.text().equals(answer), "the answer passes");
            backend.forgetReceived();
            final byte[] frames =
                    Frames.ofClient().text("not a frame to anybody").bytes();
            client.send(frames);
            harness.stepUntil(() -> backend.receivedLength() == frames.length, "what follows passes");
            assertCounts(harness, 0, 0, 0, BackendCounter.UP_MESSAGES);
            assertEquals(0, harness.count(LoopCounter.TRACKING_LOST));
            assertFalse(harness.events.stream().anyMatch(ConnectionEvent::webSocket));
        }
    }

    @Test
    void shouldCountEveryByteForTheBackendThatGotIt() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            final Frames up = Frames.ofClient().text("up");
            deliver(harness, pair, Side.CLIENT, up);
            final LoopHarness.WebSocketPair opaque = harness.openOpaque(null);
            opaque.client().send("more");
            harness.stepUntil(() -> opaque.backend().text().equals("more"), "it arrives");
            assertEquals(
                    Handshake.REQUEST.length() + up.bytes().length + "\0more".length(),
                    count(harness, BackendCounter.UP_BYTES));
            assertEquals(Handshake.ANSWER.length(), count(harness, BackendCounter.DOWN_BYTES));
            assertEquals(harness.count(LoopCounter.CLIENT_BYTES_READ), count(harness, BackendCounter.UP_BYTES));
        }
    }

    @Test
    void shouldCountRequestForTheLastBackendOnlyWhenOneLeft() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final TestPeer client = harness.connect();
            client.send(Handshake.REQUEST);
            final TestPeer first = harness.awaitRequest(Handshake.REQUEST);
            final TestBackend left = harness.backendOf(first);
            first.finish();
            harness.stepUntil(first::hasEnded, "the first is given up");
            final TestPeer second = harness.awaitRequest(Handshake.REQUEST);
            second.send(Handshake.ANSWER);
            harness.stepUntil(() -> client.text().equals(Handshake.ANSWER), "the second answers");
            assertEquals(0, harness.count(left, BackendCounter.UP_BYTES));
            assertEquals(Handshake.REQUEST.length(), harness.count(harness.backendOf(second), BackendCounter.UP_BYTES));
        }
    }

    private static void deliver(LoopHarness harness, LoopHarness.WebSocketPair pair, int from, Frames frames) {
        final TestPeer source = from == Side.CLIENT ? pair.client() : pair.backend();
        final TestPeer sink = from == Side.CLIENT ? pair.backend() : pair.client();
        final byte[] bytes = frames.bytes();
        sink.forgetReceived();
        source.send(bytes);
        harness.stepUntil(() -> sink.receivedLength() >= bytes.length, bytes.length + " bytes arrive");
        assertArrayEquals(bytes, sink.received());
        sink.forgetReceived();
    }

    /** Messages, their bytes, and frames of any kind, of the direction that a counter of messages is about. */
    private static void assertCounts(
            LoopHarness harness, long messages, long messageBytes, long frames, BackendCounter which) {
        final boolean isUp = which == BackendCounter.UP_MESSAGES;
        assertTrue(isUp || which == BackendCounter.DOWN_MESSAGES);
        assertEquals(messages, count(harness, which), "messages");
        assertEquals(
                messageBytes,
                count(harness, isUp ? BackendCounter.UP_MESSAGE_BYTES : BackendCounter.DOWN_MESSAGE_BYTES),
                "message bytes");
        assertEquals(frames, count(harness, isUp ? BackendCounter.UP_FRAMES : BackendCounter.DOWN_FRAMES), "frames");
    }

    private static long count(LoopHarness harness, BackendCounter counter) {
        return stats(harness).counters().get(counter);
    }

    private static BackendStats stats(LoopHarness harness) {
        return harness.status.backends().get(0).stats();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void shouldCountPayloadThatPassedWhenHeadersAnnounceExabytes() {
        final byte[] huge = {(byte) 0x82, (byte) 0xFF, 0x7F, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 'a', 'b', 'c'};
        try (LoopHarness harness = LoopHarness.start(1)) {
            for (int i = 0; i < 2; i++) {
                final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
                pair.client().send(huge);
                harness.stepUntil(() -> pair.backend().receivedLength() == huge.length, "the header arrives");
            }
            assertEquals(6, harness.count(harness.backends.get(0), BackendCounter.UP_MESSAGE_BYTES));
        }
    }

    @Test
    void shouldCountNoPayloadOfControlFramesWhenTheyStraddleReads() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            final byte[] bytes = Frames.ofClient()
                    .frame(Frames.BINARY, true, new byte[5])
                    .frame(Frames.PING, true, new byte[100])
                    .frame(Frames.BINARY, true, new byte[7])
                    .bytes();
            for (int i = 0; i < bytes.length; i++) {
                pair.client().send(new byte[] {bytes[i]});
                final int length = i + 1;
                harness.stepUntil(() -> pair.backend().receivedLength() == length, "a byte arrives");
            }
            assertEquals(12, harness.count(harness.backends.get(0), BackendCounter.UP_MESSAGE_BYTES));
        }
    }
}
