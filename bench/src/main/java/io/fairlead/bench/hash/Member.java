package io.fairlead.bench.hash;

import java.util.ArrayList;
import java.util.List;

/**
 * A backend as selectors know it. <b>Immutable.</b>
 *
 * @param number from 1, in the order of the configuration: what HAProxy calls the server's id.
 * @param weight its share relative to the others', at least 1.
 * @param isDown whether it is configured but gets nothing. nginx's {@code ip_hash} counts such a member; for all others it
 *     is not there.
 */
public record Member(int number, int weight, boolean isDown) {
    private static final int PORT = 8765;
    private static final int HOST_PREFIX = 0x7f00_0100;

    /**
     * Members with these weights.
     *
     * @param weights in the order of their numbers; 0 is a member of weight 1 that is down.
     * @return as many members.
     */
    public static List<Member> fleet(int... weights) {
        final List<Member> members = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            members.add(new Member(i + 1, Math.max(weights[i], 1), weights[i] == 0));
        }
        return List.copyOf(members);
    }

    /** What rendezvous hashing and Maglev hash. */
    String name() {
        return "b" + number;
    }

    /** The address that ketama hashes. */
    String host() {
        final int address = HOST_PREFIX + number;
        return (address >>> 24) + "." + ((address >>> 16) & 0xff) + "." + ((address >>> 8) & 0xff) + "."
                + (address & 0xff);
    }

    /** The port that ketama hashes. */
    String port() {
        return Integer.toString(PORT);
    }

    /** Those that are not down. */
    static List<Member> alive(List<Member> members) {
        final List<Member> alive =
                members.stream().filter(member -> !member.isDown()).toList();
        if (alive.isEmpty()) {
            throw new IllegalArgumentException("nobody to choose from");
        }
        return alive;
    }
}
