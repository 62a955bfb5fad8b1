package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What backends may do wrong: the client is told just what they said, or is served by the next one and notices nothing. */
@Timeout(60)
@EnabledOnOs(value = OS.LINUX, disabledReason = "only there all of 127.0.0.0/8 is local")
class HostileBackendIT {
    private static HostileGround ground;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        ground = new HostileGround();
    }

    @AfterAll
    static void stop() throws IOException {
        if (ground != null) {
            ground.close();
        }
    }

    @AfterEach
    void assertUnharmed() {
        ground.assertUnharmed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nno upgrade.",
                "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 8\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n\u0081\u0002hi",
                "SSH-2.0-garbage\r\n\0\1\2\3",
                "\r\n"
            })
    void shouldPassAnyAnswerUntouched(String answer) throws Exception {
        final Scrape before = ground.balancer().scrape();
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            client.send(WebSocketBytes.REQUEST);
            try (RawPeer backend = ground.accept()) {
                assertEquals(WebSocketBytes.REQUEST, backend.readHead());
                backend.send(answer);
                assertEquals(answer, client.readText(answer.length()));
                client.send("and on");
                assertEquals("and on", backend.readText(6));
            }
            assertEquals("", client.readToEnd());
        }
        ground.awaitEnd("completed");
        final Scrape after = ground.balancer().scrape();
        assertEquals(1, after.handshakes("script", "declined") - before.handshakes("script", "declined"));
        assertEquals(0, after.handshakes("script", "switched") - before.handshakes("script", "switched"));
    }

    @Test
    void shouldPassAnAnswerUntouchedWhenItsHeadIsTooLong() throws Exception {
        final String answer = "HTTP/1.1 101 Switching Protocols\r\nX: " + "x".repeat(100_000) + "\r\n\r\n";
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            client.send(WebSocketBytes.REQUEST);
            try (RawPeer backend = ground.accept()) {
                backend.readHead();
                backend.send(answer);
                assertEquals(answer, client.readText(answer.length()));
            }
        }
        ground.awaitEnd("completed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTryTheNextWhenABackendEndsRightAfterTheAccept(boolean isReset) throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT, HostileGround.GOOD)) {
            client.send(WebSocketBytes.REQUEST);
            end(ground.accept(), isReset);
            assertServedByGood(client);
        }
        ground.awaitEnd("completed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTryTheNextWhenABackendEndsAfterTheRequest(boolean isReset) throws Exception {
        final Scrape before = ground.balancer().scrape();
        try (RawPeer client = ground.client(HostileGround.SCRIPT, HostileGround.GOOD)) {
            client.send(WebSocketBytes.REQUEST);
            final RawPeer backend = ground.accept();
            assertEquals(WebSocketBytes.REQUEST, backend.readHead());
            end(backend, isReset);
            assertServedByGood(client);
        }
        ground.awaitEnd("completed");
        final Scrape after = ground.balancer().scrape();
        assertEquals(1, after.handshakes("script", "unanswered") - before.handshakes("script", "unanswered"));
        assertEquals(1, after.value("fairlead_retries_total") - before.value("fairlead_retries_total"));
        assertEquals(
                WebSocketBytes.REQUEST.length(),
                after.value("fairlead_replayed_bytes_total") - before.value("fairlead_replayed_bytes_total"));
    }

    @Test
    void shouldGiveFramesThatCameEarlyToTheNextBackendOnce() throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT, HostileGround.GOOD)) {
            client.send(WebSocketBytes.REQUEST);
            client.send(WebSocketBytes.maskedText("early"));
            final RawPeer backend = ground.accept();
            backend.readHead();
            backend.reset();
            client.assertSwitched();
            assertEquals("early", client.readMessage());
            assertEquals("late", client.ask("late"));
        }
        ground.awaitEnd("completed");
    }

    @Test
    void shouldTryTheNextWhenABackendRefuses() throws Exception {
        try (RawPeer client = ground.client(HostileGround.GONE, HostileGround.GOOD)) {
            client.send(WebSocketBytes.REQUEST);
            assertServedByGood(client);
        }
        ground.awaitEnd("completed");
    }

    @Test
    void shouldTryTheNextWhenABackendCannotBeConnectedInTime() throws Exception {
        try (RawPeer client = ground.client(HostileGround.DEAF, HostileGround.GOOD)) {
            client.send(WebSocketBytes.REQUEST);
            assertServedByGood(client);
        }
        ground.awaitEnd("completed");
    }

    @Test
    void shouldTryTheNextWhenABackendDoesNotAnswerInTime() throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT, HostileGround.GOOD)) {
            client.send(WebSocketBytes.REQUEST);
            try (RawPeer backend = ground.accept()) {
                backend.readHead();
                assertServedByGood(client);
                backend.awaitEnd();
            }
        }
        ground.awaitEnd("completed");
    }

    @Test
    void shouldTryThreeBackendsWhenTheFirstTwoFail() throws Exception {
        try (RawPeer client = ground.client(HostileGround.GONE, HostileGround.SCRIPT, HostileGround.GOOD)) {
            client.send(WebSocketBytes.REQUEST);
            ground.accept().reset();
            assertServedByGood(client);
        }
        ground.awaitEnd("completed");
    }

    @Test
    void shouldAnswer503WhenAllAttemptsFail() throws Exception {
        try (RawPeer client = ground.client(HostileGround.GONE, HostileGround.DEAF, HostileGround.SCRIPT)) {
            client.send(WebSocketBytes.REQUEST);
            // Reset before the connect was seen to be done it would count as refused.
            final RawPeer backend = ground.accept();
            backend.readHead();
            backend.reset();
            assertUnavailable(client.readToEnd());
        }
        ground.awaitEnd("backend_left_in_upgrade");
    }

    @Test
    void shouldAnswer503WhenEveryBackendRefuses() throws Exception {
        final String refusing = "--backend=127.0.0.1:" + ScriptedBackend.refusingPort();
        try (BalancerProcess balancer = BalancerProcess.run(List.of(refusing));
                RawPeer client = RawPeer.connect(balancer.port())) {
            client.send(WebSocketBytes.REQUEST);
            assertUnavailable(client.readToEnd());
            final Scrape scrape = balancer.awaitSound(0);
            assertEquals(1, scrape.terminations("backends_refused"));
        }
    }

    @Test
    void shouldPassThePieceWhenABackendEndsInItsAnswer() throws Exception {
        final String piece = "HTTP/1.1 101 Switching Pro";
        try (RawPeer client = ground.client(HostileGround.SCRIPT, HostileGround.GOOD)) {
            client.send(WebSocketBytes.REQUEST);
            try (RawPeer backend = ground.accept()) {
                backend.readHead();
                backend.send(piece);
            }
            assertEquals(piece, client.readToEnd());
        }
        ground.awaitEnd("completed");
    }

    @Test
    void shouldResetTheClientWhenABackendResetsInItsAnswer() throws Exception {
        final Scrape before = ground.balancer().scrape();
        try (RawPeer client = ground.client(HostileGround.SCRIPT, HostileGround.GOOD)) {
            client.send(WebSocketBytes.REQUEST);
            final RawPeer backend = ground.accept();
            backend.readHead();
            backend.send("HTTP/1.1 101 Switching Pro");
            final long readLength = backendBytes(before) + "HTTP/1.1 101 Switching Pro".length();
            // A reset overtakes what was not read: only what has been read counts as a piece of the answer.
            Await.until(ground.balancer()::scrape, scrape -> backendBytes(scrape) == readLength);
            backend.reset();
            assertEquals(RawPeer.End.RESET, client.awaitEnd());
        }
        ground.awaitEnd("backend_reset");
    }

    @Test
    void shouldAnswer503WhenABackendStopsInItsAnswer() throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT, HostileGround.GOOD)) {
            client.send(WebSocketBytes.REQUEST);
            try (RawPeer backend = ground.accept()) {
                backend.readHead();
                backend.send("HTTP/1.1 101 Switching Pro");
                assertUnavailable(client.readToEnd());
                backend.awaitEnd();
            }
        }
        ground.awaitEnd("upgrade_timed_out");
    }

    @Test
    void shouldResetTheClientWhenABackendResetsAfterTheAnswer() throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT, HostileGround.GOOD)) {
            client.send(WebSocketBytes.REQUEST);
            final RawPeer backend = ground.accept();
            backend.readHead();
            backend.send(WebSocketBytes.SWITCHED);
            client.assertSwitched();
            backend.reset();
            assertEquals(RawPeer.End.RESET, client.awaitEnd());
        }
        ground.awaitEnd("backend_reset");
    }

    @Test
    void shouldEndABackendThatNeverReads() throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            client.send(WebSocketBytes.REQUEST);
            try (RawPeer backend = ground.accept()) {
                backend.readHead();
                backend.send(WebSocketBytes.SWITCHED);
                client.assertSwitched();
                client.sendUntilReset(WebSocketBytes.maskedText("x".repeat(60_000)));
                ground.awaitEnd("backend_stalled");
                assertEquals(RawPeer.End.RESET, backend.awaitEnd());
            }
        }
    }

    private static void end(RawPeer peer, boolean isReset) throws IOException {
        if (isReset) {
            peer.reset();
        } else {
            peer.close();
        }
    }

    private static void assertServedByGood(RawPeer client) throws IOException {
        final String head = client.assertSwitched();
        assertTrue(head.contains("\r\nX-Backend: good\r\n"), head);
        assertEquals("hello", client.ask("hello"));
    }

    private static void assertUnavailable(String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"), answer);
    }

    private static long backendBytes(Scrape scrape) {
        return scrape.directed("fairlead_bytes_total", HostileGround.SCRIPT, "backend_to_client");
    }
}
