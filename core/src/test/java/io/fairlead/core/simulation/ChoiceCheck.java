package io.fairlead.core.simulation;

import static io.fairlead.core.simulation.Violation.require;

import io.fairlead.core.loop.BalancePolicy;
import io.fairlead.core.loop.ForwardingLoop;
import io.fairlead.core.loop.Invariants;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.WhyChosen;
import io.fairlead.core.table.ConnectionTable;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.agrona.concurrent.NanoClock;

/**
 * Whether each client gets the backend it must (I10): the one it is pinned to by what backends have said; else its owner, or
 * one that the policy may choose; never one that takes no connections or has failed this client already.
 */
final class ChoiceCheck {
    /** A pin that turned up late is followed as long as the record has room for the way back. */
    private static final int REDIRECT_LIMIT = ConnectionTable.TRIED_LIMIT - 1;

    private final HistorySettings settings;
    private final Configuration configuration;
    private final BalancerStatus status;
    private final NanoClock clock;
    private final Invariants invariants;
    private final HealthModel health;
    private final PinModel pins;
    private final PolicyCheck policies;
    /** Backends whose connect failed at once: for whom is known only when the next one gets a socket. */
    private final List<Incarnation> failedAttempts = new ArrayList<>();
    /** How many pins the engine had dropped by the last look. */
    private long expiredCount;

    ChoiceCheck(
            HistorySettings settings,
            Configuration configuration,
            BalancerStatus status,
            NanoClock clock,
            Invariants invariants,
            HealthModel health) {
        this.health = health;
        this.settings = settings;
        this.configuration = configuration;
        this.status = status;
        this.clock = clock;
        this.invariants = invariants;
        pins = new PinModel(settings.pinLimit, settings.pinTimeoutNs, health);
        policies = new PolicyCheck(settings, configuration, health);
    }

    /** The backend that is configured with an address: there must be one. */
    Incarnation backendAt(InetSocketAddress address) {
        final Incarnation backend = configuration.at(address);
        if (backend == null) {
            throw new Violation(-1, "I10 connects to " + address + ", which is not configured");
        }
        return backend;
    }

    /** A connect has failed at once. */
    void onConnectFailed(Incarnation backend) {
        failedAttempts.add(backend);
        policies.disturb();
    }

    /** The engine does something else: whoever had failed attempts has no more of them. */
    void onOtherCall() {
        failedAttempts.clear();
    }

    /** A connection goes on otherwise: the failed attempts were its own. */
    void onOtherCall(ConnectionRecord connection) {
        connection.failedCount += failedAttempts.size();
        failedAttempts.clear();
    }

    /** A connection gets a socket to a backend. */
    void onAttempt(ConnectionRecord connection, Incarnation chosen) {
        for (final Incarnation failed : failedAttempts) {
            connection.attemptCount++;
            connection.tried.add(failed);
        }
        failedAttempts.clear();
        connection.failedCount = 0;
        checkChoice(connection, chosen);
        connection.attemptCount++;
        connection.tried.add(chosen);
    }

    private void checkChoice(ConnectionRecord connection, Incarnation chosen) {
        if (!health.accepts(chosen)) {
            throw violation(connection, "chose a backend that takes no connections: " + chosen);
        }
        if (connection.tried.contains(chosen)) {
            throw violation(connection, "chose a backend again that had failed: " + chosen);
        }
        followExpiry();
        final PinModel.Pin pin = pinOf(connection);
        connection.why = null;
        if (pin != null && pins.isDoubtful(pin, clock.nanoTime())) {
            policies.disturb();
            return;
        }
        if (pin != null && pins.isUsable(pin, connection)) {
            connection.why = WhyChosen.PIN;
            if (pin.backend != chosen) {
                throw violation(connection, "mispinned to " + chosen + " instead of " + pin.backend);
            }
            return;
        }
        policies.checkLimit(connection);
        connection.why = policies.why(connection);
        checkPolicy(connection, chosen);
    }

    private void checkPolicy(ConnectionRecord connection, Incarnation chosen) {
        if (settings.policy == BalancePolicy.LEAST_CONNECTIONS) {
            policies.checkLoad(connection, chosen, invariants);
        } else if (settings.policy == BalancePolicy.ROUND_ROBIN) {
            policies.checkTurns(connection, chosen);
        } else {
            checkOrder(connection, chosen);
        }
    }

    /** The owner of all if it is usable, else the first that is well, else any; in a panic any is as good at first, but not later. */
    private void checkOrder(ConnectionRecord connection, Incarnation chosen) {
        final long key64 = connection.actor.key.key64();
        final Incarnation owner = configuration.ownerOfAll(key64);
        final boolean isFirst = connection.tried.isEmpty();
        Incarnation expected = null;
        if (isUsable(connection, owner) && (isFirst || health.acceptsHealthy(owner))) {
            expected = owner;
        } else if (!isFirst || !health.panics()) {
            expected =
                    configuration.first(key64, member -> health.acceptsHealthy(member) && isUsable(connection, member));
        }
        if (expected == null) {
            expected = configuration.first(key64, member -> isUsable(connection, member));
        }
        if (expected != chosen) {
            throw violation(connection, "chose " + chosen + ", the client's order says " + expected);
        }
        if (connection.why == WhyChosen.OWNER && owner != chosen) {
            connection.why = WhyChosen.FALLBACK;
        }
    }

    private boolean isUsable(ConnectionRecord connection, Incarnation member) {
        return health.accepts(member) && !connection.tried.contains(member);
    }

    /** A connection that was not needed is left for the pin that turned up meanwhile: its backend did nothing wrong. */
    void onLeftForPin(ConnectionRecord connection, Incarnation left) {
        connection.tried.remove(left);
        connection.withdrawnCount++;
    }

    /** A connection is forwarded from now on: a pin that turned up while it was being connected counts too. */
    void onForwarding(ConnectionRecord connection, Incarnation backend) {
        followExpiry();
        final PinModel.Pin pin = pinOf(connection);
        if (pin != null
                && pin.backend != backend
                && !pins.isDoubtful(pin, clock.nanoTime())
                && pins.isUsable(pin, connection)
                && connection.attemptCount < REDIRECT_LIMIT) {
            throw violation(connection, "mispinned: forwards to " + backend + ", pinned to " + pin.backend);
        }
    }

    /** A backend has sent its first byte. */
    void onAnswered(ConnectionRecord connection) {
        if (settings.isPinning) {
            followExpiry();
            connection.pin = pins.onAnswered(connection.actor.key, connection);
        }
    }

    /** The client's socket is gone. */
    void onEnd(ConnectionRecord connection) {
        if (connection.pin != null) {
            pins.onEnd(connection.pin, clock.nanoTime());
        }
    }

    /** Take over how many pins the engine has dropped: which ones these were must follow. */
    void followExpiry() {
        final long count = status.count(LoopCounter.PINS_EXPIRED);
        if (count != expiredCount) {
            pins.expire(clock.nanoTime(), (int) (count - expiredCount));
            expiredCount = count;
        }
    }

    long evictedPinCount() {
        return pins.evictedCount();
    }

    long refusedPinCount() {
        return pins.refusedCount();
    }

    /** Check that no pin has outlived its time-out by more than a grace. */
    void checkOverdue(long graceNs) {
        require(!pins.isOverdue(clock.nanoTime(), graceNs), -1, "a pin is held past its time-out");
    }

    /** Check that the engine holds as many pins as backends have made. */
    void checkCount() {
        if (settings.isPinning && pins.size() != invariants.pins().heldCount()) {
            throw new Violation(
                    -1, "I10 pins held: " + invariants.pins().heldCount() + ", by what backends said " + pins.size());
        }
    }

    /** Check what the engine says of the pin of each client. */
    void checkPins(List<ClientActor> clients, ForwardingLoop loop) {
        if (!settings.isPinning) {
            return;
        }
        followExpiry();
        for (final ClientActor client : clients) {
            final PinModel.Pin pin = pins.find(client.key);
            final String expected = pin == null || pin.backend.isRemoved ? null : pin.backend.name;
            final String actual = loop.lookUpPin(client.listenerIndex, client.address);
            if ((pin == null || !pins.isDoubtful(pin, clock.nanoTime())) && !Objects.equals(expected, actual)) {
                throw new Violation(client.id, "I10 is pinned to " + actual + ", by what backends said to " + expected);
            }
        }
    }

    /** Whether pins are left that will expire. */
    boolean hasPins() {
        return settings.isPinning && pins.size() > 0;
    }

    private PinModel.Pin pinOf(ConnectionRecord connection) {
        return settings.isPinning ? pins.find(connection.actor.key) : null;
    }

    private static Violation violation(ConnectionRecord connection, String what) {
        return new Violation(connection.clientId(), "I10 " + what);
    }
}
