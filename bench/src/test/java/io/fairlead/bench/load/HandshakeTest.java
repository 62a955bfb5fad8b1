package io.fairlead.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which answers a load client takes for the 101 it asked for. */
final class HandshakeTest {
    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Accept", "sec-websocket-accept", "SEC-WEBSOCKET-ACCEPT"})
    void shouldTakeTheAnswerHoweverItsFieldIsWritten(String name) throws Exception {
        final String head = head(name, accept());
        assertEquals(head.length(), Handshake.headLength(bytes(head + "more")));
        assertEquals(0, Handshake.headLength(bytes(head.substring(0, head.length() - 1))));
    }

    @Test
    void shouldRefuseTheAnswerWhenTheValueIsAnother() throws Exception {
        final String folded = accept().toLowerCase(Locale.ROOT);
        for (final String value : new String[] {folded, "", accept().substring(1), accept() + "x"}) {
            final ByteBuffer answer = bytes(head("Sec-WebSocket-Accept", value));
            assertThrows(ProtocolException.class, () -> Handshake.headLength(answer), value);
        }
    }

    @Test
    void shouldTellTheStatusWhenItIsAnother() {
        final ByteBuffer answer = bytes("HTTP/1.1 503 Service\u0007Unavailable\r\nConnection: close\r\n\r\n");
        assertEquals(
                "answered 503 Service?Unavailable instead of 101",
                assertThrows(ProtocolException.class, () -> Handshake.headLength(answer))
                        .getMessage());
        final ByteBuffer none = bytes("no HTTP\r\n\r\n");
        assertThrows(ProtocolException.class, () -> Handshake.headLength(none));
    }

    private static String head(String name, String value) {
        return "HTTP/1.1 101 Switching Protocols\r\n" + name + ": " + value + "\r\n\r\n";
    }

    private static String accept() throws Exception {
        final DirectBuffer request = Handshake.request("x");
        final byte[] text = new byte[request.capacity()];
        request.getBytes(0, text);
        final String asked = new String(text, ISO_8859_1);
        final int start = asked.indexOf("Sec-WebSocket-Key: ") + 19;
        final String key = asked.substring(start, asked.indexOf("\r\n", start));
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-1")
                        .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1)));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }
}
