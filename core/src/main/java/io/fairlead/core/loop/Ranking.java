package io.fairlead.core.loop;

import io.fairlead.core.rules.ClientKey;
import io.fairlead.core.rules.RendezvousHash;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.BackendSet;
import io.fairlead.core.table.ConnectionTable;

/**
 * The best of the backends that are in question for a connection: the first in its client's order, the one whose turn it is, or
 * the one with the least load. Each looks at every backend once. {@link Chooser} says who is in question.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Ranking {
    private final LoopState state;
    private final ConnectionTable connections;
    private final BackendSet backends;
    private final HotSources hot;

    /** Which backends are in question. */
    enum Tier {
        /** Those that are no backups, in whatever state. */
        CONFIGURED,
        /** Well, with room for a hot source. */
        LIGHT,
        HEALTHY,
        HEALTHY_BACKUP,
        /** Well or not, in a panic. */
        ACCEPTING,
        ACCEPTING_BACKUP
    }

    Ranking(LoopState state, HotSources hot) {
        this.state = state;
        this.hot = hot;
        connections = state.connections;
        backends = state.backends;
    }

    private boolean isEligible(int slot, Backend backend, Tier tier) {
        return switch (tier) {
            case CONFIGURED -> isOfPool(backend);
            case LIGHT ->
                belongs(backend) && backend.acceptsHealthy() && isOpen(slot, backend) && !hot.isLaden(backend);
            case HEALTHY -> belongs(backend) && backend.acceptsHealthy() && isOpen(slot, backend);
            case HEALTHY_BACKUP -> backend.acceptsHealthy() && isOpen(slot, backend);
            case ACCEPTING -> belongs(backend) && isUsable(slot, backend);
            case ACCEPTING_BACKUP -> isUsable(slot, backend);
        };
    }

    /** Backups alone are a pool like any other. */
    private boolean isOfPool(Backend backend) {
        return !backend.isBackup() || backends.primaryCount() == 0;
    }

    private boolean belongs(Backend backend) {
        return !backend.isBackup() || state.backupsJoin;
    }

    /** Whether it accepts and is open to this connection. */
    boolean isUsable(int slot, Backend backend) {
        return backend.accepts() && isOpen(slot, backend);
    }

    /** Whether it has room, and this connection has not tried it. */
    boolean isOpen(int slot, Backend backend) {
        return !backend.isFull() && !connections.hasTried(slot, backend.id());
    }

    /** The first in the client's order; null if none is in question. */
    Backend byRendezvous(int slot, Tier tier) {
        final long key64 = ClientKey.key64(connections.keyHi(slot), connections.keyLo(slot));
        return backends.hasEqualWeights() ? byHash(slot, key64, tier) : byScore(slot, key64, tier);
    }

    private Backend byHash(int slot, long key64, Tier tier) {
        Backend best = null;
        long bestHash = 0;
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            final long hash = RendezvousHash.hash(key64, backend.id64());
            final boolean isFirst = best == null || RendezvousHash.beats(hash, backend.id64(), bestHash, best.id64());
            if (isFirst && isEligible(slot, backend, tier)) {
                best = backend;
                bestHash = hash;
            }
        }
        return best;
    }

    private Backend byScore(int slot, long key64, Tier tier) {
        Backend best = null;
        double bestScore = 0;
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            final long hash = RendezvousHash.hash(key64, backend.id64());
            if (best != null && RendezvousHash.scoresBelow(hash, backend.share(), bestScore)) {
                continue;
            }
            final double score = RendezvousHash.score(hash, backend.share());
            final boolean isFirst = best == null || RendezvousHash.beats(score, backend.id64(), bestScore, best.id64());
            if (isFirst && isEligible(slot, backend, tier)) {
                best = backend;
                bestScore = score;
            }
        }
        return best;
    }

    /**
     * Weighted round-robin that spreads a heavy backend's turns out: each gains its weight in credit, the richest goes
     * and pays the sum of all (the smooth variant that nginx uses since 1.3.1).
     */
    Backend byTurn(int slot, Tier tier) {
        Backend best = null;
        long total = 0;
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            if (isEligible(slot, backend, tier)) {
                total += backend.rampedShare();
                backend.turnCredit(backend.turnCredit() + backend.rampedShare());
                if (best == null || backend.turnCredit() > best.turnCredit()) {
                    best = backend;
                }
            }
        }
        if (best != null) {
            best.turnCredit(best.turnCredit() - total);
        }
        return best;
    }

    /** Fewest connections for the weight; among equals the client's rendezvous order, so that none is always first. */
    Backend byLoad(int slot, Tier tier) {
        final long key64 = ClientKey.key64(connections.keyHi(slot), connections.keyLo(slot));
        Backend best = null;
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            if (isEligible(slot, backend, tier) && (best == null || isLighter(backend, best, key64))) {
                best = backend;
            }
        }
        return best;
    }

    private static boolean isLighter(Backend backend, Backend best, long key64) {
        // Cross-multiplied: active / weight without the rounding of a division.
        final long load = backend.activeCount() * best.rampedShare();
        final long bestLoad = best.activeCount() * backend.rampedShare();
        return load < bestLoad
                || (load == bestLoad
                        && RendezvousHash.beats(
                                RendezvousHash.hash(key64, backend.id64()),
                                backend.id64(),
                                RendezvousHash.hash(key64, best.id64()),
                                best.id64()));
    }
}
