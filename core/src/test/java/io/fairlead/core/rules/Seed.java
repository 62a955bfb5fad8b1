package io.fairlead.core.rules;

/** The seed of this run's random tests: fixed, so that a build repeats; {@code -Dfairlead.seed=N} explores. */
final class Seed {
    static final long VALUE = Long.getLong("fairlead.seed", 20_261_123L);

    private Seed() {}
}
