package io.fairlead.edge;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How many leading bits of an address make a client key: {@code 32/64}. <b>Immutable.</b>
 *
 * @param bits4 of an IPv4 address.
 * @param bits6 of an IPv6 address.
 */
record ClientPrefix(int bits4, int bits6) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,3})/(\\d{1,3})");

    /** Reads the value of a flag. */
    static final class Converter implements ITypeConverter<ClientPrefix> {
        @Override
        public ClientPrefix convert(String value) {
            return parse(value);
        }
    }

    /**
     * Read both lengths.
     *
     * @param text such as {@code 24/56}.
     * @return the lengths.
     * @throws TypeConversionException that says what is wrong with the text.
     */
    static ClientPrefix parse(String text) {
        final Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            final int bits4 = Integer.parseInt(matcher.group(1));
            final int bits6 = Integer.parseInt(matcher.group(2));
            if (bits4 <= 32 && bits6 <= 128) {
                return new ClientPrefix(bits4, bits6);
            }
        }
        throw new TypeConversionException(
                "'" + text
                        + "': write the bits of an IPv4 address (0 to 32), a slash, and those of an IPv6 address (0 to 128): 32/64");
    }
}
