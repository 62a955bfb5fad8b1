package io.fairlead.bench.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fairlead.bench.MedianInterval;
import org.junit.jupiter.api.Test;

final class RatioTest {
    @Test
    void shouldNotJudgeALimitWithinTheInterval() {
        final MedianInterval interval = MedianInterval.of(1, 2, 3, 4, 5, 6);
        assertEquals(Ratio.Verdict.ABOVE, Ratio.verdict(interval, 0.9));
        assertEquals(Ratio.Verdict.UNDECIDED, Ratio.verdict(interval, 1));
        assertEquals(Ratio.Verdict.UNDECIDED, Ratio.verdict(interval, 5.9));
        assertEquals(Ratio.Verdict.WITHIN, Ratio.verdict(interval, 6));
    }
}
