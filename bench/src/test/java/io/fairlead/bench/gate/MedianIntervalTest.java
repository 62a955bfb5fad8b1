package io.fairlead.bench.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ranks are those of the sign test's tables for 95 %. */
final class MedianIntervalTest {
    @ParameterizedTest
    @CsvSource({
        // values 1 to count: median, lower end, upper end
        "6,  3.5, 1, 6",
        "9,  5,   2, 8",
        "15, 8,   4, 12",
        "20, 10.5, 6, 15",
        "25, 13,  8, 18"
    })
    void shouldLieBetweenTheRanksOfTheSignTest(int count, double median, double lower, double upper) {
        final double[] values =
                IntStream.range(0, count).mapToDouble(i -> count - i).toArray();
        assertEquals(new MedianInterval(median, lower, upper, count), MedianInterval.of(values));
    }

    @Test
    void shouldNotJudgeALimitWithinTheInterval() {
        final MedianInterval interval = MedianInterval.of(1, 2, 3, 4, 5, 6);
        assertEquals(MedianInterval.Verdict.ABOVE, interval.against(0.9));
        assertEquals(MedianInterval.Verdict.UNDECIDED, interval.against(1));
        assertEquals(MedianInterval.Verdict.UNDECIDED, interval.against(5.9));
        assertEquals(MedianInterval.Verdict.WITHIN, interval.against(6));
    }

    @Test
    void shouldRejectTooFewValues() {
        assertThrows(IllegalArgumentException.class, () -> MedianInterval.of(1, 2, 3, 4, 5));
    }
}
