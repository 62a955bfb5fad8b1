package io.fairlead.core.simulation;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

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
        Incarnation best = null;
        for (final Incarnation member : members) {
            if (best == null || member.score(key64) > best.score(key64)) {
                best = member;
            }
        }
        return best;
    }

    /** First in a client's order among those that accept and that it has not tried; null if none is left. */
    Incarnation owner(long key64, List<Incarnation> tried) {
        Incarnation best = null;
        double bestScore = 0;
        for (final Incarnation member : members) {
            if (member.accepts() && !tried.contains(member)) {
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
