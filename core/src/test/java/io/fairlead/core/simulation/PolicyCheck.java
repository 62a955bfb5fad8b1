package io.fairlead.core.simulation;

import io.fairlead.core.loop.BalancePolicy;
import io.fairlead.core.loop.Invariants;
import io.fairlead.core.status.WhyChosen;
import java.util.HashMap;
import java.util.Map;

/** I10 without a pin: whether a backend is the one that the policy says, and how many may be tried. */
final class PolicyCheck {
    private final HistorySettings settings;
    private final Configuration configuration;
    private final HealthModel health;
    /** Turns of each backend, as long as there were no others than first choices among all. */
    private final Map<Incarnation, Long> turns = new HashMap<>();

    private long turnCount;
    private boolean isSteady;

    PolicyCheck(HistorySettings settings, Configuration configuration, HealthModel health) {
        this.health = health;
        this.settings = settings;
        this.configuration = configuration;
        isSteady = settings.operationCount == 0;
    }

    /** Those left for a pin do not count against the limit. */
    void checkLimit(ConnectionRecord connection) {
        if (connection.tried.size() >= settings.attemptLimit + connection.withdrawnCount) {
            throw new Violation(
                    connection.clientId(), "tries more than " + settings.attemptLimit + ": " + connection.tried);
        }
    }

    /** What an event must say of a choice that no pin made. */
    WhyChosen why(ConnectionRecord connection) {
        if (!connection.tried.isEmpty()) {
            return WhyChosen.RETRY;
        }
        return settings.policy == BalancePolicy.SOURCE ? WhyChosen.OWNER : WhyChosen.BALANCE;
    }

    /** No other usable backend has fewer connections for its weight; the chosen one counts this connection already. */
    void checkLoad(ConnectionRecord connection, Incarnation chosen, Invariants invariants) {
        final long activeCount = activeCount(chosen, invariants) - 1;
        for (int i = 0; i < configuration.size(); i++) {
            final Incarnation other = configuration.get(i);
            if (other != chosen
                    && health.acceptsHealthy(other)
                    && !connection.tried.contains(other)
                    && activeCount(other, invariants) * chosen.weight < activeCount * other.weight) {
                throw new Violation(connection.clientId(), "I10 chose " + chosen + ", but less is asked of " + other);
            }
        }
    }

    /** Somebody has chosen among less than all, or unseen. */
    void disturb() {
        isSteady = false;
    }

    /** Each backend gets its share of the turns, give or take two rounds. */
    void checkTurns(ConnectionRecord connection, Incarnation chosen) {
        isSteady &= connection.tried.isEmpty();
        for (int i = 0; i < configuration.size(); i++) {
            isSteady &= health.acceptsHealthy(configuration.get(i));
        }
        if (!isSteady) {
            return;
        }
        turnCount++;
        turns.merge(chosen, 1L, Long::sum);
        long total = 0;
        for (int i = 0; i < configuration.size(); i++) {
            total += configuration.get(i).weight;
        }
        for (int i = 0; i < configuration.size(); i++) {
            final Incarnation member = configuration.get(i);
            if (Math.abs(turnCount * member.weight - turns.getOrDefault(member, 0L) * total) > 2 * total) {
                throw new Violation(connection.clientId(), "I10 unfair turns after " + turnCount + ": " + turns);
            }
        }
    }

    private static long activeCount(Incarnation member, Invariants invariants) {
        return invariants.backends().byName(member.name).activeCount();
    }
}
