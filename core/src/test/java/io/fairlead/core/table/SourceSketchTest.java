package io.fairlead.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceSketchTest {
    private static final long HASH_SEED = 0x1234_5678_9ABC_DEF0L;
    private static final long IPV4 = 0xFFFFL << Integer.SIZE;

    @Test
    void shouldCountByBothHalvesOfKey() {
        final SourceSketch sketch = new SourceSketch(100, HASH_SEED);
        sketch.add(1, 2);
        sketch.add(1, 2);
        sketch.add(2, 1);
        assertEquals(2, sketch.count(1, 2));
        assertEquals(1, sketch.count(2, 1));
        assertEquals(0, sketch.count(1, 1));
        assertEquals(0, sketch.count(2, 2));
        sketch.remove(1, 2);
        assertEquals(1, sketch.count(1, 2));
        sketch.remove(1, 2);
        assertEquals(0, sketch.count(1, 2));
        assertEquals(1, sketch.count(2, 1));
    }

    @Test
    void shouldRefuseToRemoveWhatWasNotAdded() {
        final SourceSketch sketch = new SourceSketch(100, HASH_SEED);
        sketch.add(1, 2);
        sketch.remove(1, 2);
        assertThrows(IllegalStateException.class, () -> sketch.remove(1, 2));
        assertEquals(0, sketch.count(1, 2));
        sketch.add(1, 2);
        assertEquals(1, sketch.count(1, 2), "nothing was taken off");
    }

    /** A crowd far beyond the limit: three in four counts are too high, and none too low. */
    @Test
    void shouldNeverCountLessThanModelWhenCrowded() {
        Seed.with(random -> {
            final Model model = new Model(new SourceSketch(1, random.nextLong()), 3_000, random);
            for (int i = 0; i < 30_000; i++) {
                model.step(20_000);
            }
            model.check();
            assertTrue(model.tooHighCount() > 100, "crowded: " + model.tooHighCount());
            model.removeAll();
            assertEquals(0, model.tooHighCount(), "nothing is left of anybody");
        });
    }

    /** A probability of one in 10^9 that one of the few differs: two would have to share all of four cells. */
    @Test
    void shouldAgreeWithModelWhenKeysAreFew() {
        Seed.with(random -> {
            final Model model = new Model(new SourceSketch(1024, random.nextLong()), 20, random);
            for (int i = 0; i < 10_000; i++) {
                model.step(1024);
                model.checkEqual();
            }
        });
    }

    /** By Markov's bound at most one in 10^4 is counted 10 too high; with clients like these none should be. */
    @Test
    void shouldCountCloselyWhenAsManyAreConnectedAsMayBe() {
        Seed.with(random -> {
            final int limit = 100_000;
            final SourceSketch sketch = new SourceSketch(limit, random.nextLong());
            final int[] truth = new int[limit];
            for (int i = 0; i < limit; i++) {
                // One NAT with a tenth of all connections, others at random.
                final int key = random.nextInt(10) == 0 ? 0 : random.nextInt(limit);
                truth[key]++;
                sketch.add(0, IPV4 + key);
            }
            int worst = 0;
            for (int key = 0; key < limit; key++) {
                final int excess = sketch.count(0, IPV4 + key) - truth[key];
                assertTrue(excess >= 0, "never below the truth");
                worst = Math.max(worst, excess);
            }
            assertTrue(worst < 10, "counted too high by " + worst);
        });
    }

    /** A hundred sources that hold everything there is do not make others look like them. */
    @Test
    void shouldNotCountBystandersHighWhenFewSourcesHoldEverything() {
        Seed.with(random -> {
            final int limit = 10_000;
            final SourceSketch sketch = new SourceSketch(limit, random.nextLong());
            for (int i = 0; i < limit; i++) {
                sketch.add(0, IPV4 + i % 100);
            }
            int tooHighCount = 0;
            for (int key = 0; key < 100_000; key++) {
                tooHighCount += sketch.count(0, IPV4 + 1000 + key) >= 100 ? 1 : 0;
            }
            // Each has four of 16,384 cells in which a hundred are: 1.4e-9 that all are.
            assertEquals(0, tooHighCount);
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 1024", "1024, 1024", "1025, 2048", "100000, 131072", "67108864, 67108864"})
    void shouldTellMemory(int limit, long width) {
        assertEquals(width * 4 * Integer.BYTES, SourceSketch.length(limit));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1024, 1025, 100_000})
    void shouldTakeMemoryItTold(int limit) throws ReflectiveOperationException {
        final Field counts = SourceSketch.class.getDeclaredField("counts");
        counts.setAccessible(true);
        final SourceSketch sketch = new SourceSketch(limit, HASH_SEED);
        assertEquals(
                SourceSketch.length(limit),
                ((Records) counts.get(sketch)).buffer().capacity());
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, SourceSketch.CONNECTION_LIMIT + 1, Integer.MAX_VALUE})
    void shouldRefuseLimitOutOfRange(int limit) {
        assertThrows(IllegalArgumentException.class, () -> SourceSketch.length(limit));
        assertThrows(IllegalArgumentException.class, () -> new SourceSketch(limit, HASH_SEED));
    }

    private record Key(long hi, long lo) {}

    /** What the sketch promises, in plain collections. */
    private static final class Model {
        private final SourceSketch sketch;
        private final Random random;
        private final List<Key> keys = new ArrayList<>();
        private final List<Key> connections = new ArrayList<>();
        private final Map<Key, Integer> counts = new HashMap<>();

        Model(SourceSketch sketch, int keyCount, Random random) {
            this.sketch = sketch;
            this.random = random;
            for (int i = 0; i < keyCount; i++) {
                keys.add(new Key(i % 3, i));
            }
        }

        void step(int limit) {
            if (connections.size() < limit && random.nextInt(5) < 3) {
                final Key key = keys.get(random.nextInt(keys.size()));
                connections.add(key);
                counts.merge(key, 1, Integer::sum);
                sketch.add(key.hi, key.lo);
            } else if (!connections.isEmpty()) {
                remove(random.nextInt(connections.size()));
            }
        }

        void removeAll() {
            while (!connections.isEmpty()) {
                remove(connections.size() - 1);
            }
        }

        private void remove(int index) {
            final Key key = connections.get(index);
            connections.set(index, connections.get(connections.size() - 1));
            connections.remove(connections.size() - 1);
            counts.merge(key, -1, Integer::sum);
            sketch.remove(key.hi, key.lo);
        }

        void check() {
            for (final Key key : keys) {
                assertTrue(sketch.count(key.hi, key.lo) >= truth(key), "below the truth");
            }
        }

        void checkEqual() {
            for (final Key key : keys) {
                assertEquals(truth(key), sketch.count(key.hi, key.lo));
            }
        }

        int tooHighCount() {
            int tooHighCount = 0;
            for (final Key key : keys) {
                tooHighCount += sketch.count(key.hi, key.lo) > truth(key) ? 1 : 0;
            }
            return tooHighCount;
        }

        private int truth(Key key) {
            return counts.getOrDefault(key, 0);
        }
    }
}
