package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import picocli.CommandLine.TypeConversionException;

/** What every flag's value is held to, whatever was written. */
final class FuzzedFlag {
    private FuzzedFlag() {}

    static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }

    /**
     * A text is a value, and that value written down is the same value again; or it is refused with a sentence that quotes
     * it. Nothing else is thrown.
     *
     * @return the value, or null if the text was refused.
     */
    static <T> T parse(String text, Function<String, T> parser, Function<T, String> writer) {
        final T value;
        try {
            value = parser.apply(text);
        } catch (final TypeConversionException e) {
            assertTrue(e.getMessage().matches("(?s)'.*'.{10,}"), e::getMessage);
            return null;
        }
        final String written = writer.apply(value);
        assertEquals(value, parser.apply(written), written);
        return value;
    }
}
