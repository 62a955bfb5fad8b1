package io.fairlead.core.simulation.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimedQueueTest {
    private static final int STEP_COUNT = 20_000;

    private record Entry(long timeNs, int kind, String target) {}

    @ParameterizedTest
    @ValueSource(longs = {0, -1_000_000, Long.MAX_VALUE - 500, Long.MIN_VALUE})
    void shouldTakeByTimeAndThenByAgeWhereverTheClockIs(long startNs) {
        final SplittableRandom random = new SplittableRandom(startNs);
        final TimedQueue<String> queue = new TimedQueue<>();
        final List<Entry> model = new ArrayList<>();
        for (int step = 0; step < STEP_COUNT; step++) {
            // More are added than taken, then the other way round, so that it grows and empties.
            final boolean isGrowing = step % 4_000 < 2_000;
            if (model.isEmpty() || random.nextInt(10) < (isGrowing ? 7 : 3)) {
                final Entry entry = new Entry(startNs + random.nextInt(1_000), random.nextInt(4), "target " + step);
                queue.add(entry.timeNs(), entry.kind(), entry.target());
                model.add(entry);
                // Stable, and relative to the start as the clock may wrap.
                model.sort(Comparator.comparingLong(other -> other.timeNs() - startNs));
            } else {
                final Entry expected = model.remove(0);
                assertEquals(expected.timeNs(), queue.firstNs());
                queue.take();
                assertEquals(expected.kind(), queue.kind());
                assertEquals(expected.target(), queue.target());
            }
            assertEquals(model.isEmpty(), queue.isEmpty());
        }
    }

    @Test
    void shouldHoldNothingWhenCleared() {
        final TimedQueue<String> queue = new TimedQueue<>();
        for (int i = 0; i < 1_000; i++) {
            queue.add(i % 7, i, "before");
        }

        queue.clear();
        assertTrue(queue.isEmpty());

        queue.add(2, 1, "second");
        queue.add(1, 1, "first");
        queue.take();
        assertEquals("first", queue.target());
    }
}
