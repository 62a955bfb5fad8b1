package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Phase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PeekerTest {
    private static final Duration PEEK_LIMIT = Duration.ofSeconds(10);
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String CLIENT_HELLO = "\u0016\u0003\u0001\u0000\u00f8\u0001\u0000\u0000\u00f4\u0003\u0003";

    @Test
    void shouldAnswer400WhenHeadIsMalformed() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send("GET / HTTP/1.1\r\nno colon\r\n\r\n");
            assertAnswer(harness, client, "400 Bad Request", "The request is not well-formed HTTP/1.1.\n");
            assertEnds(harness, client, TerminationCause.REQUEST_MALFORMED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, Integer.MAX_VALUE})
    void shouldAnswer431WhenHeadIsOverTheLimit(int transferLimit) {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.transport.transferLimit = transferLimit;
            final TestPeer client = harness.connect().send("GET / HTTP/1.1\r\nX: " + "x".repeat(2000));
            harness.stepUntil(
                    () -> harness.loop.state().connections.bytesRead(0, 0) >= 1000, "most of the head is read");
            harness.transport.transferLimit = Integer.MAX_VALUE;
            assertAnswer(harness, client, "431 Request Header Fields Too Large", "The request's head is too long.\n");
            assertEnds(harness, client, TerminationCause.REQUEST_TOO_LONG);
        }
    }

    @Test
    void shouldAnswer408TenSecondsFromTheStartWhenHeadIsDribbled() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect();
            harness.stepUntilPhase(client, Phase.PEEKING);
            for (int second = 0; second < 10; second++) {
                assertEquals(0, client.receivedLength(), "at second " + second);
                client.send(Handshake.REQUEST.substring(second, second + 1));
                harness.steps(3);
                harness.advance(Duration.ofSeconds(1));
            }
            harness.advance(SWEEP);
            assertAnswer(harness, client, "408 Request Timeout", "The request did not arrive in time.\n");
            assertEnds(harness, client, TerminationCause.PEEK_TIMED_OUT);
        }
    }

    @Test
    void shouldAnswer426WhenOnlyUpgradesMayPass() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.peek = PeekMode.REQUIRED)) {
            final TestPeer client = harness.connect().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            harness.stepUntil(client::hasEnded, "the client is answered");
            assertEquals("""
                    HTTP/1.1 426 Upgrade Required\r
                    Upgrade: websocket\r
                    Sec-WebSocket-Version: 13\r
                    Connection: Upgrade, close\r
                    Cache-Control: no-store\r
                    Content-Type: text/plain; charset=utf-8\r
                    Content-Length: 41\r
                    \r
                    Only WebSocket upgrades are served here.
                    """, client.text());
            assertEnds(harness, client, TerminationCause.UPGRADE_REQUIRED);
        }
    }

    @Test
    void shouldShowAnswerWhenClientStillSends() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send("GET / HTTP/1.1\r\nno colon\r\n\r\n");
            client.send(new byte[60 * 1024]);
            harness.stepUntil(client::hasEnded, "the client is answered");
            assertTrue(client.text().startsWith("HTTP/1.1 400 "), client.text());
            client.finish();
            harness.stepUntilEnded(1);
            assertFalse(client.wasReset());
            assertTrue(client.text().endsWith("\n"));
        }
    }

    @Test
    void shouldEndWhenLingeringClientSendsWithoutEnd() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send("GET / HTTP/1.1\r\nno colon\r\n\r\n");
            client.send(new byte[4 * 1024 * 1024]);
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.REQUEST_MALFORMED));
            assertTrue(harness.count(LoopCounter.CLIENT_BYTES_READ) < 80 * 1024, "it is not fed for ever");
        }
    }

    @Test
    void shouldEndLingeringAfterOneSecondWhenClientKeepsItsEndOpen() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send("GET / HTTP/1.1\r\nno colon\r\n\r\n");
            harness.stepUntilPhase(client, Phase.LINGERING);
            assertEquals(1, harness.count(LoopCounter.LINGERING_ACTIVE));
            harness.advance(Duration.ofMillis(900), Duration.ofMillis(100));
            assertEquals(0, harness.terminations());
            harness.advance(Duration.ofMillis(1_100), Duration.ofMillis(100));
            assertEquals(1, harness.terminations(TerminationCause.REQUEST_MALFORMED));
        }
    }

    @Test
    void shouldCloseAtOnceWhenTooManyLinger() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.lingerLimit = 2)) {
            for (int i = 0; i < 3; i++) {
                final TestPeer client = harness.connect().send("GET / HTTP/1.1\r\nno colon\r\n\r\n");
                harness.stepUntil(client::hasEnded, "the client is answered");
                assertTrue(client.text().startsWith("HTTP/1.1 400 "), client.text());
            }
            assertEquals(2, harness.count(LoopCounter.LINGERING_ACTIVE));
            assertEquals(1, harness.terminations(TerminationCause.REQUEST_MALFORMED));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PREFACE, CLIENT_HELLO, "\u0000\u00ff garbage", "get / HTTP/1.1\r\n\r\n", "\r\n"})
    void shouldForwardUntouchedWhenBytesAreNotHttp(String bytes) {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.connect().send(bytes);
            harness.awaitRequest(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PREFACE, CLIENT_HELLO, "\u0000\u00ff garbage", "get / HTTP/1.1\r\n\r\n", "\r\n"})
    void shouldEndWithoutAnswerWhenOnlyUpgradesMayPassAndBytesAreNotHttp(String bytes) {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.peek = PeekMode.REQUIRED)) {
            final TestPeer client = harness.connect().send(bytes);
            harness.stepUntil(client::isOver, "the client is closed");
            assertEquals("", client.text());
            assertEquals(1, harness.terminations(TerminationCause.UPGRADE_REQUIRED));
        }
    }

    @Test
    void shouldForwardOrAnswerWhenBytesAreRandom() {
        final Random random = new Random(Long.getLong("fairlead.seed", 7));
        try (LoopHarness harness = LoopHarness.start(1)) {
            for (int i = 0; i < 100; i++) {
                final byte[] bytes = new byte[1 + random.nextInt(3_000)];
                random.nextBytes(bytes);
                // Bytes that can start METHOD SP are another test's.
                bytes[0] |= (byte) 0x80;
                final TestPeer client = harness.connect().send(bytes);
                final TestPeer backend = harness.awaitRequest(new String(bytes, StandardCharsets.ISO_8859_1));
                assertArrayEquals(bytes, backend.received());
                client.finish();
                backend.finish();
                harness.stepUntilEnded(i + 1);
            }
            assertEquals(100, harness.terminations(TerminationCause.COMPLETED));
        }
    }

    @Test
    void shouldLetServerSpeakFirstAfterPeekLimitWhenClientIsSilent() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect();
            harness.stepUntilPhase(client, Phase.PEEKING);
            assertEquals(0, harness.count(LoopCounter.SLABS_OUT), "silence holds no slab");
            harness.advance(PEEK_LIMIT.plus(SWEEP));
            final TestPeer backend = harness.awaitRequest("");
            backend.send("220 ready\r\n");
            harness.stepUntil(() -> client.text().equals("220 ready\r\n"), "the greeting arrives");
            client.send("EHLO a\r\n");
            harness.stepUntil(() -> backend.text().equals("EHLO a\r\n"), "the answer arrives");
        }
    }

    @Test
    void shouldEndSilentClientAfterPeekLimitWhenOnlyUpgradesMayPass() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.peek = PeekMode.REQUIRED)) {
            final TestPeer client = harness.connect();
            harness.stepUntilPhase(client, Phase.PEEKING);
            harness.advance(PEEK_LIMIT.plus(SWEEP));
            harness.stepUntil(client::hasEnded, "the client is closed");
            assertEquals("", client.text());
            assertEquals(1, harness.terminations(TerminationCause.PEEK_TIMED_OUT));
        }
    }

    @Test
    void shouldLetServerSpeakFirstAtOnceWhenPeekIsOff() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.peek = PeekMode.OFF)) {
            final TestPeer client = harness.connect();
            final TestPeer backend = harness.awaitRequest("");
            backend.send("220 ready\r\n");
            harness.stepUntil(() -> client.text().equals("220 ready\r\n"), "the greeting arrives");
            client.send(Handshake.REQUEST);
            harness.stepUntil(() -> backend.text().equals(Handshake.REQUEST), "the request arrives unpeeked");
            assertEquals(0, harness.count(LoopCounter.UPGRADES));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 900, 100_000})
    void shouldPassBodyByteExactWhenRequestHasContentLength(int bodyLength) {
        final byte[] body = new byte[bodyLength];
        new Random(bodyLength).nextBytes(body);
        final String request = "POST /in HTTP/1.1\r\nHost: a\r\nContent-Length: " + bodyLength + "\r\n\r\n"
                + new String(body, StandardCharsets.ISO_8859_1);
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send(request);
            final TestPeer backend = harness.awaitRequest(request);
            backend.send("HTTP/1.1 204 No Content\r\n\r\n");
            harness.stepUntil(() -> client.text().equals("HTTP/1.1 204 No Content\r\n\r\n"), "the answer arrives");
            assertEquals(
                    request.length(),
                    harness.count(harness.backends.get(0), BackendCounter.UP_BYTES),
                    "peeked bytes are the backend's too");
        }
    }

    @Test
    void shouldPassEveryRequestWhenTheyArePipelined() {
        final String request = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send(request);
            final TestPeer backend = harness.awaitRequest(request);
            final String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
            backend.send(answer + answer);
            harness.stepUntil(() -> client.text().equals(answer + answer), "both answers arrive");
            client.send(Handshake.REQUEST);
            harness.stepUntil(() -> backend.text().equals(request + Handshake.REQUEST), "and so does a third");
            assertEquals(0, harness.count(LoopCounter.UPGRADES), "only the first request is peeked");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GET / HTTP/1.1\r\nHost"})
    void shouldEndQuietlyWhenClientFinishesInPeek(String bytes) {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send(bytes).finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.CLIENT_LEFT_IN_PEEK));
            harness.stepUntil(client::hasEnded, "the client is closed");
            assertEquals(0, harness.backends.get(0).accepted().size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GET / HTTP/1.1\r\nHost"})
    void shouldEndQuietlyWhenClientResetsInPeek(String bytes) {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send(bytes);
            harness.stepUntilPhase(client, Phase.PEEKING);
            client.reset();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.CLIENT_LEFT_IN_PEEK));
        }
    }

    @Test
    void shouldPassOnFinWhenItStandsRightBehindRequest() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final String request = "GET / HTTP/1.0\r\n\r\n";
            final TestPeer client = harness.connect().send(request).finish();
            harness.stepUntil(
                    () -> harness.backends.get(0).accepted().size() == 1
                            && harness.backends.get(0).last().hasEnded(),
                    "the backend has the FIN");
            final TestPeer backend = harness.backends.get(0).last();
            assertEquals(request, backend.text());
            backend.send("HTTP/1.0 200 OK\r\n\r\nbody").finish();
            harness.stepUntil(client::hasEnded, "the answer is whole");
            assertEquals("HTTP/1.0 200 OK\r\n\r\nbody", client.text());
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.COMPLETED));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n",
                "Sec-WebSocket-Version: 13\r\n"
            })
    void shouldPassAsHttpWhenUpgradeFailsTheTest(String fields) {
        final String request =
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + fields + "\r\n";
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect().send(request);
            final TestPeer backend = harness.awaitRequest(request);
            backend.send(Handshake.ANSWER);
            harness.stepUntil(() -> client.text().equals(Handshake.ANSWER), "whatever it answers passes");
            assertEquals(0, harness.count(LoopCounter.UPGRADES));
        }
    }

    @Test
    void shouldServeWaitingClientsInTheirOrderWhenPeekSlabsComeFree() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.peekSlabLimit = 1)) {
            final TestPeer first = harness.connect();
            final TestPeer second = harness.connect();
            final TestPeer third = harness.connect();
            harness.stepUntil(() -> harness.count(LoopCounter.ACCEPTED) == 3, "silent clients are accepted");
            first.send("GET / HTTP/1.1\r\n");
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "the first holds the slab");
            second.send("second ");
            harness.stepUntil(() -> harness.loop.state().peekLine.length() == 1, "the second waits");
            third.send("\u0000third");
            harness.stepUntil(() -> harness.loop.state().peekLine.length() == 2, "the third waits");
            first.send("\r\n");
            harness.stepUntil(() -> harness.loop.state().peekLine.length() == 0, "all are served");
            harness.steps(20);
            assertEquals(2, harness.count(LoopCounter.SLAB_WAITS));
            harness.awaitRequest("GET / HTTP/1.1\r\n\r\n");
            harness.awaitRequest("second ");
            harness.awaitRequest("\u0000third");
            assertEquals(
                    "GET / HTTP/1.1\r\n\r\n",
                    harness.backends.get(0).accepted().get(0).text());
            assertEquals("second ", harness.backends.get(0).accepted().get(1).text());
        }
    }

    @Test
    void shouldServeWaitingClientInTheSameCycleWhenTheSweepFreesASlab() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.peekSlabLimit = 1)) {
            final TestPeer holder = harness.connect();
            harness.stepUntilPhase(holder, Phase.PEEKING);
            harness.advance(Duration.ofSeconds(5));
            final TestPeer waiting = harness.connect();
            harness.stepUntilPhase(waiting, Phase.PEEKING);
            holder.send("GET /");
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "the slab is held");
            waiting.send("GET /");
            harness.stepUntil(() -> harness.loop.state().peekLine.length() == 1, "the other waits");
            harness.clock.advance(Duration.ofSeconds(6));
            harness.step();
            assertEquals(Phase.LINGERING, harness.phaseOf(holder));
            // No socket was closed, so that the next poll may wait as long as it likes.
            assertEquals(0, harness.loop.state().peekLine.length(), "nobody waits while a slab is free");
        }
    }

    @Test
    void shouldEndWithLocalResourceWhenNoPeekSlabCameFreeInTime() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.peekSlabLimit = 1)) {
            harness.backends.get(0).down();
            final TestPeer waiting = harness.connect();
            harness.stepUntilPhase(waiting, Phase.PEEKING);
            harness.advance(Duration.ofSeconds(5));
            final TestPeer holder = harness.connect();
            harness.stepUntilPhase(holder, Phase.PEEKING);
            holder.send("GET /");
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "the slab is held");
            waiting.send("GET /");
            harness.stepUntil(() -> harness.loop.state().peekLine.length() == 1, "the other waits");
            harness.advance(Duration.ofSeconds(6));
            assertEquals(1, harness.terminations(TerminationCause.LOCAL_RESOURCE));
            assertEquals(0, harness.loop.state().peekLine.length());
            assertEquals(Phase.PEEKING, harness.phaseOf(holder), "a bystander's time is its own");
        }
    }

    private static void assertAnswer(LoopHarness harness, TestPeer client, String status, String body) {
        harness.stepUntil(client::hasEnded, "the client is answered");
        assertEquals(
                "HTTP/1.1 " + status + "\r\n"
                        + "Connection: close\r\n"
                        + "Cache-Control: no-store\r\n"
                        + "Content-Type: text/plain; charset=utf-8\r\n"
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body,
                client.text());
    }

    private static void assertEnds(LoopHarness harness, TestPeer client, TerminationCause cause) {
        client.finish();
        harness.stepUntilEnded(1);
        assertEquals(1, harness.terminations(cause));
        assertFalse(client.wasReset());
        assertEquals(0, harness.backends.get(0).accepted().size());
    }
}
