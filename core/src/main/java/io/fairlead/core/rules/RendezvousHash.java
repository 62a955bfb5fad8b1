package io.fairlead.core.rules;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Weighted rendezvous hashing: every client ranks all backends by a hash of both, and the first is its owner (Thaler and
 * Ravishankar, "Using name-based mappings to increase hit rates", 1998; the weights after Schindelhauer and Schomaker,
 * "Weighted distributed hash tables", 2005).
 *
 * <p>A backend that leaves moves its own clients only, evenly over the others. Balancers that never talk agree, because
 * the hash depends on nothing but the client's key and the backend's name; the golden vectors among the tests hold it
 * fixed. Per choice it costs a multiplication or two for each backend, with unequal weights a logarithm
 * more for the few that can be the best, and
 * allocates nothing.
 *
 * <p><b>Thread safe</b>.
 */
public final class RendezvousHash {
    private static final int UNUSED_HASH_BITS = 11;
    private static final double TWO_TO_MINUS_53 = 0x1.0p-53;

    /** Far more than what rounding and the logarithm's last bit could add to a score. */
    private static final double BOUND_MARGIN = 1 - 0x1.0p-40;

    private RendezvousHash() {}

    /**
     * The finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014; the
     * constants are David Stafford's variant 13): a bijection in which every input bit reaches every output bit.
     *
     * @param value any.
     * @return its mix.
     */
    public static long mix64(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /**
     * A backend's id. Allocates; for start-up and configuration changes.
     *
     * @param identity the backend's given name, else its canonical {@code address:port}.
     * @return the first 8 bytes, big-endian, of the SHA-256 of its UTF-8 form.
     */
    public static long id64(CharSequence identity) {
        final byte[] digest;
        try {
            digest = MessageDigest.getInstance("SHA-256")
                    .digest(identity.toString().getBytes(StandardCharsets.UTF_8));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform lacks SHA-256", e);
        }
        long id = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            id = (id << Byte.SIZE) | (digest[i] & 0xff);
        }
        return id;
    }

    /**
     * The hash of a client and a backend.
     *
     * @param key64 of the client, see {@link ClientKey#key64}.
     * @param id64 of the backend, see {@link #id64}.
     * @return 64 bits, to be compared as an unsigned number.
     */
    public static long hash(long key64, long id64) {
        return mix64(key64 ^ id64);
    }

    /**
     * A backend's score for a client when weights differ: weight / -ln(u), u the hash as a fraction of 1.
     *
     * <p>{@code StrictMath}, because the platform's logarithm may differ in the last bit from machine to machine, and two
     * balancers would then disagree.
     *
     * @param hash of both, see {@link #hash}.
     * @param weight of the backend, at least 1.
     * @return a positive number, infinite only for the 2048 largest hashes.
     */
    public static double score(long hash, int weight) {
        // The largest fraction rounds to 1, whose logarithm is +0: subtracted it gives +infinity, the best score, while
        // negated it would be -0 and the score the worst.
        return weight / (0.0 - StrictMath.log(fraction(hash)));
    }

    /**
     * Whether a backend's score is certainly below another one, without a logarithm. As -ln(u) is at least 1 - u, a score is
     * at most weight / (1 - u); of many backends only a few can be the best by that.
     *
     * @param hash of the client and the backend, see {@link #hash}.
     * @param weight of the backend, at least 1.
     * @param score to compare with, see {@link #score}.
     * @return true only if {@link #score(long, int)} is less than that.
     */
    public static boolean scoresBelow(long hash, int weight, double score) {
        return weight < score * (1.0 - fraction(hash)) * BOUND_MARGIN;
    }

    private static double fraction(long hash) {
        return ((hash >>> UNUSED_HASH_BITS) + 0.5) * TWO_TO_MINUS_53;
    }

    /**
     * Whether a backend comes before another in a client's order, weights being equal: the larger hash, and on a tie the
     * smaller id.
     *
     * @param hash of the client and the backend.
     * @param id64 of the backend.
     * @param bestHash of the client and the other backend.
     * @param bestId64 of the other backend.
     * @return true if it does.
     */
    public static boolean beats(long hash, long id64, long bestHash, long bestId64) {
        final int order = Long.compareUnsigned(hash, bestHash);
        return order > 0 || (order == 0 && Long.compareUnsigned(id64, bestId64) < 0);
    }

    /**
     * Whether a backend comes before another in a client's order, weights being unequal: the larger score, and on a tie
     * the smaller id.
     *
     * @param score of the backend for the client, see {@link #score}.
     * @param id64 of the backend.
     * @param bestScore of the other backend.
     * @param bestId64 of the other backend.
     * @return true if it does.
     */
    public static boolean beats(double score, long id64, double bestScore, long bestId64) {
        return score > bestScore || (score == bestScore && Long.compareUnsigned(id64, bestId64) < 0);
    }
}
