package io.fairlead.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateSketchTest {
    private static final long HASH_SEED = 0x1234_5678_9ABC_DEF0L;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long IPV4 = 0xFFFFL << Integer.SIZE;
    private static final int RATE = 10;
    private static final int BURST = 20;
    private static final long INTERVAL_NS = SECOND_NS / RATE;

    /** A clock may start anywhere, also just before it wraps, or passes zero. */
    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                -INTERVAL_NS,
                -3 * SECOND_NS,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                Long.MAX_VALUE - 3 * SECOND_NS
            })
    void shouldAllowBurstThenRateWhereverTheClockStarts(long startNs) {
        final RateSketch sketch = new RateSketch(RATE, BURST, HASH_SEED);
        long nowNs = startNs;
        for (int i = 0; i < BURST; i++) {
            assertTrue(sketch.tryTake(1, 2, nowNs), "of the burst");
        }
        assertFalse(sketch.tryTake(1, 2, nowNs));
        for (int i = 0; i < 5 * RATE; i++) {
            assertFalse(sketch.tryTake(1, 2, nowNs + INTERVAL_NS - 1), "and a refused one consumes nothing");
            nowNs += INTERVAL_NS;
            assertTrue(sketch.tryTake(1, 2, nowNs), "of the rate");
        }
        nowNs += BURST * INTERVAL_NS;
        for (int i = 0; i < BURST; i++) {
            assertTrue(sketch.tryTake(1, 2, nowNs), "of the burst after a pause");
        }
        assertFalse(sketch.tryTake(1, 2, nowNs));
    }

    @Test
    void shouldTellBothHalvesOfKeyApart() {
        final RateSketch sketch = new RateSketch(1, 1, HASH_SEED);
        assertTrue(sketch.tryTake(1, 2, 0));
        assertTrue(sketch.tryTake(2, 1, 0));
        assertTrue(sketch.tryTake(1, 1, 0));
        assertTrue(sketch.tryTake(2, 2, 0));
        assertFalse(sketch.tryTake(1, 2, 0));
    }

    /** Cells must be few, so that most keys share all of theirs: whatever others do, nobody gets more. */
    @ParameterizedTest
    @CsvSource({"1, 8, 1", "2, 8, 5", "10, 64, 20", "1000, 64, 3", "3, 1024, 1"})
    void shouldNeverAllowMoreThanMeterOfKeyAloneWhenCrowded(int rate, int width, int burst) {
        Seed.with(random -> {
            final RateSketch sketch = new RateSketch(rate, burst, random.nextLong(), width);
            final Meter meter = new Meter(rate, burst);
            long nowNs = random.nextLong();
            int refusedCount = 0;
            int falselyRefusedCount = 0;
            for (int i = 0; i < 50_000; i++) {
                // Some 1.6 keys a cell, of which the busiest take several times their rate; who they are changes.
                nowNs += random.nextInt(3) == 0 ? (long) (random.nextDouble() * 2 * SECOND_NS / rate / width) : 0;
                final int key = (int) (Math.abs(random.nextGaussian()) * 2 * width) + i / 10_000 * width;
                final boolean conforms = meter.conforms(key, nowNs);
                final boolean taken = sketch.tryTake(key % 2, IPV4 + key, nowNs);
                assertTrue(conforms || !taken, "more than the rate and the burst");
                if (taken) {
                    meter.take(key, nowNs);
                }
                refusedCount += taken ? 0 : 1;
                falselyRefusedCount += conforms && !taken ? 1 : 0;
            }
            assertTrue(refusedCount > 1000 && refusedCount < 49_000, "refused " + refusedCount);
            assertTrue(falselyRefusedCount > 0, "crowded enough to see a difference");
        });
    }

    /** A probability below 10^-12 that one of the few differs: it would have to share all of four cells. */
    @Test
    void shouldAgreeWithMeterWhenKeysAreFew() {
        Seed.with(random -> {
            final RateSketch sketch = new RateSketch(RATE, BURST, random.nextLong());
            final Meter meter = new Meter(RATE, BURST);
            long nowNs = random.nextLong();
            int refusedCount = 0;
            for (int i = 0; i < 100_000; i++) {
                nowNs += random.nextInt((int) (INTERVAL_NS / 25));
                final int key = random.nextInt(20) * random.nextInt(2);
                final boolean conforms = meter.conforms(key, nowNs);
                assertEquals(conforms, sketch.tryTake(0, IPV4 + key, nowNs));
                if (conforms) {
                    meter.take(key, nowNs);
                }
                refusedCount += conforms ? 0 : 1;
            }
            assertTrue(refusedCount > 1000 && refusedCount < 99_000, "refused " + refusedCount);
        });
    }

    /** Half a take a second each: with 1.5 of them in a cell, sums would be spent in a row or other, but not in four. */
    @Test
    void shouldNotRefuseBystandersWhenHundredThousandOthersFlood() {
        Seed.with(random -> {
            final int floodPerSecond = 50_000;
            final int falselyRefusedCount = falseRefusals(random, 100_000, floodPerSecond, 10);
            assertEquals(0, falselyRefusedCount, "of 20,000 takes of bystanders");
        });
    }

    /** 5,000 sources hammer at ten times their rate: each gets its rate and no more, and others all of theirs. */
    @Test
    void shouldNotRefuseBystandersWhenThousandsAreOverTheirLimit() {
        Seed.with(random -> {
            final int falselyRefusedCount = falseRefusals(random, 5_000, 5_000 * RATE * 10, 4);
            // Of 1,000 bystanders (5,000 / 65,536)^4 share all cells: one in 30 runs has one, which takes 8 times.
            assertTrue(falselyRefusedCount <= 2 * 8, "falsely refused " + falselyRefusedCount);
        });
    }

    /** What an intruder's many keys leave behind is gone when its burst is over. */
    @Test
    void shouldForgetWhenTimePasses() {
        final RateSketch sketch = new RateSketch(RATE, BURST, HASH_SEED, 8);
        long nowNs = -SECOND_NS / 2;
        for (int i = 0; i < 100_000; i++) {
            nowNs += SECOND_NS / 100_000;
            sketch.tryTake(0, IPV4 + i, nowNs);
        }
        assertFalse(sketch.tryTake(1, 1, nowNs), "saturated");
        nowNs += BURST * INTERVAL_NS;
        for (int i = 0; i < BURST; i++) {
            assertTrue(sketch.tryTake(1, 1, nowNs));
        }
    }

    @Test
    void shouldTakeMemoryItToldAndNoMore() throws ReflectiveOperationException {
        final Field dueTimes = RateSketch.class.getDeclaredField("dueTimes");
        dueTimes.setAccessible(true);
        final RateSketch sketch = new RateSketch(RATE, BURST, HASH_SEED);
        assertEquals(2 * 1024 * 1024, RateSketch.length());
        assertEquals(
                RateSketch.length(), ((Records) dueTimes.get(sketch)).buffer().capacity());
    }

    @Test
    void shouldNotOverflowAtTheLimits() {
        final RateSketch sketch = new RateSketch(1, RateSketch.BURST_LIMIT, HASH_SEED, 8);
        for (int i = 0; i < RateSketch.BURST_LIMIT; i++) {
            assertTrue(sketch.tryTake(1, 1, Long.MAX_VALUE));
        }
        assertFalse(sketch.tryTake(1, 1, Long.MAX_VALUE));
        assertTrue(sketch.tryTake(1, 1, Long.MAX_VALUE + SECOND_NS));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-1, 1", "1000001, 1", "1, 1000001"})
    void shouldRefuseSettingsOutOfRange(int rate, int burst) {
        assertThrows(IllegalArgumentException.class, () -> new RateSketch(rate, burst, HASH_SEED));
    }

    /**
     * So many other keys take so often a second, in random order, while each of 1,000 bystanders takes twice a second.
     *
     * @return how often a bystander was refused.
     */
    private static int falseRefusals(Random random, int keyCount, int perSecond, int seconds) {
        final int bystanderCount = 1_000;
        final RateSketch sketch = new RateSketch(RATE, BURST, random.nextLong());
        final int takesPerBystander = perSecond / (2 * bystanderCount);
        final long startNs = random.nextLong();
        int falselyRefusedCount = 0;
        for (int i = 0; i < perSecond * seconds; i++) {
            final long nowNs = startNs + i * SECOND_NS / perSecond;
            sketch.tryTake(0, IPV4 + random.nextInt(keyCount), nowNs);
            if (i % takesPerBystander == 0) {
                final int bystander = i / takesPerBystander % bystanderCount;
                falselyRefusedCount += sketch.tryTake(1, bystander, nowNs) ? 0 : 1;
            }
        }
        return falselyRefusedCount;
    }

    /** The same algorithm for each key alone. */
    private static final class Meter {
        private final long intervalNs;
        private final long burstNs;
        private final Map<Integer, Long> dueTimes = new HashMap<>();

        Meter(int rate, int burst) {
            intervalNs = (SECOND_NS + rate - 1) / rate;
            burstNs = (burst - 1) * intervalNs;
        }

        boolean conforms(int key, long nowNs) {
            final Long dueNs = dueTimes.get(key);
            return dueNs == null || dueNs - nowNs <= burstNs;
        }

        void take(int key, long nowNs) {
            final Long dueNs = dueTimes.get(key);
            dueTimes.put(key, (dueNs == null || dueNs - nowNs < 0 ? nowNs : dueNs) + intervalNs);
        }
    }
}
