package io.fairlead.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the tables of the binomial distribution that textbooks have. */
final class MedianIntervalTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 0.0",
        "2, 1, 2, 50.0",
        "5, 1, 5, 93.75",
        "6, 1, 6, 96.875",
        "7, 1, 7, 98.4375",
        "8, 1, 8, 99.21875",
        "9, 2, 8, 96.09375",
        "10, 2, 9, 97.8515625",
        "12, 3, 10, 96.142578125",
        "15, 4, 12, 96.484375",
        "20, 6, 15, 95.861",
        "25, 8, 18, 95.671"
    })
    void shouldTakeTheNarrowestPairThatCovers(int count, int low, int high, double coverage) {
        // From the last to the first: the order that they come in does not matter.
        final MedianInterval interval = MedianInterval.of(
                DoubleStream.iterate(count, value -> value - 1).limit(count).toArray());
        assertEquals(low, interval.low());
        assertEquals(high, interval.high());
        assertEquals(coverage / 100, interval.coverage(), 0.000_01);
        assertEquals((count + 1) / 2.0, interval.median());
    }

    @Test
    void shouldSayWhenTheRoundsAreTooFew() {
        assertTrue(MedianInterval.explanation(5).contains("in 93.8 % of cases only"));
        assertTrue(MedianInterval.explanation(6).contains("in 96.9 % of cases."));
    }

    @Test
    void shouldTakeTheMeanOfTheMiddleTwoWhenTheirCountIsEven() {
        assertEquals(2.5, MedianInterval.of(4, 1, 3, 2).median());
    }

    @Test
    void shouldRefuseNothingAtAll() {
        assertThrows(IllegalArgumentException.class, MedianInterval::of);
    }

    @Test
    void shouldPrintADashWhenARoundTellsNothing() {
        assertEquals("–", MedianInterval.of(1, Double.NaN).toString());
    }

    @Test
    void shouldPrintMedianAndInterval() {
        assertEquals("2.00 (1.00–3.00)", MedianInterval.of(3, 1, 2).toString());
    }
}
