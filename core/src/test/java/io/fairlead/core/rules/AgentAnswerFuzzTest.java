package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any bytes, any split: the answer is the reference's, stays once it is complete, and can stand in a log. */
class AgentAnswerFuzzTest {
    private static final long READS_PER_BYTE = 16;

    @FuzzTest
    void shouldAgreeWithReferenceWhenFuzzed(byte[] input) {
        final FuzzedArrival arrival = FuzzedArrival.ofFrames(input);
        final String text = new String(arrival.bytes(), StandardCharsets.ISO_8859_1);
        final WatchedBuffer bytes = new WatchedBuffer(arrival.bytes());
        final AgentAnswer expected = AgentReference.answer(text);
        final int completeLength = arrival.shortest(length -> AgentReference.isComplete(text.substring(0, length)));
        for (final int end : arrival.pieceEnds()) {
            bytes.arrived(end);
            assertEquals(end >= completeLength, AgentAnswer.isComplete(bytes, WatchedBuffer.OFFSET, end), "at " + end);
            if (end >= completeLength) {
                assertEquals(expected, AgentAnswer.of(bytes, WatchedBuffer.OFFSET, end), () -> "at " + end);
            }
        }
        final long readCount = bytes.arrived(text.length()).readCount();
        final AgentAnswer answer = AgentAnswer.of(bytes, WatchedBuffer.OFFSET, text.length());
        assertEquals(expected, answer);
        assertTrue(
                bytes.readCount() - readCount <= READS_PER_BYTE * Math.min(text.length(), AgentAnswer.LINE_LIMIT + 1),
                () -> bytes.readCount() - readCount + " reads");
        assertTrue(answer.reason().length() <= AgentAnswer.REASON_LIMIT);
        assertTrue(answer.reason().chars().allMatch(c -> c >= ' ' && c <= '~'), answer.reason());
    }
}
