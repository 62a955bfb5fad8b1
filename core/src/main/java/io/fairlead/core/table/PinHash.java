package io.fairlead.core.table;

/**
 * Which bucket a pin's key falls into, unpredictably for whoever does not know the seed: vector multiply-shift
 * (Dietzfelbinger, "Universal hashing and k-wise independent random variables via integer arithmetic without primes",
 * 1996; Thorup, "High speed hashing for integers and strings", 2015), then the finaliser of SplitMix64, so that regular
 * keys such as neighbouring addresses spread like random ones.
 *
 * <p>The multipliers are secret, not only an offset to the key: with known ones keys can be chosen that meet whatever the
 * seed is. Two keys chosen without the multipliers have the same sum with a probability below 2<sup>-32</sup>. All bits
 * of the key count, the high ones too, in which IPv6 networks differ.
 *
 * <p><b>Immutable</b>. Seven multiplications, nothing allocated.
 */
final class PinHash {
    private static final long WORD_MASK = 0xFFFF_FFFFL;
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final long multiplierHiHi;
    private final long multiplierHiLo;
    private final long multiplierLoHi;
    private final long multiplierLoLo;
    private final long multiplierListener;
    private final long addend;

    PinHash(long seed) {
        multiplierHiHi = secret(seed, 0);
        multiplierHiLo = secret(seed, 1);
        multiplierLoHi = secret(seed, 2);
        multiplierLoLo = secret(seed, 3);
        multiplierListener = secret(seed, 4);
        addend = secret(seed, 5);
    }

    /** Every bit of it serves as well as any other. */
    int hash(int listenerIndex, long keyHi, long keyLo) {
        final long sum = (keyHi >>> Integer.SIZE) * multiplierHiHi
                + (keyHi & WORD_MASK) * multiplierHiLo
                + (keyLo >>> Integer.SIZE) * multiplierLoHi
                + (keyLo & WORD_MASK) * multiplierLoLo
                + (listenerIndex & WORD_MASK) * multiplierListener
                + addend;
        return (int) mix64(sum);
    }

    private static long secret(long seed, int index) {
        return mix64(seed + (index + 1) * GOLDEN_GAMMA);
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014) with the constants of Stafford's variant 13. */
    private static long mix64(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
