package io.fairlead.bench.hash;

import java.util.List;

/**
 * HAProxy's {@code balance source} with its default, {@code hash-type map-based}: the address modulo the sum of the weights,
 * in an array in which each member stands as often as its weight says, its places spread out. Weights are divided by what
 * they have in common. <b>Immutable.</b>
 */
public final class SourceMapSelector implements Selector {
    private final int[] numbers;

    /**
     * Among these.
     *
     * @param members one at least that is not down.
     */
    public SourceMapSelector(List<Member> members) {
        final List<Member> alive = Member.alive(members);
        int divisor = 0;
        int total = 0;
        for (final Member member : alive) {
            divisor = greatestCommonDivisor(member.weight(), divisor);
            total += member.weight();
        }
        numbers = spread(alive, divisor, total / divisor);
    }

    @Override
    public int select(int ipv4) {
        return numbers[Integer.remainderUnsigned(ipv4, numbers.length)];
    }

    /**
     * Each place goes to the first member whose score, to which its weight is added at every place and from which the whole
     * is taken when it gets one, is in the highest of the ranges -total to 0, 0 to total and so on.
     */
    private static int[] spread(List<Member> members, int divisor, int total) {
        final int[] spread = new int[total];
        final int[] scores = new int[members.size()];
        for (int place = 0; place < total; place++) {
            int best = -1;
            int bestRange = 0;
            for (int i = 0; i < scores.length; i++) {
                scores[i] += members.get(i).weight() / divisor;
                final int range = (scores[i] + total) / total;
                if (best < 0 || range > bestRange) {
                    best = i;
                    bestRange = range;
                }
            }
            spread[place] = members.get(best).number();
            scores[best] -= total;
        }
        return spread;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
