package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class RendezvousHashTest {
    private static final int CLIENT_COUNT = 40_000;
    private static final int BACKEND_COUNT = 10;
    private static final int NOBODY = -1;

    @ParameterizedTest
    @CsvFileSource(resources = "/rules/rendezvous-scores.csv", emptyValue = "")
    void shouldAgreeWithGoldenVectorWhenScoring(
            String key64Hex, String identity, String id64Hex, String hashHex, int weight, double score) {
        final long id64 = RendezvousHash.id64(identity == null ? "" : identity);
        assertEquals(Long.parseUnsignedLong(id64Hex, 16), id64);
        final long hash = RendezvousHash.hash(Long.parseUnsignedLong(key64Hex, 16), id64);
        assertEquals(Long.parseUnsignedLong(hashHex, 16), hash);
        // The logarithm that wrote the vectors may differ from StrictMath's in the last bit.
        assertEquals(1.0, RendezvousHash.score(hash, weight) / score, 1e-12);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/rules/rendezvous-owners.csv")
    void shouldAgreeWithGoldenVectorWhenOrdering(String literal, String fleet, String order) {
        final String[] names = Arrays.stream(fleet.split(" ", -1))
                .map(word -> word.substring(0, word.indexOf('=')))
                .toArray(String[]::new);
        final int[] weights = Arrays.stream(fleet.split(" ", -1))
                .mapToInt(word -> Integer.parseInt(word.substring(word.indexOf('=') + 1)))
                .toArray();
        final UnsafeBuffer address = new UnsafeBuffer(new byte[ClientKey.ADDRESS_LENGTH]);
        assertTrue(ClientKey.parseAddress(literal, address, 0));
        final long key64 = ClientKey.key64(ClientKey.hi(address, 0, 32, 64), ClientKey.lo(address, 0, 32, 64));
        final long[] ids = Arrays.stream(names).mapToLong(RendezvousHash::id64).toArray();
        final boolean[] isTaken = new boolean[names.length];
        final StringBuilder actual = new StringBuilder();
        for (int i = 0; i < names.length; i++) {
            final int next = owner(key64, ids, weights, isTaken);
            isTaken[next] = true;
            actual.append(i == 0 ? "" : " ").append(names[next]);
        }
        assertEquals(order, actual.toString());
    }

    @Test
    void shouldMoveOnlyItsOwnClientsEvenlyWhenABackendLeaves() {
        final long[] ids = ids(BACKEND_COUNT);
        final int[] weights = equalWeights(BACKEND_COUNT);
        final long[] clients = clients();
        final double[] worst = new double[BACKEND_COUNT];
        for (int gone = 0; gone < BACKEND_COUNT; gone++) {
            final boolean[] isGone = new boolean[BACKEND_COUNT];
            isGone[gone] = true;
            final int[] orphanCounts = new int[BACKEND_COUNT];
            int orphanCount = 0;
            for (final long client : clients) {
                final int before = owner(client, ids, weights, new boolean[BACKEND_COUNT]);
                final int after = owner(client, ids, weights, isGone);
                if (before == gone) {
                    orphanCount++;
                    orphanCounts[after]++;
                } else {
                    assertEquals(before, after);
                }
            }
            final double even = orphanCount / (BACKEND_COUNT - 1.0);
            worst[gone] = Arrays.stream(orphanCounts).max().orElseThrow() / even;
        }
        // About 444 orphans come to each survivor, give or take 21 by chance alone: one departure of the ten may pass
        // 1.1 with a perfect hash, their mean may not.
        final String message = "seed " + Seed.VALUE + " most-loaded survivors " + Arrays.toString(worst);
        assertTrue(Arrays.stream(worst).average().orElseThrow() <= 1.1, message);
        assertTrue(Arrays.stream(worst).max().orElseThrow() <= 1.2, message);
    }

    @Test
    void shouldShareEvenlyWhenWeightsAreEqual() {
        final int[] counts = counts(ids(BACKEND_COUNT), equalWeights(BACKEND_COUNT));
        final double worst = Arrays.stream(counts).max().orElseThrow() / (CLIENT_COUNT / (double) BACKEND_COUNT);
        assertTrue(worst <= 1.05, "seed " + Seed.VALUE + " max over average " + worst);
    }

    @Test
    void shouldShareByWeightWhenWeightsDiffer() {
        final int[] weights = {1, 2, 5};
        final int[] counts = counts(ids(weights.length), weights);
        for (int i = 0; i < weights.length; i++) {
            final double share = counts[i] / (CLIENT_COUNT * weights[i] / 8.0);
            assertEquals(1.0, share, 0.03, "seed " + Seed.VALUE + " weight " + weights[i]);
        }
    }

    @Test
    void shouldMoveClientsOnlyToItWhenABackendGainsWeight() {
        final long[] ids = ids(3);
        final boolean[] nobodyGone = new boolean[3];
        for (final long client : clients()) {
            final int before = owner(client, ids, new int[] {1, 2, 5}, nobodyGone);
            final int after = owner(client, ids, new int[] {1, 3, 5}, nobodyGone);
            assertTrue(after == before || after == 1);
        }
    }

    @Test
    void shouldPreferSmallerIdUnsignedWhenTied() {
        assertTrue(RendezvousHash.beats(7L, 1L, 7L, -1L));
        assertFalse(RendezvousHash.beats(7L, -1L, 7L, 1L));
        assertFalse(RendezvousHash.beats(7L, 1L, 7L, 1L));
        assertTrue(RendezvousHash.beats(-1L, 2L, 1L, 1L));
        assertTrue(RendezvousHash.beats(0.5, 1L, 0.5, -1L));
        assertFalse(RendezvousHash.beats(0.5, -1L, 0.5, 1L));
        assertTrue(RendezvousHash.beats(0.6, -1L, 0.5, 1L));
    }

    @Test
    void shouldScoreHighestWhenHashIsLargest() {
        assertEquals(Double.POSITIVE_INFINITY, RendezvousHash.score(-1L, 1));
        double last = 0;
        for (final long hash : new long[] {0, 1L << 11, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -4096, -2048}) {
            final double score = RendezvousHash.score(hash, 3);
            assertTrue(score > last, Long.toHexString(hash));
            last = score;
        }
    }

    @Test
    void shouldSayBelowOfLowerScoresOnly() {
        final Random random = new Random(Seed.VALUE);
        for (int i = 0; i < 200_000; i++) {
            // Half of them near the largest, where scores are largest and the bound is closest.
            final long hash =
                    random.nextBoolean() ? random.nextLong() : ~(random.nextLong() >>> random.nextInt(Long.SIZE));
            final int weight = 1 + random.nextInt(1 << random.nextInt(20));
            final double score = RendezvousHash.score(hash, weight);

            assertFalse(RendezvousHash.scoresBelow(hash, weight, score), () -> Long.toHexString(hash));
            assertFalse(RendezvousHash.scoresBelow(hash, weight, Math.nextDown(score)), () -> Long.toHexString(hash));
            assertFalse(RendezvousHash.scoresBelow(hash, weight, Math.nextUp(score)), () -> Long.toHexString(hash));
        }
        assertFalse(RendezvousHash.scoresBelow(-1L, 1, Double.POSITIVE_INFINITY));
        assertTrue(RendezvousHash.scoresBelow(-4096L, 1_000_000, Double.POSITIVE_INFINITY));
    }

    @Test
    void shouldFindSameOwnerWithoutLogarithmsOfThoseBelow() {
        final long[] ids = ids(500);
        final Random random = new Random(Seed.VALUE);
        final int[] weights = random.ints(ids.length, 1, 9).toArray();
        int scoreCount = 0;
        for (int client = 0; client < 200; client++) {
            final long key64 = random.nextLong();
            int best = 0;
            double bestScore = RendezvousHash.score(RendezvousHash.hash(key64, ids[0]), weights[0]);
            for (int i = 1; i < ids.length; i++) {
                final long hash = RendezvousHash.hash(key64, ids[i]);
                if (!RendezvousHash.scoresBelow(hash, weights[i], bestScore)) {
                    scoreCount++;
                    if (RendezvousHash.beats(RendezvousHash.score(hash, weights[i]), ids[i], bestScore, ids[best])) {
                        best = i;
                        bestScore = RendezvousHash.score(hash, weights[i]);
                    }
                }
            }
            assertEquals(owner(key64, ids, weights, new boolean[ids.length]), best);
        }
        assertTrue(scoreCount < 200 * 20, scoreCount + " scores");
    }

    private static int[] counts(long[] ids, int[] weights) {
        final int[] counts = new int[ids.length];
        final boolean[] nobodyGone = new boolean[ids.length];
        for (final long client : clients()) {
            counts[owner(client, ids, weights, nobodyGone)]++;
        }
        return counts;
    }

    private static int owner(long key64, long[] ids, int[] weights, boolean[] isGone) {
        final boolean isWeighted = Arrays.stream(weights).distinct().count() > 1;
        int best = NOBODY;
        for (int i = 0; i < ids.length; i++) {
            if (!isGone[i] && (best == NOBODY || comesBefore(key64, ids, weights, isWeighted, i, best))) {
                best = i;
            }
        }
        return best;
    }

    private static boolean comesBefore(long key64, long[] ids, int[] weights, boolean isWeighted, int one, int other) {
        final long hash = RendezvousHash.hash(key64, ids[one]);
        final long otherHash = RendezvousHash.hash(key64, ids[other]);
        return isWeighted
                ? RendezvousHash.beats(
                        RendezvousHash.score(hash, weights[one]),
                        ids[one],
                        RendezvousHash.score(otherHash, weights[other]),
                        ids[other])
                : RendezvousHash.beats(hash, ids[one], otherHash, ids[other]);
    }

    private static long[] clients() {
        final Random random = new Random(Seed.VALUE);
        return random.ints(CLIENT_COUNT)
                .mapToLong(ip -> ClientKey.key64(0, (0xFFFFL << 32) | Integer.toUnsignedLong(ip)))
                .toArray();
    }

    private static long[] ids(int count) {
        final long[] ids = new long[count];
        Arrays.setAll(ids, i -> RendezvousHash.id64("b" + (i + 1)));
        return ids;
    }

    private static int[] equalWeights(int count) {
        final int[] weights = new int[count];
        Arrays.fill(weights, 1);
        return weights;
    }
}
