package io.fairlead.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PinTableTest {
    private static final long HASH_SEED = 0x1234_5678_9ABC_DEF0L;
    private static final long TIMEOUT_NS = 1000;
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    @Test
    void shouldFindWhatWasBoundByListenerAndBothHalvesOfKey() {
        final PinTable pins = new PinTable(10, HASH_SEED);
        final int pin = pins.insert(1, 2, 3, 77);

        assertEquals(pin, pins.find(1, 2, 3));
        assertEquals(77, pins.backendId(pin));
        assertEquals(1, pins.liveCount(pin));
        assertEquals(PinTable.NULL_PIN, pins.find(0, 2, 3));
        assertEquals(PinTable.NULL_PIN, pins.find(1, 3, 3));
        assertEquals(PinTable.NULL_PIN, pins.find(1, 2, 2));
        assertEquals(PinTable.NULL_PIN, pins.find(1, 3, 2));

        assertNotEquals(pin, pins.insert(0, 2, 3, 78));
        assertEquals(77, pins.backendId(pins.find(1, 2, 3)));
        assertEquals(78, pins.backendId(pins.find(0, 2, 3)));
    }

    @Test
    void shouldDropOldestIdleWhenFull() {
        final PinTable pins = new PinTable(3, HASH_SEED);
        for (int key = 0; key < 3; key++) {
            pins.insert(0, 0, key, key);
        }
        pins.release(pins.find(0, 0, 2), 10);
        pins.release(pins.find(0, 0, 0), 20);
        pins.acquire(pins.find(0, 0, 2));
        pins.release(pins.find(0, 0, 2), 30);

        assertTrue(pins.isFull());
        pins.insert(0, 0, 3, 3);
        assertEquals(PinTable.NULL_PIN, pins.find(0, 0, 0));
        pins.insert(0, 0, 4, 4);
        assertEquals(PinTable.NULL_PIN, pins.find(0, 0, 2));
        assertNotEquals(PinTable.NULL_PIN, pins.find(0, 0, 1));
        assertEquals(3, pins.heldCount());
    }

    @Test
    void shouldBindNobodyWhenFullOfLivePins() {
        for (final int limit : new int[] {0, 1, 2, 3, 100}) {
            final PinTable pins = new PinTable(limit, HASH_SEED);
            for (int key = 0; key < limit; key++) {
                assertFalse(pins.isFull());
                assertNotEquals(PinTable.NULL_PIN, pins.insert(0, key, 0, key));
            }
            assertTrue(pins.isFull());
            assertEquals(PinTable.NULL_PIN, pins.insert(0, limit, 0, limit));
            assertEquals(limit, pins.heldCount());
            assertEquals(limit, pins.liveCount());
            for (int key = 0; key < limit; key++) {
                assertEquals(key, pins.backendId(pins.find(0, key, 0)));
            }
            assertEquals(PinTable.NULL_PIN, pins.find(0, limit, 0));
        }
    }

    @Test
    void shouldExpireOldestFirstUpToDropLimit() {
        final PinTable pins = new PinTable(10, HASH_SEED);
        for (int key = 0; key < 6; key++) {
            pins.release(pins.insert(0, 0, key, 0), key);
        }
        pins.acquire(pins.find(0, 0, 0));

        assertEquals(0, pins.expire(TIMEOUT_NS, TIMEOUT_NS, NO_LIMIT));
        assertEquals(1, pins.expire(TIMEOUT_NS + 1, TIMEOUT_NS, NO_LIMIT));
        assertEquals(PinTable.NULL_PIN, pins.find(0, 0, 1));
        assertEquals(0, pins.expire(TIMEOUT_NS + 5, TIMEOUT_NS, 0));
        assertEquals(2, pins.expire(TIMEOUT_NS + 5, TIMEOUT_NS, 2));
        assertEquals(PinTable.NULL_PIN, pins.find(0, 0, 3));
        assertNotEquals(PinTable.NULL_PIN, pins.find(0, 0, 4));
        assertEquals(2, pins.expire(Long.MAX_VALUE, TIMEOUT_NS, NO_LIMIT));
        assertEquals(1, pins.heldCount());
        assertEquals(1, pins.liveCount());
        assertNotEquals(PinTable.NULL_PIN, pins.find(0, 0, 0));
    }

    @Test
    void shouldExpireInTimeWhenClockPassesItsMaximum() {
        final PinTable pins = new PinTable(2, HASH_SEED);
        pins.release(pins.insert(0, 0, 0, 0), Long.MAX_VALUE);

        assertEquals(0, pins.expire(Long.MIN_VALUE + TIMEOUT_NS - 2, TIMEOUT_NS, NO_LIMIT));
        assertEquals(1, pins.expire(Long.MIN_VALUE + TIMEOUT_NS - 1, TIMEOUT_NS, NO_LIMIT));
    }

    @Test
    void shouldThrowWhenReleasedMoreOftenThanAcquired() {
        final PinTable pins = new PinTable(2, HASH_SEED);
        final int pin = pins.insert(0, 0, 0, 0);
        pins.release(pin, 1);

        assertThrows(IllegalStateException.class, () -> pins.release(pin, 2));
        assertEquals(0, pins.liveCount());
        assertEquals(1, pins.expire(1 + TIMEOUT_NS, TIMEOUT_NS, NO_LIMIT));
    }

    @Test
    void shouldThrowWhenClientIsBoundTwice() {
        final PinTable pins = new PinTable(2, HASH_SEED);
        final int pin = pins.insert(0, 0, 0, 5);

        assertThrows(IllegalStateException.class, () -> pins.insert(0, 0, 0, 6));
        assertEquals(1, pins.heldCount());
        assertEquals(pin, pins.find(0, 0, 0));
        assertEquals(5, pins.backendId(pin));
    }

    @Test
    void shouldThrowWhenDroppedPinIsAcquiredOrReleased() {
        final PinTable pins = new PinTable(2, HASH_SEED);
        final int dropped = pins.insert(0, 0, 0, 0);
        pins.release(dropped, 0);
        pins.release(pins.insert(0, 0, 1, 1), TIMEOUT_NS);
        pins.expire(TIMEOUT_NS, TIMEOUT_NS, NO_LIMIT);

        assertThrows(IllegalStateException.class, () -> pins.acquire(dropped));
        assertThrows(IllegalStateException.class, () -> pins.release(dropped, TIMEOUT_NS));
        assertEquals(1, pins.heldCount());
        assertEquals(0, pins.liveCount());
        assertEquals(dropped, pins.insert(0, 0, 2, 2));
        assertEquals(1, pins.liveCount(dropped));
    }

    @Test
    void shouldSayWhatFitsWhenLimitDoesNot() {
        for (final int limit : new int[] {-1, PinTable.PIN_LIMIT + 1, Integer.MAX_VALUE}) {
            final IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> new PinTable(limit, HASH_SEED));
            assertEquals("a pin table holds 0 to 268435456 pins, not " + limit, e.getMessage());
        }
    }

    /** Records are taken by the chunk: of 16,384, or as many as a power of two takes the limit with. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 1",
        "1, 1, 1",
        "2, 2, 2",
        "3, 4, 4",
        "63, 64, 64",
        "64, 64, 64",
        "65, 128, 128",
        "16383, 16384, 16384",
        "16384, 16384, 16384",
        "16385, 32768, 32768",
        "40001, 49152, 65536",
        "268435456, 268435456, 268435456"
    })
    void shouldTellMostMemory(int limit, long recordCount, long bucketCount) {
        assertEquals(recordCount * PinTable.RECORD_LENGTH + bucketCount * Integer.BYTES, PinTable.limitLength(limit));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 63, 64, 65, 16_383, 16_384, 16_385, 40_001})
    void shouldTakeWhatItToldAndNoMoreWhenFull(int limit) throws ReflectiveOperationException {
        final PinTable pins = new PinTable(limit, HASH_SEED);
        for (int key = 0; key < limit; key++) {
            assertNotEquals(PinTable.NULL_PIN, pins.insert(0, 0, key, key));
        }
        assertEquals(limit, pins.heldCount());
        assertEquals(PinTable.limitLength(limit), takenLength(pins));
    }

    @Test
    void shouldTakeRecordsOfSeveralChunks() {
        final int limit = 40_001;
        final PinTable pins = new PinTable(limit, HASH_SEED);
        for (int round = 0; round < 3; round++) {
            for (int key = 0; key < limit; key++) {
                final int pin = pins.insert(key & 1, round, key, key);
                assertTrue(pin >= 0 && pin < limit);
                pins.release(pin, round);
            }
        }
        assertEquals(limit, pins.heldCount());
        for (int key = 0; key < limit; key++) {
            assertEquals(key, pins.backendId(pins.find(key & 1, 2, key)));
            assertEquals(PinTable.NULL_PIN, pins.find(key & 1, 1, key));
        }
        assertEquals(limit, pins.expire(2 + TIMEOUT_NS, TIMEOUT_NS, NO_LIMIT));
        assertEquals(0, pins.heldCount());
    }

    @Test
    void shouldAgreeWithModelWhenUsedAtRandom() {
        Seed.with(random -> {
            for (int round = 0; round < 20; round++) {
                final Model model = new Model(1 + random.nextInt(50), random);
                for (int i = 0; i < 3_000; i++) {
                    model.step();
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 63, 64, 65})
    void shouldAgreeWithModelWhenLimitIsSmall(int limit) {
        Seed.with(random -> {
            final Model model = new Model(limit, random);
            for (int i = 0; i < 3_000; i++) {
                model.step();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {16_384, 16_385})
    void shouldAgreeWithModelWhenLimitIsOneChunkOrOneMore(int limit) {
        Seed.with(random -> {
            final Model model = new Model(limit, random);
            model.fill();
            for (int i = 0; i < 100_000; i++) {
                model.stepUnchecked();
            }
            model.check();
        });
    }

    /** Looked up in its fields: the JVM's count of direct memory falls whenever other tests' buffers are collected. */
    private static long takenLength(PinTable pins) throws ReflectiveOperationException {
        final Field buckets = PinTable.class.getDeclaredField("buckets");
        final Field chunks = PinTable.class.getDeclaredField("chunks");
        buckets.setAccessible(true);
        chunks.setAccessible(true);
        long length = ((Records) buckets.get(pins)).buffer().capacity();
        for (final Records chunk : (Records[]) chunks.get(pins)) {
            length += chunk == null ? 0 : chunk.buffer().capacity();
        }
        return length;
    }

    private record Key(int listenerIndex, long hi, long lo) {}

    private static final class Pin {
        private final int pin;
        private int backendId;
        private int liveCount = 1;
        private long idleSinceNs;

        Pin(int pin, int backendId) {
            this.pin = pin;
            this.backendId = backendId;
        }
    }

    /** What the table promises, in plain collections. */
    private static final class Model {
        private final Random random;
        private final int limit;
        private final PinTable pins;
        private final List<Key> keys = new ArrayList<>();
        private final Map<Key, Pin> held = new HashMap<>();
        private final LinkedHashMap<Key, Pin> idle = new LinkedHashMap<>();
        private final BitSet taken = new BitSet();
        private long nowNs;

        Model(int limit, Random random) {
            this.limit = limit;
            this.random = random;
            pins = new PinTable(limit, random.nextLong());
            nowNs = random.nextLong();
            for (int i = 0; i < 2 * limit + 2; i++) {
                keys.add(new Key(random.nextInt(2), random.nextInt(4), random.nextInt(limit + 2)));
            }
        }

        void step() {
            stepUnchecked();
            check();
        }

        /** Every pin the limit allows is bound once, so that each record is used. */
        void fill() {
            keys.forEach(this::connect);
            check();
        }

        void stepUnchecked() {
            nowNs += random.nextInt(4) == 0 ? random.nextInt(100) : 0;
            final Key key = keys.get(random.nextInt(keys.size()));
            final int dice = random.nextInt(100);
            if (dice < 45) {
                connect(key);
            } else if (dice < 85) {
                disconnect(key);
            } else if (dice < 95) {
                rebind(key);
            } else {
                expire();
            }
        }

        private void connect(Key key) {
            final Pin pin = held.get(key);
            if (pin != null) {
                pins.acquire(pin.pin);
                pin.liveCount++;
                idle.remove(key);
                return;
            }
            if (held.size() == limit && !idle.isEmpty()) {
                final Key oldest = idle.keySet().iterator().next();
                idle.remove(oldest);
                taken.clear(held.remove(oldest).pin);
            }
            final int backendId = random.nextInt();
            final int added = pins.insert(key.listenerIndex, key.hi, key.lo, backendId);
            assertEquals(held.size() == limit, added == PinTable.NULL_PIN);
            if (added != PinTable.NULL_PIN) {
                assertFalse(taken.get(added), "a pin is given to one client");
                taken.set(added);
                held.put(key, new Pin(added, backendId));
            }
        }

        private void disconnect(Key key) {
            final Pin pin = held.get(key);
            if (pin != null && pin.liveCount > 0) {
                pins.release(pin.pin, nowNs);
                if (--pin.liveCount == 0) {
                    pin.idleSinceNs = nowNs;
                    idle.put(key, pin);
                }
            }
        }

        private void rebind(Key key) {
            final Pin pin = held.get(key);
            if (pin != null) {
                pin.backendId = random.nextInt();
                pins.backendId(pin.pin, pin.backendId);
            }
        }

        private void expire() {
            final int dropLimit = random.nextInt(5);
            int expected = 0;
            final Iterator<Map.Entry<Key, Pin>> oldestFirst = idle.entrySet().iterator();
            while (expected < dropLimit && oldestFirst.hasNext()) {
                final Map.Entry<Key, Pin> oldest = oldestFirst.next();
                if (nowNs - oldest.getValue().idleSinceNs < TIMEOUT_NS) {
                    break;
                }
                taken.clear(held.remove(oldest.getKey()).pin);
                oldestFirst.remove();
                expected++;
            }
            assertEquals(expected, pins.expire(nowNs, TIMEOUT_NS, dropLimit));
        }

        private void check() {
            assertEquals(held.size(), pins.heldCount());
            assertEquals(held.size() - idle.size(), pins.liveCount());
            assertEquals(held.size() == limit, pins.isFull());
            for (final Key key : keys) {
                final Pin pin = held.get(key);
                final int found = pins.find(key.listenerIndex, key.hi, key.lo);
                if (pin == null) {
                    assertEquals(PinTable.NULL_PIN, found);
                } else {
                    assertEquals(pin.pin, found);
                    assertEquals(pin.backendId, pins.backendId(found));
                    assertEquals(pin.liveCount, pins.liveCount(found));
                }
            }
        }
    }
}
