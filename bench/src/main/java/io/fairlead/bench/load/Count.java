package io.fairlead.bench.load;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of things, of which there is at least one. <b>Thread safe.</b> */
public final class Count implements ITypeConverter<Integer> {
    private static final int LIMIT = 100_000_000;

    @Override
    public Integer convert(String text) {
        try {
            final int value = Integer.parseInt(text);
            if (value > 0 && value <= LIMIT) {
                return value;
            }
        } catch (final NumberFormatException ignored) {
            // Told below.
        }
        throw new TypeConversionException("'" + text + "' is not a number from 1 to " + LIMIT);
    }
}
