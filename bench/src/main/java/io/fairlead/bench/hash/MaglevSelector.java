package io.fairlead.bench.hash;

import io.fairlead.core.rules.RendezvousHash;
import java.util.Arrays;
import java.util.List;

/**
 * Maglev hashing with 65,537 entries (Eisenbud and others, "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI
 * 2016, section 3.4): every member has an order of preference over the entries, and they take turns, each its next free one.
 * The paper leaves the two hashes of a name and weights open: here both hashes are {@link RendezvousHash#mix64} of the id that
 * rendezvous hashing uses, and a member of half the largest weight has a turn in every second round.
 *
 * <p>Built from who is alive; to build it from all and pass over the dead would move fewer. <b>Immutable.</b>
 */
public final class MaglevSelector implements Selector {
    private static final int SIZE = 65_537;
    private static final long SKIP_SALT = 0x9E37_79B9_7F4A_7C15L;

    private final int[] numbers = new int[SIZE];

    /**
     * Among these.
     *
     * @param members one at least that is not down, and fewer than a hundredth of the entries for even shares.
     */
    public MaglevSelector(List<Member> members) {
        final List<Member> alive = Member.alive(members);
        final int[] next = new int[alive.size()];
        final int[] skips = new int[alive.size()];
        final int[] credits = new int[alive.size()];
        int maxWeight = 0;
        for (int i = 0; i < next.length; i++) {
            final long id64 = RendezvousHash.id64(alive.get(i).name());
            next[i] = (int) Long.remainderUnsigned(RendezvousHash.mix64(id64), SIZE);
            skips[i] = (int) Long.remainderUnsigned(RendezvousHash.mix64(id64 ^ SKIP_SALT), SIZE - 1) + 1;
            maxWeight = Math.max(maxWeight, alive.get(i).weight());
        }
        Arrays.fill(numbers, -1);
        int filledCount = 0;
        int turn = 0;
        while (filledCount < SIZE) {
            credits[turn] += alive.get(turn).weight();
            if (credits[turn] >= maxWeight) {
                credits[turn] -= maxWeight;
                while (numbers[next[turn]] >= 0) {
                    next[turn] = (next[turn] + skips[turn]) % SIZE;
                }
                numbers[next[turn]] = alive.get(turn).number();
                filledCount++;
            }
            turn = (turn + 1) % next.length;
        }
    }

    @Override
    public int select(int ipv4) {
        return numbers[(int) Long.remainderUnsigned(RendezvousSelector.key64(ipv4), SIZE)];
    }
}
