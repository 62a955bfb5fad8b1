package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.bench.MedianInterval;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shares and ratios are taken within a round, and only then a median of the rounds. */
final class ComparisonTest {
    private final Comparison comparison = new Comparison(
            List.of(
                    sample("direct", 0, 10),
                    sample("nginx", 0, 15),
                    sample("fairlead", 0, 16),
                    sample("direct", 1, 20),
                    sample("nginx", 1, 30),
                    sample("fairlead", 1, 30),
                    sample("direct", 2, 10),
                    sample("nginx", 2, 14),
                    sample("fairlead", 2, 15)),
            "direct",
            "nginx",
            false);

    @Test
    void shouldTakeSharesAndRatiosWithinARound() {
        assertEquals(new MedianInterval(16, 15, 30, 0.75), comparison.each("fairlead", Sample::wallUs));
        assertEquals(new MedianInterval(6, 5, 10, 0.75), comparison.share("fairlead", Sample::wallUs));
        assertEquals(new MedianInterval(1.2, 1.0, 1.25, 0.75), comparison.ratio("fairlead", Sample::wallUs));
        assertEquals(new MedianInterval(1, 1, 1, 0.75), comparison.ratio("nginx", Sample::wallUs));
    }

    @Test
    void shouldSayWhenSomethingElseRan() {
        assertTrue(comparison.disturbance().contains("9 of 9 windows were below"));
    }

    @Test
    void shouldTakeTheMeanOfTheMiddleTwo() {
        assertEquals(new MedianInterval(2.5, 1, 4, 0.875), MedianInterval.of(4, 1, 3, 2));
    }

    private static Sample sample(String subject, int round, long us) {
        return new Sample(subject, round, 0, 1000, 64, us * 1_000_000, 0, 0, 0, 0, 0);
    }
}
