package io.fairlead.core.simulation;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The backends as the operator has configured them, in the order they were added. */
final class Configuration {
    private final List<Incarnation> members = new ArrayList<>();

    void add(Incarnation added) {
        members.add(added);
    }

    void remove(Incarnation removed) {
        removed.isRemoved = true;
        members.remove(removed);
    }

    int size() {
        return members.size();
    }

    Incarnation get(int position) {
        return members.get(position);
    }

    Incarnation at(InetSocketAddress address) {
        for (final Incarnation member : members) {
            if (member.address.equals(address)) {
                return member;
            }
        }
        return null;
    }

    /** Whose agent answers at an address; null for nobody's. */
    Incarnation ofAgentAt(InetSocketAddress address) {
        for (final Incarnation member : members) {
            if (member.agent != null && member.agent.address().equals(address)) {
                return member;
            }
        }
        return null;
    }

    Incarnation ofHost(BackendHost host) {
        for (final Incarnation member : members) {
            if (member.host == host) {
                return member;
            }
        }
        return null;
    }

    /** First in a client's order among all, whether or not they accept; null without any. */
    Incarnation ownerOfAll(long key64) {
        return first(key64, member -> true);
    }

    /** First in a client's order among some; null without any. */
    Incarnation first(long key64, Predicate<Incarnation> isEligible) {
        Incarnation best = null;
        double bestScore = 0;
        for (final Incarnation member : members) {
            if (isEligible.test(member)) {
                final double score = member.score(key64);
                if (best == null || score > bestScore) {
                    best = member;
                    bestScore = score;
                }
            }
        }
        return best;
    }
}
