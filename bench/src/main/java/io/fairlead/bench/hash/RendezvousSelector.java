package io.fairlead.bench.hash;

import io.fairlead.core.rules.ClientKey;
import io.fairlead.core.rules.RendezvousHash;
import java.util.List;

/**
 * Fairlead's own choice, made as {@code io.fairlead.core.loop.Chooser} makes it and with the same functions of core, but over
 * an array, and without asking whether a backend was tried before. <b>Immutable.</b>
 */
public final class RendezvousSelector implements Selector {
    private static final long IPV4_MARKER = 0xFFFF_0000_0000L;

    private final int[] numbers;
    private final int[] weights;
    private final long[] ids;
    private final boolean hasEqualWeights;

    /**
     * Among these.
     *
     * @param members one at least that is not down.
     */
    public RendezvousSelector(List<Member> members) {
        final List<Member> alive = Member.alive(members);
        numbers = alive.stream().mapToInt(Member::number).toArray();
        weights = alive.stream().mapToInt(Member::weight).toArray();
        ids = alive.stream()
                .mapToLong(member -> RendezvousHash.id64(member.name()))
                .toArray();
        hasEqualWeights = alive.stream().mapToInt(Member::weight).distinct().count() == 1;
    }

    @Override
    public int select(int ipv4) {
        final long key64 = key64(ipv4);
        return numbers[hasEqualWeights ? byHash(key64) : byScore(key64)];
    }

    static long key64(int ipv4) {
        return ClientKey.key64(0, IPV4_MARKER | Integer.toUnsignedLong(ipv4));
    }

    private int byHash(long key64) {
        int best = 0;
        long bestHash = RendezvousHash.hash(key64, ids[0]);
        for (int i = 1; i < ids.length; i++) {
            final long hash = RendezvousHash.hash(key64, ids[i]);
            if (RendezvousHash.beats(hash, ids[i], bestHash, ids[best])) {
                best = i;
                bestHash = hash;
            }
        }
        return best;
    }

    private int byScore(long key64) {
        int best = 0;
        double bestScore = RendezvousHash.score(RendezvousHash.hash(key64, ids[0]), weights[0]);
        for (int i = 1; i < ids.length; i++) {
            final long hash = RendezvousHash.hash(key64, ids[i]);
            if (RendezvousHash.scoresBelow(hash, weights[i], bestScore)) {
                continue;
            }
            final double score = RendezvousHash.score(hash, weights[i]);
            if (RendezvousHash.beats(score, ids[i], bestScore, ids[best])) {
                best = i;
                bestScore = score;
            }
        }
        return best;
    }
}
