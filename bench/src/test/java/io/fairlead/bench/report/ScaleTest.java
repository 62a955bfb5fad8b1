package io.fairlead.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ticks are few, ascending, and hold every value between them. */
final class ScaleTest {
    @Test
    void shouldStepByOneTwoOrFive() {
        assertEquals(
                List.of(0.0, 5.0, 10.0, 15.0, 20.0),
                Scale.linear(3, 19, Figures::count).ticks());
        assertEquals(
                List.of(20.0, 50.0, 100.0, 200.0),
                Scale.logarithmic(30, 150, Figures::count).ticks());
    }

    @Test
    void shouldHoldEveryRangeBetweenSaneTicks() {
        final Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            final double least = Math.pow(10, random.nextInt(18) - 6) * (1 + random.nextDouble());
            final double most = least * Math.pow(10, random.nextInt(9)) * (1 + random.nextDouble());
            check(Scale.linear(least, most, Figures::count), 0, most);
            check(Scale.linear(-most, least, Figures::count), -most, least);
            check(Scale.logarithmic(least, most, Figures::count), least, most);
            check(Scale.logarithmic(most, most, Figures::count), most, most);
        }
    }

    @Test
    void shouldGiveEachFurtherNineTheSameRoom() {
        final Scale scale = Scale.percentile();
        assertEquals(
                scale.position(1_000) - scale.position(100), scale.position(10_000) - scale.position(1_000), 1e-12);
        assertEquals(
                List.of("50 %", "90 %", "99 %", "99.9 %", "99.99 %"),
                scale.ticks().stream().map(scale::label).toList());
    }

    @Test
    void shouldRefuseWhatHasNoPlace() {
        assertThrows(IllegalArgumentException.class, () -> Scale.logarithmic(0, 1, Figures::count));
        assertThrows(IllegalArgumentException.class, () -> Scale.linear(0, Double.NaN, Figures::count));
    }

    private static void check(Scale scale, double least, double most) {
        final List<Double> ticks = scale.ticks();
        final String told = least + " to " + most + ": " + ticks;
        assertTrue(ticks.size() >= 2 && ticks.size() <= 14, told);
        assertTrue(scale.position(least) > -1e-9 && scale.position(most) < 1 + 1e-9, told);
        for (int i = 1; i < ticks.size(); i++) {
            assertTrue(ticks.get(i) > ticks.get(i - 1), told);
        }
    }
}
