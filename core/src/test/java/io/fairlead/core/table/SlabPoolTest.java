package io.fairlead.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlabPoolTest {
    private static final int MEBIBYTE = 1024 * 1024;

    @Test
    void shouldGiveEverySlabItsOwnMemory() {
        // More than one slab to a chunk; one; a length that is no power of two; a slab longer than a chunk's target.
        for (final int slabLength : new int[] {64 * 1024, MEBIBYTE, 300_001, MEBIBYTE + 1}) {
            final int limit = 7;
            final SlabPool pool = new SlabPool(slabLength, limit);
            final List<Integer> slabs = new ArrayList<>();
            for (int i = 0; i < limit; i++) {
                final int slab = pool.acquire();
                slabs.add(slab);
                pool.buffer(slab).setMemory(pool.offset(slab), slabLength, (byte) (i + 1));
            }
            for (int i = 0; i < limit; i++) {
                final int slab = slabs.get(i);
                for (int at = 0; at < slabLength; at++) {
                    if (pool.buffer(slab).getByte(pool.offset(slab) + at) != i + 1) {
                        assertEquals(i + 1, pool.buffer(slab).getByte(pool.offset(slab) + at), "slab " + i);
                    }
                }
            }
        }
    }

    @Test
    void shouldGiveNoneWhenAllAreOut() {
        final SlabPool pool = new SlabPool(100, 2);
        final int first = pool.acquire();
        assertTrue(pool.hasFree());
        final int second = pool.acquire();

        assertFalse(pool.hasFree());
        assertEquals(SlabPool.NULL_SLAB, pool.acquire());
        assertEquals(2, pool.outCount());

        pool.release(first);
        assertTrue(pool.hasFree());
        assertEquals(first, pool.acquire());
        pool.release(second);
        pool.release(first);
        assertEquals(0, pool.outCount());
    }

    @Test
    void shouldGiveNoneWhenLimitIsZero() {
        final SlabPool pool = new SlabPool(100, 0);
        assertFalse(pool.hasFree());
        assertEquals(SlabPool.NULL_SLAB, pool.acquire());
        assertEquals(0, SlabPool.limitLength(100, 0));
    }

    @Test
    void shouldThrowWhenReleasedTwiceOrNeverTaken() {
        final SlabPool pool = new SlabPool(100, 4);
        final int slab = pool.acquire();
        pool.release(slab);

        assertThrows(IllegalStateException.class, () -> pool.release(slab));
        assertThrows(IllegalStateException.class, () -> pool.release(3));
        assertThrows(IndexOutOfBoundsException.class, () -> pool.release(SlabPool.NULL_SLAB));
        assertEquals(0, pool.outCount());
        assertEquals(slab, pool.acquire());
        assertEquals(1, pool.outCount());
    }

    @Test
    void shouldTakeMemoryOnlyWhenNeeded() {
        // 1 TB would not be had; a pool that takes a chunk at a time does not ask for it.
        final SlabPool pool = new SlabPool(MEBIBYTE, 1_000_000);
        assertEquals(1_000_000L * MEBIBYTE, SlabPool.limitLength(MEBIBYTE, 1_000_000));

        final int slab = pool.acquire();
        assertEquals(MEBIBYTE, pool.buffer(slab).capacity());
        assertEquals(MEBIBYTE, pool.slabLength());
    }

    @Test
    void shouldStayBelowLimitLengthWhenAllAreOut() {
        for (final int limit : new int[] {1, 15, 16, 17, 40}) {
            final SlabPool pool = new SlabPool(64 * 1024, limit);
            final Set<Long> starts = new HashSet<>();
            long length = 0;
            for (int slab = pool.acquire(); slab != SlabPool.NULL_SLAB; slab = pool.acquire()) {
                if (starts.add(pool.buffer(slab).addressOffset())) {
                    length += pool.buffer(slab).capacity();
                }
            }
            assertEquals(limit, pool.outCount());
            assertEquals(SlabPool.limitLength(64 * 1024, limit), length);
        }
    }

    @Test
    void shouldAgreeWithModelWhenTakenAndReleasedAtRandom() {
        Seed.with(random -> {
            final int slabLength = 2 * Long.BYTES + random.nextInt(100_000);
            final int limit = 1 + random.nextInt(30);
            final SlabPool pool = new SlabPool(slabLength, limit);
            final Deque<Integer> free = new ArrayDeque<>();
            final Map<Integer, Long> markOfSlab = new HashMap<>();
            for (int i = 0; i < 20_000; i++) {
                if (random.nextInt(100) < 55) {
                    take(pool, limit, free, markOfSlab, random);
                } else if (!markOfSlab.isEmpty()) {
                    final List<Integer> slabs = new ArrayList<>(markOfSlab.keySet());
                    final int slab = slabs.get(random.nextInt(slabs.size()));
                    assertEquals(markOfSlab.remove(slab), pool.buffer(slab).getLong(pool.offset(slab)));
                    pool.release(slab);
                    free.push(slab);
                }
                assertEquals(markOfSlab.size(), pool.outCount());
                assertEquals(markOfSlab.size() < limit, pool.hasFree());
            }
        });
    }

    private static void take(
            SlabPool pool, int limit, Deque<Integer> free, Map<Integer, Long> markOfSlab, Random random) {
        final int usedCount = free.size() + markOfSlab.size();
        final int expected = !free.isEmpty() ? free.pop() : usedCount < limit ? usedCount : SlabPool.NULL_SLAB;
        final int slab = pool.acquire();
        assertEquals(expected, slab);
        if (slab != SlabPool.NULL_SLAB) {
            final long mark = random.nextLong();
            pool.buffer(slab).putLong(pool.offset(slab), mark);
            pool.buffer(slab).putLong(pool.offset(slab) + pool.slabLength() - Long.BYTES, mark);
            markOfSlab.put(slab, mark);
        }
    }
}
