package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UpgradePeekTest {
    private static final int STATE_OFFSET = 8;
    private static final int LIMIT = 16 * 1024;
    private static final int SMALL_LENGTH = 70;
    private static final List<String> VERDICTS =
            List.of("NEED_MORE", "WEBSOCKET", "HTTP", "OPAQUE", "REJECT_MALFORMED", "REJECT_TOO_LONG");

    private final UnsafeBuffer state = new UnsafeBuffer(new byte[STATE_OFFSET + UpgradePeek.STATE_LENGTH + 8]);

    static List<HeadCase> cases() {
        return HeadCase.read("/rules/upgrade-cases.txt");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldGiveVerdictAtItsByteWhenBytesArriveOneByOne(HeadCase head) {
        final WatchedBuffer bytes = new WatchedBuffer(head.bytes());
        reset();
        for (int length = 0; length <= head.bytes().length; length++) {
            assertVerdict(head, bytes, length);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldGiveSameVerdictWhenSplitInTwo(HeadCase head) {
        final WatchedBuffer bytes = new WatchedBuffer(head.bytes());
        for (int length = 0; length <= head.bytes().length; length++) {
            reset();
            assertVerdict(head, bytes, length);
            assertVerdict(head, bytes, head.bytes().length);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldGiveSameVerdictWhenSplitInThree(HeadCase head) {
        final WatchedBuffer bytes = new WatchedBuffer(head.bytes());
        final int length = head.bytes().length;
        // Every pair of cuts on small heads, a coarser grid with odd steps on large ones.
        final int step = length <= SMALL_LENGTH ? 1 : 1 + length / SMALL_LENGTH;
        for (int first = 0; first <= length; first += step) {
            for (int second = first; second <= length; second += step) {
                reset();
                assertVerdict(head, bytes, first);
                assertVerdict(head, bytes, second);
                assertVerdict(head, bytes, length);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldLocateHeadAndKeyWhenHeadIsComplete(HeadCase head) {
        reset();
        final int verdict = peek(new WatchedBuffer(head.bytes()), head.bytes().length, head.limit());
        if (verdict == UpgradePeek.WEBSOCKET || verdict == UpgradePeek.HTTP) {
            assertEquals(head.verdictLength(), UpgradePeek.headLength(state, STATE_OFFSET));
        }
        if (verdict == UpgradePeek.WEBSOCKET) {
            final String text = new String(head.bytes(), StandardCharsets.ISO_8859_1);
            final int keyOffset = UpgradePeek.keyOffset(state, STATE_OFFSET);
            final String lineToKey = text.substring(text.lastIndexOf('\n', keyOffset) + 1, keyOffset);
            assertTrue(lineToKey.trim().equalsIgnoreCase("Sec-WebSocket-Key:"), lineToKey);
            assertEquals("==", text.substring(keyOffset + 22, keyOffset + 24));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldAgreeWithReferenceWhenCaseIsFromFile(HeadCase head) {
        assertMatchesReference(head.bytes(), head.limit(), head.name());
    }

    @Test
    void shouldAgreeWithReferenceWhenHeadsAreMutated() {
        final Random random = new Random(Seed.VALUE);
        final List<HeadCase> cases = cases();
        final int[] verdictCounts = new int[VERDICTS.size()];
        for (int i = 0; i < 4_000; i++) {
            final HeadCase origin = cases.get(random.nextInt(cases.size()));
            final byte[] bytes = mutate(origin.bytes(), random);
            final int limit = random.nextInt(8) == 0 ? 1 + random.nextInt(bytes.length + 1) : origin.limit();
            final String message = "seed " + Seed.VALUE + " iteration " + i + " from " + origin.name();
            verdictCounts[assertMatchesReference(bytes, limit, message)]++;
        }
        for (int verdict = 0; verdict < verdictCounts.length; verdict++) {
            assertTrue(verdictCounts[verdict] > 0, "mutations never reached " + VERDICTS.get(verdict));
        }
    }

    @Test
    void shouldKeepVerdictWhenMoreArrives() {
        final byte[] head = "GET / HTTP/1.1\r\n\r\n\0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        final WatchedBuffer bytes = new WatchedBuffer(head);
        reset();
        assertEquals(UpgradePeek.HTTP, peek(bytes, 18, LIMIT));
        assertEquals(UpgradePeek.HTTP, peek(bytes, head.length, LIMIT));
        assertEquals(18, UpgradePeek.headLength(state, STATE_OFFSET));
    }

    @Test
    void shouldTellStartOfHttpWhenNoVerdictIsIn() {
        final WatchedBuffer request = new WatchedBuffer("GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII));
        reset();
        peek(request, 0, LIMIT);
        assertFalse(UpgradePeek.startsHttp(state, STATE_OFFSET));
        for (int length = 1; length <= 14; length++) {
            assertEquals(UpgradePeek.NEED_MORE, peek(request, length, LIMIT));
            assertTrue(UpgradePeek.startsHttp(state, STATE_OFFSET));
        }
        reset();
        final WatchedBuffer other = new WatchedBuffer("SSH-2.0".getBytes(StandardCharsets.US_ASCII));
        peek(other, 4, LIMIT);
        assertTrue(UpgradePeek.startsHttp(state, STATE_OFFSET));
        peek(other, 5, LIMIT);
        assertFalse(UpgradePeek.startsHttp(state, STATE_OFFSET));
    }

    @Test
    void shouldReadEachByteAFewTimesWhenDribbled() {
        assertLinearWhenDribbled("GET /" + "a".repeat(15_000) + " HTTP/1.1\r\n\r\n");
        assertLinearWhenDribbled("GET / HTTP/1.1\r\n" + "Connection: a, b, c, d\r\n".repeat(600) + "\r\n");
        assertLinearWhenDribbled("GET / HTTP/1.1\r\n" + "X:" + " \t".repeat(7_000) + "\r\n\r\n");
        assertLinearWhenDribbled("GET / HTTP/1.1\r\n" + "Upgrade:" + " ,".repeat(7_000) + "\r\n\r\n");
        assertLinearWhenDribbled("GET / HTTP/1.1\r\n" + "a:\r\n".repeat(4_000) + "\r\n");
    }

    private void assertLinearWhenDribbled(String head) {
        final WatchedBuffer bytes = new WatchedBuffer(head.getBytes(StandardCharsets.US_ASCII));
        reset();
        for (int length = 1; length < head.length(); length++) {
            assertEquals(UpgradePeek.NEED_MORE, peek(bytes, length, LIMIT));
        }
        assertEquals(UpgradePeek.HTTP, peek(bytes, head.length(), LIMIT));
        final long readsPerByte = bytes.readCount() / head.length();
        assertTrue(readsPerByte <= 8, () -> readsPerByte + " reads a byte");
    }

    /** Every prefix at once, then all bytes in random pieces, against the reference. */
    private int assertMatchesReference(byte[] head, int limit, String message) {
        final String text = new String(head, StandardCharsets.ISO_8859_1);
        final WatchedBuffer bytes = new WatchedBuffer(head);
        final UnsafeBuffer once = new UnsafeBuffer(new byte[UpgradePeek.STATE_LENGTH]);
        int expected = UpgradePeek.NEED_MORE;
        reset();
        for (int length = 0; length <= head.length; length++) {
            if (expected == UpgradePeek.NEED_MORE) {
                expected = UpgradeReference.verdict(text.substring(0, length), limit);
            }
            final int prefixLength = length;
            assertEquals(expected, peek(bytes, length, limit), () -> message + " bytes one by one to " + prefixLength);
            once.setMemory(0, UpgradePeek.STATE_LENGTH, (byte) 0);
            bytes.arrived(length);
            assertEquals(
                    expected,
                    UpgradePeek.peek(once, 0, bytes, WatchedBuffer.OFFSET, length, limit),
                    () -> message + " prefix " + prefixLength);
        }
        return expected;
    }

    private static byte[] mutate(byte[] origin, Random random) {
        final String alphabet = " \t\r\n\0:,=AGz-_/1\u007f\u0080\u00ff";
        final StringBuilder text = new StringBuilder(new String(origin, StandardCharsets.ISO_8859_1));
        for (int n = random.nextInt(3); n >= 0; n--) {
            final int index = random.nextInt(text.length());
            final char c = alphabet.charAt(random.nextInt(alphabet.length()));
            switch (random.nextInt(5)) {
                case 0 -> text.setCharAt(index, c);
                case 1 -> text.insert(index, c);
                case 2 -> {
                    if (text.length() > 1) {
                        text.deleteCharAt(index);
                    }
                }
                case 3 -> {
                    // A line twice, or moved into the middle of another.
                    final int end = Math.min(text.length(), index + random.nextInt(40));
                    text.insert(random.nextInt(text.length()), text.substring(index, end));
                }
                default -> {
                    final int lineIndex = text.indexOf("\r\n", index);
                    text.insert(lineIndex < 0 ? index : lineIndex, "\r\nContent-Length: " + random.nextInt(2));
                }
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void assertVerdict(HeadCase head, WatchedBuffer bytes, int length) {
        final String expected = length >= head.verdictLength() ? head.expected() : "NEED_MORE";
        assertEquals(expected, VERDICTS.get(peek(bytes, length, head.limit())), () -> head.name() + " at " + length);
    }

    private int peek(WatchedBuffer bytes, int length, int limit) {
        return UpgradePeek.peek(state, STATE_OFFSET, bytes.arrived(length), WatchedBuffer.OFFSET, length, limit);
    }

    private void reset() {
        state.setMemory(0, state.capacity(), (byte) 0);
    }
}
