package io.fairlead.edge;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations on the command line: {@code 500ms}, {@code 5s}, {@code 1h30m}, {@code 2d}. <b>Thread safe.</b> */
final class DurationFlag implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile(
            "(?:(?<d>\\d{1,9})d)?(?:(?<h>\\d{1,9})h)?(?:(?<m>\\d{1,9})m)?(?:(?<s>\\d{1,9})s)?(?:(?<ms>\\d{1,12})ms)?");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    @Override
    public Duration convert(String value) {
        return parse(value);
    }

    /**
     * Read a duration.
     *
     * @param text numbers, each with its unit, the larger units first.
     * @return the duration, not negative.
     * @throws TypeConversionException that says what is wrong with the text.
     */
    static Duration parse(String text) {
        if (NUMBER.matcher(text).matches()) {
            throw new TypeConversionException(
                    "'" + text + "': the unit is missing: write " + text + "s or " + text + "ms");
        }
        final Matcher matcher = FORM.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is not a duration: write it like 500ms, 5s, 10m, 1h30m or 2d");
        }
        return Duration.ofDays(number(matcher, "d"))
                .plusHours(number(matcher, "h"))
                .plusMinutes(number(matcher, "m"))
                .plusSeconds(number(matcher, "s"))
                .plusMillis(number(matcher, "ms"));
    }

    /**
     * A duration for a message.
     *
     * @param duration any.
     * @return such as {@code 60 s} or {@code 500 ms}.
     */
    static String text(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    private static long number(Matcher matcher, String unit) {
        final String digits = matcher.group(unit);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
