package io.fairlead.bench.hash;

import java.util.List;

/**
 * HAProxy's {@code balance source} with {@code hash-type consistent}: sixteen nodes on a circle for each unit of weight, and
 * the node nearest to the hash of the address, before it or behind it, has the client. HAProxy keeps the nodes in a tree, this
 * in a sorted array. <b>Immutable.</b>
 */
public final class SourceConsistentSelector implements Selector {
    private static final int NODES_PER_WEIGHT = 16;
    private static final int NODES_OF_A_MEMBER = 4096;

    private final Ring ring;

    /**
     * Among these.
     *
     * @param members one at least that is not down, of weights up to 256.
     */
    public SourceConsistentSelector(List<Member> members) {
        final List<Member> alive = Member.alive(members);
        ring = new Ring(alive.stream().mapToInt(Member::weight).sum() * NODES_PER_WEIGHT);
        for (final Member member : alive) {
            for (int i = 0; i < member.weight() * NODES_PER_WEIGHT; i++) {
                ring.add(mixed(member.number() * NODES_OF_A_MEMBER + i), member.number());
            }
        }
        ring.sort();
    }

    @Override
    public int select(int ipv4) {
        final int hash = mixed(ipv4);
        final int next = ring.ceiling(hash);
        final int previous = ring.before(next);
        final int distanceOn = ring.place(next) - hash;
        final int distanceBack = hash - ring.place(previous);
        return ring.number(Integer.compareUnsigned(distanceBack, distanceOn) <= 0 ? previous : next);
    }

    /** Robert Jenkins' mix of 32 bits, and a multiplication. */
    private static int mixed(int value) {
        int a = value;
        a = (a + 0x7ed55d16) + (a << 12);
        a = (a ^ 0xc761c23c) ^ (a >>> 19);
        a = (a + 0x165667b1) + (a << 5);
        a = (a + 0xd3a2646c) ^ (a << 9);
        a = (a + 0xfd7046c5) + (a << 3);
        a = (a ^ 0xb55a4f09) ^ (a >>> 16);
        return a * 0xc0000001;
    }
}
