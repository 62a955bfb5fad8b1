package io.fairlead.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongToIntFunction;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** Keys as they come, and as somebody would choose them, must spread over the buckets as random ones do. */
class PinHashTest {
    /** At one key a bucket a longer chain has a probability of 5e-6 in the largest table here. */
    private static final int LONGEST_CHAIN = 13;

    private static final long IPV4 = 0xFFFFL << Integer.SIZE;
    private static final long IPV6 = 0x2001_0db8_0000_0000L;
    private static final Map<String, KeySet> KEY_SETS = keySets();

    @Test
    void shouldSpreadKeysWhateverTheyDifferIn() {
        Seed.with(random -> {
            for (final Map.Entry<String, KeySet> entry : KEY_SETS.entrySet()) {
                for (final int bits : new int[] {6, 8, 10, 12, 15}) {
                    assertSpread(entry.getKey(), entry.getValue(), bits, random.nextLong());
                }
            }
        });
    }

    @Test
    void shouldSpreadMillionNeighbours() {
        Seed.with(random -> {
            assertSpread("IPv4", KEY_SETS.get("IPv4 neighbours"), 20, random.nextLong());
            assertSpread("IPv6", KEY_SETS.get("IPv6 /64 neighbours"), 20, random.nextLong());
        });
    }

    @Test
    void shouldDependOnSeed() {
        final PinHash one = new PinHash(1);
        final PinHash other = new PinHash(2);
        final int mask = (1 << 16) - 1;
        int sameCount = 0;
        for (int i = 0; i < 1000; i++) {
            assertEquals(one.hash(0, 0, IPV4 + i), one.hash(0, 0, IPV4 + i));
            sameCount += (one.hash(0, 0, IPV4 + i) & mask) == (other.hash(0, 0, IPV4 + i) & mask) ? 1 : 0;
        }
        assertTrue(sameCount < 10, "same bucket " + sameCount);
    }

    @Test
    void shouldTellHalvesAndListenersApart() {
        final PinHash hash = new PinHash(1);
        assertNotEquals(hash.hash(0, 1, 0), hash.hash(0, 0, 1));
        assertNotEquals(hash.hash(0, 1, 0), hash.hash(1, 0, 0));
        assertNotEquals(hash.hash(0, 0, 1L << Integer.SIZE), hash.hash(0, 0, 1));
    }

    private static void assertSpread(String name, KeySet keys, int bits, long seed) {
        final PinHash hash = new PinHash(seed);
        final int bucketCount = 1 << bits;
        final int[] chainLengths = new int[bucketCount];
        int longest = 0;
        long pairCount = 0;
        for (int i = 0; i < bucketCount; i++) {
            final int bucket = hash.hash(
                            keys.listenerIndex().applyAsInt(i),
                            keys.hi().applyAsLong(i),
                            keys.lo().applyAsLong(i))
                    & (bucketCount - 1);
            pairCount += chainLengths[bucket]++;
            longest = Math.max(longest, chainLengths[bucket]);
        }
        assertTrue(longest <= LONGEST_CHAIN, name + " in 2^" + bits + ": longest chain " + longest);
        // Random keys meet in n / 2 pairs, give or take sqrt(n / 2).
        final double expected = bucketCount / 2.0;
        assertTrue(
                pairCount < expected + 8 * Math.sqrt(expected),
                name + " in 2^" + bits + ": " + pairCount + " meetings");
    }

    private static Map<String, KeySet> keySets() {
        final Map<String, KeySet> sets = new LinkedHashMap<>();
        sets.put("IPv4 neighbours", new KeySet(i -> 0, i -> IPV4 + 0x0A000000L + i));
        sets.put("IPv4 /24 neighbours", new KeySet(i -> 0, i -> IPV4 + (i << 8)));
        sets.put("IPv4 same host part", new KeySet(i -> 0, i -> IPV4 + (i << 17) + 7));
        sets.put("IPv6 /64 neighbours", new KeySet(i -> IPV6 + i, i -> 0));
        sets.put("IPv6 /48 neighbours", new KeySet(i -> IPV6 + (i << 16), i -> 0));
        sets.put("IPv6 /32 neighbours", new KeySet(i -> IPV6 + (i << 32), i -> 0));
        sets.put("IPv6 top bits", new KeySet(i -> i << 49, i -> 0));
        sets.put("IPv6 hosts of a network", new KeySet(i -> IPV6, i -> i));
        sets.put("IPv6 hosts, top bits", new KeySet(i -> IPV6, i -> i << 49));
        sets.put("both halves alike", new KeySet(i -> i << 32 | i, i -> i << 32 | i));
        sets.put("both halves opposed", new KeySet(i -> i, i -> -i));
        sets.put("listeners", new KeySet(i -> 0, i -> IPV4, i -> (int) i));
        return sets;
    }

    /** The n-th key's words. */
    private record KeySet(LongUnaryOperator hi, LongUnaryOperator lo, LongToIntFunction listenerIndex) {
        KeySet(LongUnaryOperator hi, LongUnaryOperator lo) {
            this(hi, lo, i -> 0);
        }
    }
}
