package io.fairlead.core.loop;

import io.fairlead.core.loop.Ranking.Tier;
import io.fairlead.core.status.LimitKind;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.WhyChosen;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.BackendSet;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.PinTable;

/**
 * Chooses a connection's backend. Among those that accept, that are not full and that this connection has not tried:
 *
 * <ol>
 *   <li>the one its client is pinned to, unless the client is hot (I10);
 *   <li>the owner of its key among all that are no backups, be it well or in a panic;
 *   <li>the first in the client's order, or whatever the policy says, among those that are well; backups belong to them once
 *       too few others are well;
 *   <li>a backup that is well;
 *   <li>in a panic, any.
 * </ol>
 *
 * <p>The owner goes first, so that a client whose owner is there is not moved by what becomes of others. Two balancers with
 * the same backends, in whatever order, choose alike for a client without a pin, as far as they agree on who is well; where
 * they do not, the failed attempt of one leads to the choice of the other.
 *
 * <p>A choice looks at every backend once; where the owner is not to be had, once more for each step.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Chooser {
    private static final Tier[] HEALTHY_FIRST = {
        Tier.HEALTHY, Tier.HEALTHY_BACKUP, Tier.ACCEPTING, Tier.ACCEPTING_BACKUP
    };
    private static final Tier[] ANY_FIRST = {Tier.ACCEPTING, Tier.ACCEPTING_BACKUP};

    private final LoopState state;
    private final ConnectionTable connections;
    private final BackendSet backends;
    private final BalancePolicy policy;
    private final boolean failsBackToOwner;

    /** Whether a client's connections go to one backend, so that a client can be too much for it. */
    private final boolean bindsClients;

    private final Ranking ranking;
    private final HotSources hot;
    private final Notices notices;

    Chooser(LoopState state, HotSources hot, Notices notices) {
        this.state = state;
        this.hot = hot;
        this.notices = notices;
        ranking = new Ranking(state, hot);
        connections = state.connections;
        backends = state.backends;
        policy = state.settings.policy();
        bindsClients = state.pins != null || policy == BalancePolicy.SOURCE;
        failsBackToOwner = state.settings.health().failback() == Failback.OWNER && policy == BalancePolicy.SOURCE;
    }

    /** Choose, and note why. @return null when no backend is left for this connection. */
    Backend choose(int slot, long nowNs) {
        final long keyHi = connections.keyHi(slot);
        final long keyLo = connections.keyLo(slot);
        if (bindsClients && connections.is(slot, Flag.CROWDED)) {
            lookForHeat(slot, keyHi, keyLo, nowNs);
        }
        final Backend pinned = pinned(slot);
        if (pinned != null) {
            note(slot, WhyChosen.PIN, LoopCounter.AFFINITY_PIN);
            return pinned;
        }
        final boolean isHot = hot.isHot(keyHi, keyLo);
        final Backend owner = policy == BalancePolicy.SOURCE ? ownerOfAll(slot) : null;
        final Backend chosen = isHot ? bySpreading(slot, owner) : byPolicy(slot, owner);
        if (chosen != null) {
            noteReason(slot, chosen, owner, isHot, nowNs);
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
        return backend != null && ranking.isUsable(slot, backend) && bindsClient(slot, pin, backend) ? backend : null;
    }

    /** Whether a backend that is well would take a connection beside those it has tried. */
    boolean hasHealthyOther(int slot) {
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            if (backend.acceptsHealthy() && ranking.isOpen(slot, backend)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a backend that accepts would have been chosen, were it not full. */
    boolean isHeldUpByLimits(int slot) {
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            if (backend.accepts() && backend.isFull() && !connections.hasTried(slot, backend.id())) {
                return true;
            }
        }
        return false;
    }

    /**
     * The backend a connection has answered: pin its client to it, unless the client has a pin that is as good, or one that
     * only its being hot kept from being used. The connection keeps the pin alive until it ends.
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
            if (pinned(slot) == null && !isHot(slot)) {
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
                return backend.id() != current
                        && backend.accepts()
                        && !backend.isFull()
                        && !connections.hasTried(slot, backend.id())
                        && bindsClient(slot, pin, backend);
            }
        }
        return false;
    }

    /** The backend rendezvous hashing chooses among all that are no backups, whether or not they accept; null without any. */
    Backend ownerOfAll(int slot) {
        return ranking.byRendezvous(slot, Tier.CONFIGURED);
    }

    private boolean isHot(int slot) {
        return hot.isHot(connections.keyHi(slot), connections.keyLo(slot));
    }

    /** A hot client is not bound, and one that went elsewhere for a time may not be any more. */
    private boolean bindsClient(int slot, int pin, Backend backend) {
        return !isHot(slot) && !(failsBackToOwner && state.pins.liveCount(pin) == 0 && hasOwnerBack(slot, backend));
    }

    private boolean hasOwnerBack(int slot, Backend backend) {
        final Backend owner = ownerOfAll(slot);
        return owner != null
                && owner != backend
                && owner.acceptsHealthy()
                && (owner.id() == connections.backendId(slot) || ranking.isOpen(slot, owner));
    }

    private void lookForHeat(int slot, long keyHi, long keyLo, long nowNs) {
        final Backend pinned = backendOfPin(slot);
        final Backend home = pinned == null ? ownerOfAll(slot) : pinned;
        if (home != null) {
            hot.look(keyHi, keyLo, home, nowNs);
        }
    }

    /** What the client is bound to, usable or not; null without a pin. */
    private Backend backendOfPin(int slot) {
        final int pin = findPin(slot);
        return pin == PinTable.NULL_PIN ? null : backends.byId(state.pins.backendId(pin));
    }

    /** The owner is null where the source does not decide. */
    private void noteReason(int slot, Backend chosen, Backend owner, boolean isHot, long nowNs) {
        if (isHot) {
            note(slot, WhyChosen.HOT, LoopCounter.AFFINITY_HOT);
            return;
        }
        if (connections.triedCount(slot) > 0) {
            note(slot, WhyChosen.RETRY, LoopCounter.AFFINITY_RETRY);
            return;
        }
        final Backend pinned = backendOfPin(slot);
        final Backend first = pinned != null && pinned.accepts() ? pinned : owner;
        if (first != null && first != chosen && first.accepts() && first.isFull()) {
            notices.limit(LimitKind.BACKEND_CONNECTIONS, first, nowNs);
            note(slot, WhyChosen.OVERFLOW, LoopCounter.AFFINITY_OVERFLOW);
        } else if (policy != BalancePolicy.SOURCE) {
            note(slot, WhyChosen.BALANCE, LoopCounter.AFFINITY_BALANCE);
        } else if (chosen == owner) {
            note(slot, WhyChosen.OWNER, LoopCounter.AFFINITY_OWNER);
        } else {
            note(slot, WhyChosen.FALLBACK, LoopCounter.AFFINITY_FALLBACK);
        }
    }

    private Backend byPolicy(int slot, Backend owner) {
        // In a panic nobody is asked whether it is well before it was tried; behind a failed attempt it is worth
        // asking.
        final boolean isFirstAttempt = connections.triedCount(slot) == 0;
        if (owner != null && ranking.isUsable(slot, owner) && (isFirstAttempt || owner.healthy())) {
            return owner;
        }
        for (final Tier tier : isFirstAttempt && state.status.panicking() ? ANY_FIRST : HEALTHY_FIRST) {
            final Backend chosen = pick(slot, tier);
            if (chosen != null) {
                return chosen;
            }
        }
        return null;
    }

    /** The connections of a hot source go where there is room for them, in their order as far as that leads. */
    private Backend bySpreading(int slot, Backend owner) {
        if (policy != BalancePolicy.SOURCE || state.status.panicking()) {
            // In a panic a crowd is not to end the few that are well either: it goes where it would without being one.
            return byPolicy(slot, owner);
        }
        final Backend light = ranking.byRendezvous(slot, Tier.LIGHT);
        final Backend lightest = light == null ? ranking.byLoad(slot, Tier.HEALTHY) : light;
        return lightest == null ? byPolicy(slot, owner) : lightest;
    }

    private Backend pick(int slot, Tier tier) {
        return switch (policy) {
            case ROUND_ROBIN -> ranking.byTurn(slot, tier);
            case LEAST_CONNECTIONS -> ranking.byLoad(slot, tier);
            case SOURCE -> ranking.byRendezvous(slot, tier);
        };
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
