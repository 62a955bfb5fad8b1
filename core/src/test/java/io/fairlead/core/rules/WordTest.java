package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class WordTest {
    private static final String TEXT = "sec-websocket-version-13==";
    private static final int VALUE_COUNT = 256;

    @Test
    void shouldEqualItselfAndReadNothingElseWhateverItsLength() {
        for (int length = 1; length <= TEXT.length(); length++) {
            final String text = TEXT.substring(0, length);

            assertTrue(isEqual(Word.exactly(text), text), text);
            assertTrue(isEqual(Word.ofAnyCase(text), text), text);
            assertTrue(isEqual(Word.ofAnyCase(text), text.toUpperCase(Locale.ROOT)), text);
            assertFalse(isEqual(Word.exactly(text), text.toUpperCase(Locale.ROOT)), text);
            assertEquals(length, Word.exactly(text).length());
        }
    }

    @Test
    void shouldEqualNothingOfAnotherLength() {
        for (int length = 1; length < TEXT.length(); length++) {
            assertFalse(isEqual(Word.exactly(TEXT.substring(0, length)), TEXT.substring(0, length + 1)));
            assertFalse(isEqual(Word.ofAnyCase(TEXT.substring(0, length + 1)), TEXT.substring(0, length)));
        }
        assertFalse(isEqual(Word.exactly("a"), ""));
    }

    /** Of all values a byte can have only the word's own is taken, or the letter in the other case. */
    @Test
    void shouldTellEveryOtherByteAtEveryPlace() {
        for (int length = 1; length <= TEXT.length(); length++) {
            final String text = TEXT.substring(0, length);
            final Word exact = Word.exactly(text);
            final Word ofAnyCase = Word.ofAnyCase(text);
            for (int place = 0; place < length; place++) {
                for (int value = 0; value < VALUE_COUNT; value++) {
                    final String other = text.substring(0, place) + (char) value + text.substring(place + 1);

                    assertEquals(text.equals(other), isEqual(exact, other), other);
                    assertEquals(text.equals(lowerCase(other)), isEqual(ofAnyCase, other), other);
                }
            }
        }
    }

    private static boolean isEqual(Word word, String text) {
        final WatchedBuffer bytes = new WatchedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
        return word.equalsBytes(
                bytes.arrived(text.length()), WatchedBuffer.OFFSET, WatchedBuffer.OFFSET + text.length());
    }

    private static String lowerCase(String text) {
        final StringBuilder lower = new StringBuilder();
        text.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)));
        return lower.toString();
    }
}
