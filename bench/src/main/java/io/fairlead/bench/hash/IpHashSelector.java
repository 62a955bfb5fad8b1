package io.fairlead.bench.hash;

import java.util.List;

/**
 * nginx's {@code ip_hash}: the first three octets, folded to one of 6,271 values, modulo the sum of weights. A member that is
 * down keeps its place in the sum, and the hash goes on from where it stood until it meets another.
 *
 * <p>After twenty tries nginx turns to round-robin, which no function of the address can be; that is reported as an error
 * here. <b>Immutable.</b>
 */
public final class IpHashSelector implements Selector {
    private static final int START = 89;
    private static final int FACTOR = 113;
    private static final int MODULUS = 6271;
    private static final int KEY_OCTETS = 3;
    private static final int TRY_LIMIT = 20;

    private final int[] numbers;
    private final int[] weights;
    private final boolean[] isDown;
    private final int totalWeight;

    /**
     * Among these.
     *
     * @param members one at least, those that are down included.
     */
    public IpHashSelector(List<Member> members) {
        numbers = members.stream().mapToInt(Member::number).toArray();
        weights = members.stream().mapToInt(Member::weight).toArray();
        isDown = new boolean[numbers.length];
        int total = 0;
        for (int i = 0; i < numbers.length; i++) {
            isDown[i] = members.get(i).isDown();
            total += weights[i];
        }
        totalWeight = total;
    }

    @Override
    public int select(int ipv4) {
        int hash = START;
        for (int i = 0; i <= TRY_LIMIT; i++) {
            hash = fold(hash, ipv4);
            final int index = indexAt(hash % totalWeight);
            if (!isDown[index]) {
                return numbers[index];
            }
        }
        throw new IllegalStateException("left to round-robin");
    }

    private static int fold(int start, int ipv4) {
        int hash = start;
        for (int octet = 0; octet < KEY_OCTETS; octet++) {
            hash = (hash * FACTOR + (ipv4 >>> (24 - 8 * octet) & 0xff)) % MODULUS;
        }
        return hash;
    }

    private int indexAt(int share) {
        int index = 0;
        int rest = share;
        while (rest >= weights[index]) {
            rest -= weights[index];
            index++;
        }
        return index;
    }
}
