package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against the JDK's. */
final class LongQueueTest {
    @Test
    void shouldKeepTheOrderWhenItGrowsAtAnyPlace() {
        final Random random = new Random(11);
        final LongQueue queue = new LongQueue();
        final ArrayDeque<Long> model = new ArrayDeque<>();
        for (int step = 0; step < 10_000; step++) {
            if (model.isEmpty() || random.nextInt(100) < 51) {
                queue.add(step);
                model.add((long) step);
            } else {
                assertEquals(model.remove(), queue.remove());
            }
            assertEquals(model.size(), queue.size());
        }
        queue.clear();
        assertThrows(IllegalStateException.class, queue::remove);
    }
}
