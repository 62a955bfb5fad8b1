package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Times of a schedule, by a clock of the test's own. */
final class ScheduleTest {
    private final Schedule schedule = new Schedule(3);
    private final long startNs;

    ScheduleTest() {
        // System.nanoTime may pass the largest long.
        startNs = Long.MAX_VALUE - 1000;
    }

    @Test
    void shouldNotDriftWhenTheIntervalIsNoWholeNumber() {
        schedule.start(0);
        for (int i = 0; i < 3_000_000; i++) {
            schedule.begin(0);
        }
        assertTrue(Math.abs(schedule.nextNs() - 1_000_000_000_000_000L) <= 1);
    }

    @Test
    void shouldCountTheWindowAndWhatWasLateThere() {
        schedule.start(startNs);
        schedule.window(startNs + 300_000_000, startNs + 1_300_000_000);
        schedule.begin(startNs + 5_000_000);
        assertEquals(0, schedule.dueCount());
        schedule.begin(schedule.nextNs() + 1_000_000);
        schedule.begin(schedule.nextNs() + 1_000_001);
        schedule.begin(schedule.nextNs());
        schedule.begin(schedule.nextNs());
        assertEquals(3, schedule.dueCount());
        assertEquals(1, schedule.lateCount());
    }
}
