package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fairlead.core.TransportKind;
import io.fairlead.core.loop.BalancePolicy;
import io.fairlead.core.loop.CheckKind;
import io.fairlead.core.loop.Failback;
import io.fairlead.core.loop.PeekMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class FlagValuesTest {
    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "5s, PT5S",
        "10m, PT10M",
        "1h, PT1H",
        "1h30m, PT1H30M",
        "2d, PT48H",
        "1d2h3m4s5ms, PT26H3M4.005S",
        "0s, PT0S",
        "90s, PT1M30S",
    })
    void shouldReadDurations(String text, Duration duration) {
        assertEquals(duration, DurationFlag.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            quoteCharacter = '"',
            value = {
                "\"\"    | '' is not a duration: write it like 500ms, 5s, 10m, 1h30m or 2d",
                "s     | 's' is not a duration: write it like 500ms, 5s, 10m, 1h30m or 2d",
                "-5s   | '-5s' is not a duration: write it like 500ms, 5s, 10m, 1h30m or 2d",
                "5 s   | '5 s' is not a duration: write it like 500ms, 5s, 10m, 1h30m or 2d",
                "1.5s  | '1.5s' is not a duration: write it like 500ms, 5s, 10m, 1h30m or 2d",
                "5S    | '5S' is not a duration: write it like 500ms, 5s, 10m, 1h30m or 2d",
                "30m1h | '30m1h' is not a duration: write it like 500ms, 5s, 10m, 1h30m or 2d",
                "1h1h  | '1h1h' is not a duration: write it like 500ms, 5s, 10m, 1h30m or 2d",
                "1w    | '1w' is not a duration: write it like 500ms, 5s, 10m, 1h30m or 2d",
                "9999999999s | '9999999999s' is not a duration: write it like 500ms, 5s, 10m, 1h30m or 2d",
                "5     | '5': the unit is missing: write 5s or 5ms",
            })
    void shouldSayWhyWhenNoDuration(String text, String message) {
        assertEquals(
                message,
                assertThrows(TypeConversionException.class, () -> DurationFlag.parse(text))
                        .getMessage());
    }

    @Test
    void shouldWriteDurationsForMessages() {
        assertEquals("60 s", DurationFlag.text(Duration.ofMinutes(1)));
        assertEquals("1500 ms", DurationFlag.text(Duration.ofMillis(1500)));
    }

    @Test
    void shouldReadPrefixes() {
        assertEquals(new ClientPrefix(32, 64), ClientPrefix.parse("32/64"));
        assertEquals(new ClientPrefix(0, 128), ClientPrefix.parse("0/128"));
    }

    @ParameterizedTest
    @CsvSource({"32", "33/64", "32/129", "/", "a/b", "32/64/1", "-1/64"})
    void shouldSayWhyWhenNoPrefix(String text) {
        assertEquals(
                "'" + text + "': write the bits of an IPv4 address (0 to 32), a slash, and those of an IPv6 address"
                        + " (0 to 128): 32/64",
                assertThrows(TypeConversionException.class, () -> ClientPrefix.parse(text))
                        .getMessage());
    }

    @Test
    void shouldReadChoices() {
        assertEquals(BalancePolicy.ROUND_ROBIN, new Choice.Policy().convert("round-robin"));
        assertEquals(PeekMode.REQUIRED, new Choice.Peek().convert("required"));
        assertEquals(Choice.Switch.OFF, new Choice.OnOff().convert("off"));
        assertEquals(TransportKind.EPOLL, new Choice.Transport().convert("epoll"));
        assertEquals(Choice.Splice.OFF, new Choice.Splicing().convert("off"));
    }

    @Test
    void shouldReadChoicesAboutHealth() {
        assertEquals(CheckKind.WEBSOCKET, new Choice.Check().convert("websocket"));
        assertEquals(Choice.Start.DOWN, new Choice.StartState().convert("down"));
        assertEquals(Failback.OWNER, new Choice.FailbackTo().convert("owner"));
        assertEquals(Choice.OnDown.CLOSE, new Choice.WhenDown().convert("close"));
    }

    @ParameterizedTest
    @CsvSource({"204, 204, 204", "200-299, 200, 299", "100-599, 100, 599", "404-404, 404, 404"})
    void shouldReadStatuses(String text, int least, int most) {
        assertEquals(new HealthFlags.StatusRange(least, most), new HealthFlags.StatusRange.Converter().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20", "2000", "099", "600", "200-", "-299", "200-600", "200-299-300", "2xx", "200 299"})
    void shouldSayWhyWhenNoStatuses(String text) {
        assertEquals(
                "'" + text + "' is neither a status nor a range: write 204, or 200-299",
                assertThrows(TypeConversionException.class, () -> new HealthFlags.StatusRange.Converter().convert(text))
                        .getMessage());
    }

    @Test
    void shouldSayWhyWhenStatusesAreReversed() {
        assertEquals(
                "'299-200': the larger status comes second",
                assertThrows(
                                TypeConversionException.class,
                                () -> new HealthFlags.StatusRange.Converter().convert("299-200"))
                        .getMessage());
    }

    @Test
    void shouldReadHowPortsAreShared() {
        assertEquals(new PortSharing(false, 0), PortSharing.parse("off"));
        assertEquals(new PortSharing(true, 0), PortSharing.parse("on"));
        assertEquals(new PortSharing(true, 2), PortSharing.parse("2"));
        assertEquals(new PortSharing(true, 1024), PortSharing.parse("1024"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1", "1025", "99999", "-2", "yes", "0/4"})
    void shouldSayWhyWhenNoPortSharing(String text) {
        assertEquals(
                "'" + text + "': write off, on, or how many processes share the port, from 2 to 1024",
                assertThrows(TypeConversionException.class, () -> PortSharing.parse(text))
                        .getMessage());
    }

    @Test
    void shouldListTheWordsWhenNoChoice() {
        assertEquals(
                "'roundrobin': choose one of source, round-robin, least-connections",
                assertThrows(TypeConversionException.class, () -> new Choice.Policy().convert("roundrobin"))
                        .getMessage());
    }
}
