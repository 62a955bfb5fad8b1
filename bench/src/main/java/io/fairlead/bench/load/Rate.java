package io.fairlead.bench.load;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The rate of an open loop; none, a null, makes a loop a closed one. <b>Immutable.</b>
 *
 * @param perSecond more than 0.
 */
record Rate(long perSecond) {
    /** More than any client can begin. */
    private static final long LIMIT = 10_000_000;

    /** What it adds to a rig's name. */
    static String suffix(Rate rate) {
        return rate == null ? "" : "@" + rate.perSecond;
    }

    /** What it adds to a rig's title. */
    static String title(Rate rate) {
        return rate == null ? "" : ", " + rate.perSecond + " a second";
    }

    /** A schedule of its own for each target, or null. */
    static Schedule schedule(Rate rate) {
        return rate == null ? null : new Schedule(rate.perSecond);
    }

    /** Reads a number. */
    static final class Converter implements ITypeConverter<Rate> {
        @Override
        public Rate convert(String text) {
            try {
                final long value = Long.parseLong(text);
                if (value > 0 && value <= LIMIT) {
                    return new Rate(value);
                }
            } catch (final NumberFormatException ignored) {
                // Told below.
            }
            throw new TypeConversionException("'" + text + "' is not a number of operations a second, 1 to " + LIMIT);
        }
    }
}
