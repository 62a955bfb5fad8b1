package io.fairlead.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HandshakeTest {
    private static final List<String> FAULTS = new ArrayList<>();
    private static EchoServer server;

    @BeforeAll
    static void start() throws IOException {
        server = EchoServer.start(EchoOptions.named("b1").withLog(FAULTS::add));
    }

    @AfterAll
    static void stop() {
        server.close();
        assertEquals(List.of(), FAULTS);
    }

    @ParameterizedTest
    @CsvSource({
        // a legal request's line or field, what it becomes, the status
        "'', '', 101",
        "keep-alive, KEEP-ALIVE, 101",
        "'websocket', 'h2c, WebSocket', 101",
        "'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 8', 426",
        "'Sec-WebSocket-Version: 13', 'X: y', 426",
        "'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 13, 8', 426",
        "'dGhlIHNhbXBsZSBub25jZQ==', '', 400",
        "'dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ', 400",
        "'dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZSE=', 400",
        "'dGhlIHNhbXBsZSBub25jZQ==', '!!!!!!!!!!!!!!!!!!!!!!==', 400",
        "'Host: localhost', 'X: y', 400",
        "'Host: localhost', 'Host: a, b', 400",
        "'Host: localhost', 'Host : localhost', 400",
        "'Host: localhost', ' Host: localhost', 400",
        "'Host: localhost', 'Host', 400",
        "'GET /any', 'GET  /any', 400",
        "'GET /any', 'G(T /any', 400",
        "'HTTP/1.1', 'HTTP/1', 400",
        "'HTTP/1.1', 'HTTP/2.0', 505",
        // no upgrade, so a plain request
        "'HTTP/1.1', 'HTTP/1.0', 404",
        "'GET /any', 'POST /any', 405",
        "'Upgrade: websocket', 'X: y', 404",
        "'keep-alive, Upgrade', 'keep-alive', 404"
    })
    void shouldJudgeAnUpgrade(String part, String becomes, int status) throws IOException {
        String request = part.isEmpty()
                ? RawClient.upgradeRequest()
                : RawClient.upgradeRequest().replace(part, becomes);
        String answer = answer(request);
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertTrue(answer.contains("\r\nX-Backend: b1\r\n"), answer);
        assertEquals(status == 426, answer.contains("\r\nSec-WebSocket-Version: 13\r\n"), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked"})
    void shouldRefuseAnUpgradeWithABody(String field) throws IOException {
        String answer = answer(RawClient.upgradeRequest().replace("Host: localhost", "Host: localhost\r\n" + field));
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0016\u0003\u0001\u0002", // TLS
                "\r\n\r\n",
                "GET / HTTP/1.1\n\n",
                "GET / HTTP/1.1\rX",
                "GET /\u0000",
                "PRI * HTTP/2.0\r\nX\u007f"
            })
    void shouldRefuseGarbageWithoutWaitingForMore(String garbage) throws IOException {
        String answer = answer(garbage);
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    }

    @Test
    void shouldRefuseAHeadThatIsTooLong() throws IOException {
        String answer = answer("GET / HTTP/1.1\r\nX: " + "y".repeat(HeadCollector.LENGTH_LIMIT));
        assertTrue(answer.startsWith("HTTP/1.1 431 "), answer);
    }

    @Test
    void shouldServeThePageUnderAPolicyThatNamesItsScriptAndStyle() throws IOException {
        for (String target : new String[] {"/", "/?room=1"}) {
            String answer = answer("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            assertTrue(answer.contains("\r\nCache-Control: no-store\r\n"), answer);
            assertTrue(answer.contains("\r\nContent-Type: text/html; charset=utf-8\r\n"), answer);
            assertTrue(answer.matches("(?s).*script-src 'sha256-[^']{44}'; style-src 'sha256-[^']{44}'.*"), answer);
            String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
            assertTrue(
                    answer.contains(
                            "\r\nContent-Length: " + body.getBytes(StandardCharsets.ISO_8859_1).length + "\r\n"),
                    answer);
            assertTrue(body.contains("whoami") && body.endsWith("</html>\n"), body);
            assertFalse(body.contains(" src=") || body.contains(" style=") || body.contains(" onclick="), body);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /favicon.ico, 204",
        "GET, /other, 404",
        "HEAD, /, 200",
        "HEAD, /other, 404",
        "POST, /, 405",
        "DELETE, /, 405"
    })
    void shouldAnswerOtherRequests(String method, String target, int status) throws IOException {
        String answer = answer(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
        if (method.equals("HEAD")) {
            assertTrue(answer.endsWith("\r\n\r\n"), answer);
        }
    }

    /** Everything the server says before its FIN, or the head of a 101. */
    private static String answer(String request) throws IOException {
        try (RawClient client = new RawClient(server)) {
            client.send(request);
            String head = client.readHead();
            return head.startsWith("HTTP/1.1 101 ")
                    ? head
                    : head + new String(client.readAll(), StandardCharsets.ISO_8859_1);
        }
    }
}
