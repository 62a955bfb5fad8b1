package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.rules.AgentAnswer.Administrative;
import io.fairlead.core.rules.AgentAnswer.Operational;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AgentAnswerTest {
    private static final String OPEN = "open ";

    static List<HeadCase> cases() {
        return HeadCase.read("/rules/agent-answers.txt");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldReadAnswerWhenLineOrStreamEnds(HeadCase agent) {
        final String expected = agent.expected();
        final WatchedBuffer bytes = new WatchedBuffer(agent.bytes());
        assertEquals(!expected.startsWith(OPEN), isComplete(bytes, agent.bytes().length));
        final AgentAnswer answer = answer(bytes, agent.bytes().length);
        assertEquals(expected.replaceFirst(OPEN, ""), toString(answer));
    }

    /** Every cut of the same bytes: complete at its byte, and the same answer from there on. */
    @ParameterizedTest
    @MethodSource("cases")
    void shouldBeCompleteAtItsByteAndKeepAnswerWhenMoreArrives(HeadCase agent) {
        final String expected = agent.expected();
        final WatchedBuffer bytes = new WatchedBuffer(agent.bytes());
        for (int length = 0; length <= agent.bytes().length; length++) {
            final boolean isComplete = !expected.startsWith(OPEN) && length >= agent.verdictLength();
            assertEquals(isComplete, isComplete(bytes, length), "at " + length);
            if (isComplete) {
                assertEquals(expected, toString(answer(bytes, length)), "at " + length);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldAgreeWithReferenceWhenStreamEndsAnywhere(HeadCase agent) {
        for (int length = 0; length <= agent.bytes().length; length++) {
            assertMatchesReference(agent.bytes(), length, agent.name() + " to " + length);
        }
    }

    @Test
    void shouldAgreeWithReferenceWhenAnswersAreMutated() {
        final Random random = new Random(Seed.VALUE);
        final List<HeadCase> cases = cases();
        final String alphabet = " \t\r\n\0,#%:0139UuPp-\u007f\u0080\u00ff";
        int emptyCount = 0;
        int fullCount = 0;
        for (int i = 0; i < 20_000; i++) {
            final StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(3); n >= 0; n--) {
                final byte[] piece = cases.get(random.nextInt(cases.size())).bytes();
                text.append(new String(piece, StandardCharsets.ISO_8859_1).replaceFirst("[\r\n]+$", " "));
            }
            for (int n = random.nextInt(4); n > 0; n--) {
                text.setCharAt(random.nextInt(text.length()), alphabet.charAt(random.nextInt(alphabet.length())));
            }
            final byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
            final String message = "seed " + Seed.VALUE + " iteration " + i;
            final AgentAnswer answer = assertMatchesReference(bytes, bytes.length, message);
            emptyCount += answer.isEmpty() ? 1 : 0;
            fullCount += answer.weightPercent() >= 0 && answer.operational() != Operational.NONE ? 1 : 0;
        }
        assertTrue(emptyCount > 500 && fullCount > 500, emptyCount + " empty, " + fullCount + " full");
    }

    @Test
    void shouldSayNothingWhenNothingCame() {
        final WatchedBuffer bytes = new WatchedBuffer(new byte[0]);
        assertFalse(isComplete(bytes, 0));
        assertEquals("nothing", toString(answer(bytes, 0)));
    }

    @Test
    void shouldLookAtBoundedNumberOfBytesWhenFlooded() {
        final byte[] flood = "x, ".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        final WatchedBuffer bytes = new WatchedBuffer(flood);
        assertTrue(isComplete(bytes, flood.length));
        assertEquals("unknown", toString(answer(bytes, flood.length)));
        assertTrue(bytes.readCount() <= 2 * (AgentAnswer.LINE_LIMIT + 1), () -> bytes.readCount() + " reads");
    }

    private static AgentAnswer assertMatchesReference(byte[] input, int length, String message) {
        final String text = new String(input, 0, length, StandardCharsets.ISO_8859_1);
        final WatchedBuffer bytes = new WatchedBuffer(input);
        assertEquals(AgentReference.isComplete(text), isComplete(bytes, length), message);
        final AgentAnswer answer = answer(bytes, length);
        assertEquals(AgentReference.answer(text), answer, message);
        return answer;
    }

    private static boolean isComplete(WatchedBuffer bytes, int length) {
        return AgentAnswer.isComplete(bytes.arrived(length), WatchedBuffer.OFFSET, length);
    }

    private static AgentAnswer answer(WatchedBuffer bytes, int length) {
        return AgentAnswer.of(bytes.arrived(length), WatchedBuffer.OFFSET, length);
    }

    /** As the data file has it. */
    private static String toString(AgentAnswer answer) {
        final List<String> said = new ArrayList<>();
        if (answer.weightPercent() != AgentAnswer.NOT_SAID) {
            said.add(answer.weightPercent() + "%");
        }
        if (answer.maxConnections() != AgentAnswer.NOT_SAID) {
            said.add("maxconn " + answer.maxConnections());
        }
        if (answer.administrative() != Administrative.NONE) {
            said.add(answer.administrative().toString());
        }
        if (answer.operational() != Operational.NONE) {
            said.add(answer.operational().toString());
        }
        assertEquals(said.isEmpty(), answer.isEmpty());
        if (!answer.reason().isEmpty()) {
            said.add('"' + answer.reason() + '"');
        }
        if (answer.hasUnknownWords()) {
            said.add("unknown");
        }
        return said.isEmpty() ? "nothing" : String.join("; ", said);
    }
}
