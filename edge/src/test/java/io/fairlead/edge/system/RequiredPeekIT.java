package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With {@code --peek required} only WebSocket upgrades pass; all else ends and is counted. */
@Timeout(60)
@EnabledOnOs(value = OS.LINUX, disabledReason = "only there all of 127.0.0.0/8 is local")
class RequiredPeekIT {
    private static HostileGround ground;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        ground = new HostileGround("--peek=required");
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

    static Stream<byte[]> notHttp() throws Exception {
        return Stream.of(
                ClientHello.bytes(),
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1),
                "\0garbage".getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @MethodSource("notHttp")
    void shouldEndWhatIsNotHttpWithoutAWord(byte[] bytes) throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            client.send(bytes);
            assertEquals("", client.readToEnd());
        }
        ground.awaitEnd("upgrade_required");
    }

    static Stream<String> notUpgrades() {
        return Stream.of(
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                WebSocketBytes.request("8", WebSocketBytes.KEY, ""),
                WebSocketBytes.request("13", "tooShort", ""),
                WebSocketBytes.request("13", WebSocketBytes.KEY, "Content-Length: 5\r\n") + "hello");
    }

    @ParameterizedTest
    @MethodSource("notUpgrades")
    void shouldAnswer426WhenHttpIsNoUpgrade(String request) throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            client.send(request);
            final String answer = client.readToEnd();
            assertTrue(answer.startsWith("HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\n"), answer);
        }
        ground.awaitEnd("upgrade_required");
    }

    @Test
    void shouldEndAClientThatIsSilent() throws Exception {
        try (RawPeer client = ground.client(HostileGround.SCRIPT)) {
            assertEquals("", client.readToEnd());
        }
        ground.awaitEnd("peek_timed_out");
    }
}
