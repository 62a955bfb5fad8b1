package io.fairlead.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Against the binomial distribution worked out by hand. */
final class MedianIntervalTest {
    @Test
    void shouldTakeTheMedianWhenValuesAreUnsorted() {
        assertEquals(3, MedianInterval.of(5, 1, 3).median());
        assertEquals(2.5, MedianInterval.of(4, 1, 3, 2).median());
    }

    @Test
    void shouldTellLeastAndMostWithTheirCoverageWhenRoundsAreFew() {
        assertEquals(new MedianInterval(7, 7, 7, 0), MedianInterval.of(7));
        assertEquals(new MedianInterval(3, 1, 5, 1 - 2.0 / 32), MedianInterval.of(5, 4, 3, 2, 1));
    }

    @Test
    void shouldTakeTheNarrowestPairThatCoversEnough() {
        assertEquals(1, MedianInterval.rank(6));
        assertEquals(1 - 2.0 / 64, MedianInterval.coverage(6, 1), 1e-12);
        assertEquals(1, MedianInterval.rank(8));
        assertEquals(2, MedianInterval.rank(9));
        assertEquals(1 - 2 * 10.0 / 512, MedianInterval.coverage(9, 2), 1e-12);
        assertEquals(new MedianInterval(5, 2, 8, 1 - 20.0 / 512), MedianInterval.of(9, 8, 7, 6, 5, 4, 3, 2, 1));
        assertEquals(6, MedianInterval.rank(20));
        assertEquals(1 - 2 * 21_700.0 / 1_048_576, MedianInterval.coverage(20, 6), 1e-12);
    }

    @Test
    void shouldRefuseWhenThereAreNoValues() {
        assertThrows(IllegalArgumentException.class, MedianInterval::of);
    }
}
