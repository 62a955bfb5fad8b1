package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Well-formed requests: what Netty's decoder takes for a WebSocket handshake, and nothing else, is one here. */
class UpgradePeekNettyTest {
    private static final int LIMIT = 16 * 1024;
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    @Test
    void shouldAgreeWithNettyWhenRequestsAreGenerated() {
        final Random random = new Random(Seed.VALUE);
        int upgradeCount = 0;
        for (int i = 0; i < 20_000; i++) {
            final String request = request(random);
            final int expected = NettyHeads.isUpgrade(decode(request)) ? UpgradePeek.WEBSOCKET : UpgradePeek.HTTP;
            final UnsafeBuffer state = new UnsafeBuffer(new byte[UpgradePeek.STATE_LENGTH]);
            final UnsafeBuffer bytes = new UnsafeBuffer(request.getBytes(StandardCharsets.ISO_8859_1));
            final int verdict = UpgradePeek.peek(state, 0, bytes, 0, bytes.capacity(), LIMIT);
            assertEquals(expected, verdict, "seed " + Seed.VALUE + " iteration " + i + "\n" + request);
            assertEquals(bytes.capacity(), UpgradePeek.headLength(state, 0));
            upgradeCount += verdict == UpgradePeek.WEBSOCKET ? 1 : 0;
        }
        final String message = "seed " + Seed.VALUE + " upgrades " + upgradeCount;
        assertTrue(upgradeCount > 2_000 && upgradeCount < 18_000, message);
    }

    private static HttpRequest decode(String request) {
        final byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        final HttpRequest decoded = NettyHeads.request(bytes, bytes.length);
        assertTrue(decoded.decoderResult().isSuccess(), () -> decoded.decoderResult() + "\n" + request);
        return decoded;
    }

    /** A handshake, with up to two of its properties spoiled, its fields shuffled and written in a random manner. */
    private static String request(Random random) {
        final List<String> fields = new ArrayList<>(List.of(
                "Host: example.org",
                "Upgrade:" + pick(random, "websocket", "WebSocket", "h2c , websocket", "WEBSOCKET"),
                "Connection:" + pick(random, "Upgrade", "keep-alive,\tupgrade", "UPGRADE , close"),
                "Sec-WebSocket-Key:" + KEY,
                "Sec-WebSocket-Version:13",
                pick(random, "X-Empty:", "Accept: */*", "User-Agent: a (b; c) d/1.0", "X: \"a, b\"")));
        String method = "GET";
        String version = "HTTP/1.1";
        for (int spoils = random.nextInt(3); spoils > 0; spoils--) {
            final int index = random.nextInt(fields.size());
            switch (random.nextInt(8)) {
                case 0 -> method = pick(random, "HEAD", "POST", "GETX");
                case 1 -> version = "HTTP/1.0";
                case 2 -> fields.remove(index);
                case 3 -> fields.add(pick(random, "Sec-WebSocket-Version:13", "Sec-WebSocket-Key:" + KEY));
                case 4 -> fields.add(pick(random, "Connection: close", "Upgrade: websockets", "Upgrade: h2c"));
                case 5 -> fields.set(index, pick(random, "Sec-WebSocket-Version: 8", "Upgrade: web", "Connection: up"));
                case 6 -> fields.set(index, "Sec-WebSocket-Key: " + pick(random, "", "x", KEY.substring(1)));
                default -> {
                    final boolean hasLength = fields.stream().anyMatch(field -> field.startsWith("Content-Length"));
                    final boolean hasCoding = fields.contains("Transfer-Encoding: chunked");
                    if (!hasLength && !hasCoding) {
                        fields.add(
                                pick(random, "Content-Length: 0", "Content-Length: 7", "Transfer-Encoding: chunked"));
                    }
                }
            }
        }
        if (version.equals("HTTP/1.0")) {
            // A coding in HTTP/1.0 is no well-formed request (RFC 9112 6.1).
            fields.remove("Transfer-Encoding: chunked");
        }
        Collections.shuffle(fields, random);
        final StringBuilder request =
                new StringBuilder(method).append(" /chat?a=b ").append(version).append("\r\n");
        for (final String field : fields) {
            appendField(request, field, random);
        }
        return request.append("\r\n").toString();
    }

    private static void appendField(StringBuilder request, String field, Random random) {
        final int colonIndex = field.indexOf(':');
        for (int i = 0; i < colonIndex; i++) {
            final char c = field.charAt(i);
            request.append(random.nextInt(4) == 0 ? Character.toUpperCase(c) : c);
        }
        request.append(':').append(pick(random, "", " ", " \t")).append(field, colonIndex + 1, field.length());
        request.append(pick(random, "", " ", "\t ")).append("\r\n");
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
