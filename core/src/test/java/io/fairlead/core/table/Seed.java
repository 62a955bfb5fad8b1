package io.fairlead.core.table;

import java.util.Random;

/** Random tests whose failure tells the seed to repeat it with: {@code -Dfairlead.seed=…}; without it every run differs. */
final class Seed {
    private static final String PROPERTY = "fairlead.seed";

    private Seed() {}

    static void with(SeededTest test) {
        final long seed = Long.getLong(PROPERTY, System.nanoTime());
        try {
            test.run(new Random(seed));
        } catch (final AssertionError | RuntimeException failure) {
            throw new AssertionError("with -D" + PROPERTY + "=" + seed + ": " + failure.getMessage(), failure);
        }
    }

    interface SeededTest {
        void run(Random random);
    }
}
