package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerPeekTest {
    private static final List<String> VERDICTS = List.of("NEED_MORE", "SWITCHED", "OTHER");
    private static final int KEY_OFFSET = 5;
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final int STATE_OFFSET = 8;

    private final UnsafeBuffer state = new UnsafeBuffer(new byte[STATE_OFFSET + AnswerPeek.STATE_LENGTH]);
    private final UnsafeBuffer key = new UnsafeBuffer(("Key: " + KEY + "\r\n").getBytes(StandardCharsets.US_ASCII));
    private final UpgradeAccept accept = new UpgradeAccept();

    static List<HeadCase> cases() {
        return HeadCase.read("/rules/answer-cases.txt");
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
    void shouldGiveSameVerdictWhenSplit(HeadCase head) {
        final WatchedBuffer bytes = new WatchedBuffer(head.bytes());
        final int length = head.bytes().length;
        for (int first = 0; first <= length; first++) {
            for (int second = first; second <= length; second += 3) {
                reset();
                assertVerdict(head, bytes, first);
                assertVerdict(head, bytes, second);
                assertVerdict(head, bytes, length);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldLocateFramesWhenSwitched(HeadCase head) {
        reset();
        final int verdict = peek(new WatchedBuffer(head.bytes()), head.bytes().length, head.limit());
        assertEquals(
                verdict == AnswerPeek.SWITCHED ? head.verdictLength() : 0, AnswerPeek.headLength(state, STATE_OFFSET));
    }

    @Test
    void shouldAgreeWithItselfWhenAnswersAreMutated() {
        final Random random = new Random(Seed.VALUE);
        final List<HeadCase> cases = cases();
        for (int i = 0; i < 4_000; i++) {
            final HeadCase origin = cases.get(random.nextInt(cases.size()));
            final byte[] answer = origin.bytes().clone();
            answer[random.nextInt(answer.length)] = (byte) " \t\r\n\0:,=aZ1\u0080".charAt(random.nextInt(12));
            final WatchedBuffer bytes = new WatchedBuffer(answer);
            reset();
            final int[] verdicts = new int[answer.length + 1];
            for (int length = 0; length <= answer.length; length++) {
                verdicts[length] = peek(bytes, length, origin.limit());
            }
            for (int length = 0; length <= answer.length; length++) {
                reset();
                final int prefixLength = length;
                assertEquals(
                        verdicts[length],
                        peek(bytes, length, origin.limit()),
                        "seed " + Seed.VALUE + " iteration " + i + " prefix " + prefixLength);
            }
        }
    }

    @Test
    void shouldReadEachByteAFewTimesWhenDribbled() {
        final String head = "HTTP/1.1 101 S\r\n" + "Connection: a, b, c, d\r\n".repeat(600) + "\r\n";
        final WatchedBuffer bytes = new WatchedBuffer(head.getBytes(StandardCharsets.US_ASCII));
        reset();
        for (int length = 1; length <= head.length(); length++) {
            peek(bytes, length, 16 * 1024);
        }
        assertTrue(bytes.readCount() <= 8L * head.length(), () -> bytes.readCount() + " reads");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 101 x, 101",
        "HTTP/1.0 200 OK, 200",
        "HTTP/1.1 426, 426",
        "HTTP/1.1 42, 0",
        "HTTP/1.1 099 x, 0",
        "HTTP/1.1 2x0 x, 0",
        "HTTP/1.x 200 x, 0",
        "HTTP/2.0 200 x, 0",
        "HTTP/1.1  200 x, 0",
        "SSH-2.0-OpenSSH, 0",
        "'', 0",
    })
    void shouldTellStatusCodeWhenLineReachesThatFar(String line, int code) {
        final byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
        final WatchedBuffer buffer = new WatchedBuffer(bytes);
        assertEquals(code, AnswerPeek.statusCode(buffer.arrived(bytes.length), WatchedBuffer.OFFSET, bytes.length));
    }

    @Test
    void shouldComputeAcceptWhenKeyIsFromSpecification() {
        final byte[] out28 = new byte[UpgradeAccept.ACCEPT_LENGTH];
        accept.forKey(key, KEY_OFFSET).expected(out28);
        final byte[] expected = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".getBytes(StandardCharsets.US_ASCII);
        assertArrayEquals(expected, out28);
        accept.expected(out28);
        assertArrayEquals(expected, out28);
    }

    @Test
    void shouldForgetFormerKeyWhenGivenAnother() {
        final UnsafeBuffer other = new UnsafeBuffer("AAAAAAAAAAAAAAAAAAAAAA==".getBytes(StandardCharsets.US_ASCII));
        final byte[] out28 = new byte[UpgradeAccept.ACCEPT_LENGTH];
        accept.forKey(other, 0).expected(out28);
        final UnsafeBuffer value = new UnsafeBuffer(out28);
        assertTrue(accept.matches(value, 0, out28.length));
        assertFalse(accept.forKey(key, KEY_OFFSET).matches(value, 0, out28.length));
    }

    private void assertVerdict(HeadCase head, WatchedBuffer bytes, int length) {
        final String expected = length >= head.verdictLength() ? head.expected() : "NEED_MORE";
        assertEquals(expected, VERDICTS.get(peek(bytes, length, head.limit())), () -> head.name() + " at " + length);
    }

    private int peek(WatchedBuffer bytes, int length, int limit) {
        return AnswerPeek.peek(
                state,
                STATE_OFFSET,
                bytes.arrived(length),
                WatchedBuffer.OFFSET,
                length,
                limit,
                accept.forKey(key, KEY_OFFSET));
    }

    private void reset() {
        state.setMemory(0, state.capacity(), (byte) 0);
    }
}
