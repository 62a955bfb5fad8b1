package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Any bytes, any split, any limit: the verdict is the reference's, comes at the same byte, and what is a switch here is
 * one to Netty.
 */
class AnswerPeekFuzzTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[0-9] ([1-9][0-9]{2})");
    private static final long READS_PER_BYTE = 8;
    private static final long READS_PER_ARRIVAL = 4;

    private final UnsafeBuffer state = new UnsafeBuffer(new byte[AnswerPeek.STATE_LENGTH]);
    private final UpgradeAccept accept =
            new UpgradeAccept().forKey(new UnsafeBuffer(KEY.getBytes(StandardCharsets.US_ASCII)), 0);

    @FuzzTest
    void shouldAgreeWithReferencesWhenFuzzed(byte[] input) {
        final FuzzedArrival arrival = FuzzedArrival.ofHead(input);
        assertStatusCode(arrival.bytes());
        if (assertMatchesReference(arrival) == AnswerPeek.SWITCHED) {
            assertMatchesNetty(arrival.bytes());
        }
    }

    private static void assertStatusCode(byte[] bytes) {
        final Matcher matcher = STATUS.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        final int expected = matcher.lookingAt() ? Integer.parseInt(matcher.group(1)) : 0;
        final WatchedBuffer buffer = new WatchedBuffer(bytes).arrived(bytes.length);
        assertEquals(expected, AnswerPeek.statusCode(buffer, WatchedBuffer.OFFSET, bytes.length));
    }

    private int assertMatchesReference(FuzzedArrival arrival) {
        final String text = new String(arrival.bytes(), StandardCharsets.ISO_8859_1);
        final WatchedBuffer bytes = new WatchedBuffer(arrival.bytes());
        final int[] ends = arrival.pieceEnds();
        final IntUnaryOperator reference =
                length -> AnswerReference.verdict(text.substring(0, length), arrival.limit(), ACCEPT);
        final int verdict = reference.applyAsInt(text.length());
        final int verdictLength = arrival.shortest(length -> reference.applyAsInt(length) != AnswerPeek.NEED_MORE);
        state.setMemory(0, AnswerPeek.STATE_LENGTH, (byte) 0);
        for (final int end : ends) {
            final int expected = end < verdictLength ? AnswerPeek.NEED_MORE : verdict;
            assertEquals(expected, peek(bytes, end, arrival.limit()), () -> "at " + end);
        }
        final long readLimit = READS_PER_BYTE * text.length() + READS_PER_ARRIVAL * ends.length;
        assertTrue(bytes.readCount() <= readLimit, () -> bytes.readCount() + " reads");
        return verdict;
    }

    private void assertMatchesNetty(byte[] bytes) {
        final int headLength = AnswerPeek.headLength(state, 0);
        assertNull(NettyHeads.response(bytes, headLength - 1), "Netty's head is shorter");
        final HttpResponse response = NettyHeads.response(bytes, headLength);
        assertNotNull(response, "Netty's head is longer");
        assertTrue(response.decoderResult().isSuccess(), () -> String.valueOf(response.decoderResult()));
        assertEquals(101, response.status().code());
        assertEquals(HttpVersion.HTTP_1_1, response.protocolVersion());
        final HttpHeaders headers = response.headers();
        assertTrue(headers.containsValue("Connection", "upgrade", true));
        assertEquals(1, headers.getAll("Upgrade").size());
        assertTrue(headers.containsValue("Upgrade", "websocket", true));
        assertEquals(List.of(ACCEPT), headers.getAll("Sec-WebSocket-Accept"));
    }

    private int peek(WatchedBuffer bytes, int length, int limit) {
        return AnswerPeek.peek(state, 0, bytes.arrived(length), WatchedBuffer.OFFSET, length, limit, accept);
    }
}
