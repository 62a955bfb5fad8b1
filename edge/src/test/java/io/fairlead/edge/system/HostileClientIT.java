package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may do wrong, with {@code --peek auto}: a clear end and a count, or untouched to the backend. */
@Timeout(60)
@EnabledOnOs(value = OS.LINUX, disabledReason = "only there all of 127.0.0.0/8 is local")
class HostileClientIT {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final int HEADER_LIMIT = 16 * 1024;

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

    @Test
    void shouldForwardGarbageUntouched() throws Exception {
        final byte[] garbage = new byte[100_000];
        new Random(1).nextBytes(garbage);
        garbage[0] = 0;
        assertForwarded(garbage);
    }

    @Test
    void shouldForwardAClientHelloUntouched() throws Exception {
        assertForwarded(ClientHello.bytes());
    }

    @Test
    void shouldForwardTheHttp2PrefaceUntouched() throws Exception {
        assertForwarded("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
    }

    @Test
    void shouldForwardABodyUntouched() throws Exception {
        assertForwarded("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "b".repeat(100_000));
    }

    @Test
    void shouldForwardPipelinedRequestsUntouched() throws Exception {
        assertForwarded("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @Test
    void shouldForwardAnUpgradeUntouchedWhenItHasABody() throws Exception {
        assertForwarded(WebSocketBytes.request("13", WebSocketBytes.KEY, "Content-Length: 5\r\n") + "hello");
    }

    @Test
    void shouldForwardAnUpgradeUntouchedWhenItsVersionIsWrong() throws Exception {
        assertForwarded(WebSocketBytes.request("8", WebSocketBytes.KEY, ""));
    }

    @Test
    void shouldForwardAnUpgradeUntouchedWhenItsKeyIsWrong() throws Exception {
        assertForwarded(WebSocketBytes.request("13", "tooShort", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET garbage\r\n\r\n",
                "GET / HTTP/3.0\r\n\r\n",
                "GET /with space HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                "GET / HTTP/1.1\r\nname : x\r\n\r\n",
                "GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n",
                "GET / HTTP/1.1\r\nA: nul \0\r\n\r\n"
            })
    void shouldAnswer400WhenARequestIsMalformed(String request) throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            client.send(request);
            assertAnswer("400 Bad Request", client.readToEnd());
        }
        ground.awaitEnd("request_malformed");
    }

    @Test
    void shouldAnswer431WhenAHeaderIsTooLong() throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            client.send("GET / HTTP/1.1\r\nX: " + "x".repeat(HEADER_LIMIT));
            assertAnswer("431 Request Header Fields Too Large", client.readToEnd());
        }
        ground.awaitEnd("request_too_long");
    }

    @Test
    void shouldEndAHeaderThatNeverEnds() throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            client.send("GET / HTTP/1.1\r\n");
            final long length =
                    client.sendUntilReset("X-More: and more\r\n".repeat(1000).getBytes(StandardCharsets.ISO_8859_1));
            assertTrue(length > HEADER_LIMIT, () -> length + " bytes");
        }
        ground.awaitEnd("request_too_long");
    }

    @Test
    void shouldAnswer408WhenAHeaderDribbles() throws Exception {
        final byte[] head = WebSocketBytes.REQUEST.getBytes(StandardCharsets.ISO_8859_1);
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            int sentLength = 0;
            int first = -1;
            // Each byte is a sign of life, and yet the limit is for the whole head.
            while (first == -1 && sentLength < head.length) {
                client.send(new byte[] {head[sentLength++]});
                first = client.readWithin(250);
            }
            assertAnswer("408 Request Timeout", (char) first + client.readToEnd());
            final int count = sentLength;
            assertTrue(count >= 4, () -> "ended after " + count + " bytes");
        }
        ground.awaitEnd("peek_timed_out");
    }

    @Test
    void shouldLetTheBackendSpeakFirstWhenTheClientIsSilent() throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT);
                RawPeer backend = ground.accept()) {
            backend.send("220 mail\r\n");
            assertEquals("220 mail\r\n", client.readText(10));
            client.send("QUIT\r\n");
            assertEquals("QUIT\r\n", backend.readText(6));
        }
        ground.awaitEnd("completed");
    }

    @Test
    void shouldKeepFramesThatComeBehindTheHandshakeUntilTheAnswer() throws Exception {
        final Scrape before = ground.balancer().scrape();
        final byte[] first = WebSocketBytes.maskedText("first");
        final byte[] second = WebSocketBytes.maskedText("second");
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            client.send(WebSocketBytes.REQUEST
                    + new String(first, StandardCharsets.ISO_8859_1)
                    + new String(second, StandardCharsets.ISO_8859_1));
            try (RawPeer backend = ground.accept()) {
                assertEquals(WebSocketBytes.REQUEST, backend.readHead());
                backend.assertQuiet();
                backend.send(WebSocketBytes.SWITCHED);
                client.assertSwitched();
                assertArrayEquals(first, backend.read(first.length));
                assertArrayEquals(second, backend.read(second.length));
            }
        }
        ground.awaitEnd("completed");
        final Scrape after = ground.balancer().scrape();
        assertEquals(2, upMessages(after) - upMessages(before));
    }

    @Test
    void shouldEndAClientThatNeverReads() throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            client.send(WebSocketBytes.REQUEST);
            try (RawPeer backend = ground.accept()) {
                backend.readHead();
                backend.send(WebSocketBytes.SWITCHED);
                final byte[] frame = new byte[64 * 1024];
                System.arraycopy(WebSocketBytes.header(WebSocketBytes.BINARY, frame.length - 4, false), 0, frame, 0, 4);
                backend.sendUntilReset(frame);
            }
            ground.awaitEnd("client_stalled");
            assertEquals(RawPeer.End.RESET, client.awaitEnd());
        }
    }

    @Test
    void shouldCountAClientThatLeavesInItsRequest() throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            client.send("GET / HT");
            client.shutdownOutput();
            assertEquals("", client.readToEnd());
        }
        ground.awaitEnd("client_left_in_peek");
    }

    @Test
    void shouldCountAClientThatResetsAtOnce() throws Exception {
        ground.client(HostileGround.SCRIPT).reset();
        ground.awaitEnd("client_left_in_peek");
    }

    @Test
    void shouldCountAClientThatResetsInItsRequest() throws Exception {
        final RawPeer client = ground.client(HostileGround.SCRIPT);
        client.send("GET / HT");
        client.reset();
        ground.awaitEnd("client_left_in_peek");
    }

    @Test
    void shouldCountAClientThatResetsWhileABackendIsConnected() throws Exception {
        final RawPeer client = ground.client(HostileGround.DEAF);
        client.send(WebSocketBytes.REQUEST);
        Await.until(
                ground.balancer()::scrape, scrape -> scrape.value("fairlead_backend_connections_active", "deaf") == 1);
        client.reset();
        ground.awaitEnd("client_reset_in_connect");
    }

    @Test
    void shouldTellTheBackendWhenAClientResetsBeforeTheAnswer() throws Exception {
        final RawPeer client = ground.client(HostileGround.SCRIPT);
        client.send(WebSocketBytes.REQUEST);
        try (RawPeer backend = ground.accept()) {
            backend.readHead();
            client.reset();
            assertEquals(RawPeer.End.RESET, backend.awaitEnd());
        }
        ground.awaitEnd("client_reset_in_upgrade");
    }

    @Test
    void shouldResetTheBackendWhenAClientResets() throws Exception {
        final RawPeer client = ground.client(HostileGround.SCRIPT);
        client.send(WebSocketBytes.REQUEST);
        try (RawPeer backend = ground.accept()) {
            backend.readHead();
            backend.send(WebSocketBytes.SWITCHED);
            client.assertSwitched();
            client.reset();
            assertEquals(RawPeer.End.RESET, backend.awaitEnd());
        }
        ground.awaitEnd("client_reset");
    }

    private static void assertForwarded(String request) throws IOException {
        assertForwarded(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The bytes reach the backend as they are, its answer the client, and both ends end it. */
    private static void assertForwarded(byte[] bytes) throws IOException {
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            client.send(bytes);
            try (RawPeer backend = ground.accept()) {
                assertArrayEquals(bytes, backend.read(bytes.length));
                backend.send(ANSWER);
            }
            assertEquals(ANSWER, client.readToEnd());
        }
        ground.awaitEnd("completed");
    }

    private static void assertAnswer(String status, String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 " + status + "\r\n"), answer);
        assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
    }

    private static long upMessages(Scrape scrape) {
        return scrape.directed("fairlead_messages_total", HostileGround.SCRIPT, "client_to_backend");
    }
}
