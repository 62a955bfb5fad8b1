package io.fairlead.core.loop;

import io.fairlead.core.rules.ClientKey;
import io.fairlead.core.rules.RendezvousHash;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.WhyChosen;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.BackendSet;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.PinTable;

/**
 * Chooses a connection's backend: the one its client is pinned to if that pin is usable, else what the policy says among
 * the backends that accept and that this connection has not tried. A choice looks at every backend once.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Chooser {
    private final LoopState state;
    private final ConnectionTable connections;
    private final BackendSet backends;
    private final BalancePolicy policy;

    Chooser(LoopState state) {
        this.state = state;
        connections = state.connections;
        backends = state.backends;
        policy = state.settings.policy();
    }

    /** Choose, and note why. @return null when no backend is left for this connection. */
    Backend choose(int slot) {
        final Backend pinned = pinned(slot);
        if (pinned != null) {
            note(slot, WhyChosen.PIN, LoopCounter.AFFINITY_PIN);
            return pinned;
        }
        final Backend chosen = byPolicy(slot);
        if (chosen != null) {
            if (connections.triedCount(slot) > 0) {
                note(slot, WhyChosen.RETRY, LoopCounter.AFFINITY_RETRY);
            } else if (policy == BalancePolicy.SOURCE) {
                note(slot, WhyChosen.OWNER, LoopCounter.AFFINITY_OWNER);
            } else {
                note(slot, WhyChosen.BALANCE, LoopCounter.AFFINITY_BALANCE);
            }
        }
        return chosen;
    }

    /** The backend of the client's pin, if that is usable for this connection (I10), else null. */
    Backend pinned(int slot) {
        final int pin = findPin(slot);
        if (pin == PinTable.NULL_PIN) {
            return null;
        }
        final Backend backend = backends.byId(state.pins.backendId(pin));
        return backend != null && isUsable(slot, backend) ? backend : null;
    }

    /**
     * The backend a connection has answered: pin its client to it, unless the client has a pin that is as good. The
     * connection keeps the pin alive until it ends.
     */
    void onAnswered(int slot) {
        if (state.pins == null) {
            return;
        }
        int pin = findPin(slot);
        if (pin == PinTable.NULL_PIN) {
            pin = insertPin(slot);
            if (pin == PinTable.NULL_PIN) {
                state.counters.increment(LoopCounter.PINS_REFUSED);
                return;
            }
        } else {
            if (pinned(slot) == null) {
                state.pins.backendId(pin, connections.backendId(slot));
            }
            state.pins.acquire(pin);
        }
        connections.pin(slot, pin);
        publishPins();
    }

    /** A connection ends: its client's pin has one connection less. */
    void onEnd(int slot, long nowNs) {
        final int pin = connections.pin(slot);
        if (pin != PinTable.NULL_PIN) {
            state.pins.release(pin, nowNs);
            publishPins();
        }
    }

    void expirePins(long nowNs, int dropLimit) {
        if (state.pins != null) {
            final int count = state.pins.expire(nowNs, state.settings.pinTimeoutNs(), dropLimit);
            if (count > 0) {
                state.counters.add(LoopCounter.PINS_EXPIRED, count);
                publishPins();
            }
        }
    }

    /**
     * Whether a connection that was just connected should be elsewhere. Deliberately not {@link #pinned}: it walks the
     * configured backends and asks each whether it is the one, so that a mistake there does not hide here.
     */
    boolean isMispinned(int slot) {
        if (state.pins == null) {
            return false;
        }
        final int pin = findPin(slot);
        final int current = connections.backendId(slot);
        for (int i = 0; pin != PinTable.NULL_PIN && i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            if (backend.id() == state.pins.backendId(pin)) {
                return backend.id() != current && !backend.draining() && !connections.hasTried(slot, backend.id());
            }
        }
        return false;
    }

    /** The backend rendezvous hashing chooses among all configured, whether or not they accept; null without any. */
    Backend ownerOfAll(int slot) {
        return byRendezvous(slot, false);
    }

    private Backend byPolicy(int slot) {
        return switch (policy) {
            case ROUND_ROBIN -> byTurn(slot);
            case LEAST_CONNECTIONS -> byLoad(slot);
            case SOURCE -> byRendezvous(slot, true);
        };
    }

    private Backend byRendezvous(int slot, boolean onlyUsable) {
        final long key64 = ClientKey.key64(connections.keyHi(slot), connections.keyLo(slot));
        return backends.hasEqualWeights() ? byHash(slot, key64, onlyUsable) : byScore(slot, key64, onlyUsable);
    }

    private Backend byHash(int slot, long key64, boolean onlyUsable) {
        Backend best = null;
        long bestHash = 0;
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            final long hash = RendezvousHash.hash(key64, backend.id64());
            final boolean isFirst = best == null || RendezvousHash.beats(hash, backend.id64(), bestHash, best.id64());
            if (isFirst && (!onlyUsable || isUsable(slot, backend))) {
                best = backend;
                bestHash = hash;
            }
        }
        return best;
    }

    private Backend byScore(int slot, long key64, boolean onlyUsable) {
        Backend best = null;
        double bestScore = 0;
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            final long hash = RendezvousHash.hash(key64, backend.id64());
            if (best != null && RendezvousHash.scoresBelow(hash, backend.weight(), bestScore)) {
                continue;
            }
            final double score = RendezvousHash.score(hash, backend.weight());
            final boolean isFirst = best == null || RendezvousHash.beats(score, backend.id64(), bestScore, best.id64());
            if (isFirst && (!onlyUsable || isUsable(slot, backend))) {
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
    private Backend byTurn(int slot) {
        Backend best = null;
        long total = 0;
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            if (isUsable(slot, backend)) {
                total += backend.weight();
                backend.turnCredit(backend.turnCredit() + backend.weight());
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
    private Backend byLoad(int slot) {
        final long key64 = ClientKey.key64(connections.keyHi(slot), connections.keyLo(slot));
        Backend best = null;
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            if (isUsable(slot, backend) && (best == null || isLighter(backend, best, key64))) {
                best = backend;
            }
        }
        return best;
    }

    private static boolean isLighter(Backend backend, Backend best, long key64) {
        // Cross-multiplied: active / weight without the rounding of a division.
        final long load = (long) backend.activeCount() * best.weight();
        final long bestLoad = (long) best.activeCount() * backend.weight();
        return load < bestLoad
                || (load == bestLoad
                        && RendezvousHash.beats(
                                RendezvousHash.hash(key64, backend.id64()),
                                backend.id64(),
                                RendezvousHash.hash(key64, best.id64()),
                                best.id64()));
    }

    private boolean isUsable(int slot, Backend backend) {
        return backend.accepts() && !connections.hasTried(slot, backend.id());
    }

    private int findPin(int slot) {
        return state.pins == null
                ? PinTable.NULL_PIN
                : state.pins.find(connections.listenerIndex(slot), connections.keyHi(slot), connections.keyLo(slot));
    }

    private int insertPin(int slot) {
        final boolean wasFull = state.pins.isFull();
        final int pin = state.pins.insert(
                connections.listenerIndex(slot),
                connections.keyHi(slot),
                connections.keyLo(slot),
                connections.backendId(slot));
        if (wasFull && pin != PinTable.NULL_PIN) {
            state.counters.increment(LoopCounter.PINS_EVICTED);
        }
        return pin;
    }

    private void note(int slot, WhyChosen why, LoopCounter counter) {
        connections.why(slot, why.ordinal());
        state.counters.increment(counter);
    }

    private void publishPins() {
        state.counters.set(LoopCounter.PINS_HELD, state.pins.heldCount());
        state.counters.set(LoopCounter.PINS_LIVE, state.pins.liveCount());
    }
}
