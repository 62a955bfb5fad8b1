package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.function.IntUnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Any bytes, any split, any limit: the verdict is the reference's, comes at the same byte, and is one that Netty agrees
 * with as far as it can.
 */
class UpgradePeekFuzzTest {
    private static final long READS_PER_BYTE = 8;
    private static final long READS_PER_ARRIVAL = 4;

    private final UnsafeBuffer state = new UnsafeBuffer(new byte[UpgradePeek.STATE_LENGTH]);

    @FuzzTest
    void shouldAgreeWithReferencesWhenFuzzed(byte[] input) {
        final FuzzedArrival arrival = FuzzedArrival.ofHead(input);
        final int verdict = assertMatchesReference(arrival);
        if (verdict == UpgradePeek.WEBSOCKET || verdict == UpgradePeek.HTTP) {
            assertMatchesNetty(arrival.bytes(), verdict);
        }
    }

    private int assertMatchesReference(FuzzedArrival arrival) {
        final String text = new String(arrival.bytes(), StandardCharsets.ISO_8859_1);
        final WatchedBuffer bytes = new WatchedBuffer(arrival.bytes());
        final int[] ends = arrival.pieceEnds();
        final IntUnaryOperator reference =
                length -> UpgradeReference.verdict(text.substring(0, length), arrival.limit());
        final int verdict = reference.applyAsInt(text.length());
        final int verdictLength = arrival.shortest(length -> reference.applyAsInt(length) != UpgradePeek.NEED_MORE);
        state.setMemory(0, UpgradePeek.STATE_LENGTH, (byte) 0);
        for (final int end : ends) {
            final int expected = end < verdictLength ? UpgradePeek.NEED_MORE : verdict;
            assertEquals(expected, peek(bytes, end, arrival.limit()), () -> "at " + end);
            assertEquals(end > 0 && expected != UpgradePeek.OPAQUE, UpgradePeek.startsHttp(state, 0));
        }
        final long readLimit = READS_PER_BYTE * text.length() + READS_PER_ARRIVAL * ends.length;
        assertTrue(bytes.readCount() <= readLimit, () -> bytes.readCount() + " reads");
        return verdict;
    }

    private void assertMatchesNetty(byte[] bytes, int verdict) {
        final int headLength = UpgradePeek.headLength(state, 0);
        assertNull(NettyHeads.request(bytes, headLength - 1), "Netty's head is shorter");
        final HttpRequest request = NettyHeads.request(bytes, headLength);
        assertNotNull(request, "Netty's head is longer");
        if (verdict == UpgradePeek.HTTP) {
            // Another request may be worse than ours to judge: its length no number, its coding unknown.
            assertFalse(request.decoderResult().isSuccess() && NettyHeads.isUpgrade(request));
        } else {
            assertTrue(request.decoderResult().isSuccess(), () -> String.valueOf(request.decoderResult()));
            assertTrue(NettyHeads.isUpgrade(request));
            final int keyOffset = UpgradePeek.keyOffset(state, 0);
            final String key = new String(bytes, keyOffset, UpgradeAccept.KEY_LENGTH, StandardCharsets.ISO_8859_1);
            assertEquals(request.headers().get("Sec-WebSocket-Key"), key);
        }
    }

    private int peek(WatchedBuffer bytes, int length, int limit) {
        return UpgradePeek.peek(state, 0, bytes.arrived(length), WatchedBuffer.OFFSET, length, limit);
    }
}
