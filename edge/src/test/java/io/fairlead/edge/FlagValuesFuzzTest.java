package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Any text as a duration and as a client prefix: what it says, number by number, and what is refused says so. */
class FlagValuesFuzzTest {
    private static final Pattern PART = Pattern.compile("([0-9]+)([a-z]+)");
    private static final long LARGEST_DAYS = 999_999_999;

    @FuzzTest
    void shouldReadOrRefuseWhenFuzzed(byte[] input) {
        final String text = FuzzedFlag.text(input);
        final Duration duration = FuzzedFlag.parse(text, DurationFlag::parse, value -> write(value, text));
        if (duration != null) {
            assertFalse(duration.isNegative(), text);
            assertEquals(sum(text), duration);
        }
        final PortSharing sharing = FuzzedFlag.parse(text, PortSharing::parse, FlagValuesFuzzTest::write);
        if (sharing != null && sharing.groupSize() > 0) {
            assertTrue(sharing.isOn() && sharing.groupSize() >= 2 && sharing.groupSize() <= 1024, text);
            assertEquals(Integer.parseInt(text), sharing.groupSize());
        }
        final ClientPrefix prefix =
                FuzzedFlag.parse(text, ClientPrefix::parse, value -> value.bits4() + "/" + value.bits6());
        if (prefix != null) {
            assertTrue(prefix.bits4() >= 0 && prefix.bits4() <= 32, text);
            assertTrue(prefix.bits6() >= 0 && prefix.bits6() <= 128, text);
            assertEquals(text.replaceAll("0*([0-9]+)/0*([0-9]+)", "$1/$2"), prefix.bits4() + "/" + prefix.bits6());
        }
    }

    /** Each unit's number below the next unit's size; as it was said where the days would not fit. */
    private static String write(Duration duration, String text) {
        if (duration.toDays() > LARGEST_DAYS) {
            return text;
        }
        return duration.toDaysPart() + "d" + duration.toHoursPart() + "h" + duration.toMinutesPart() + "m"
                + duration.toSecondsPart() + "s" + duration.toMillisPart() + "ms";
    }

    private static String write(PortSharing sharing) {
        return sharing.groupSize() > 0 ? Integer.toString(sharing.groupSize()) : sharing.isOn() ? "on" : "off";
    }

    private static Duration sum(String text) {
        final Matcher part = PART.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (part.lookingAt()) {
            final long number = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "d" -> Duration.ofHours(24 * number);
                        case "h" -> Duration.ofMinutes(60 * number);
                        case "m" -> Duration.ofSeconds(60 * number);
                        case "s" -> Duration.ofMillis(1000 * number);
                        case "ms" -> Duration.ofMillis(number);
                        default -> throw new AssertionError(text);
                    });
            end = part.end();
            part.region(end, text.length());
        }
        assertEquals(text.length(), end, text);
        return sum;
    }
}
