package io.fairlead.bench.load;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time in seconds, longer than none. <b>Thread safe.</b> */
public final class Seconds implements ITypeConverter<Double> {
    private static final double LIMIT = 86_400;

    @Override
    public Double convert(String text) {
        try {
            final double value = Double.parseDouble(text);
            if (value > 0 && value <= LIMIT) {
                return value;
            }
        } catch (final NumberFormatException ignored) {
            // Told below.
        }
        throw new TypeConversionException("'" + text + "' is not a number of seconds above 0 and up to a day");
    }
}
