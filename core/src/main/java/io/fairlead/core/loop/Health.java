package io.fairlead.core.loop;

import io.fairlead.core.health.CheckTally;
import io.fairlead.core.health.Ejection;
import io.fairlead.core.rules.AgentAnswer;
import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.BackendSet;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Decides which backends are well, from their checks, their agents and what became of connections to them, and whether so
 * few are that it must not matter. Every change of a backend's state passes through {@link #refresh}.
 *
 * <p><b>No client decides it.</b> Failed connects eject a backend, for a client has no part in them. An upgrade without an
 * answer may be the client's doing, however well-formed it was, so a run of them only has the backend checked at once, and
 * the check decides; where nothing is checked they have no effect. What is said to a malformed request never counts.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Health {
    private static final int PERCENT = 100;
    private static final int LEAST_RAMP_PERCENT = 10;

    private final LoopState state;
    private final BackendSet backends;
    private final HealthSettings settings;
    private final Notices notices;
    private final SplittableRandom random;
    private Prober prober;

    Health(LoopState state, Notices notices, long seed) {
        this.state = state;
        this.notices = notices;
        backends = state.backends;
        settings = state.settings.health();
        random = new SplittableRandom(seed);
    }

    /** Who checks at once when asked to. To be set once, before the first backend is added. */
    void prober(Prober value) {
        prober = value;
    }

    /** A backend was configured. */
    void onAdded(Backend backend, long nowNs) {
        final HealthSettings.Checks checks = settings.checks();
        final HealthSettings.Ejections ejections = settings.ejections();
        final Vitals vitals = new Vitals(
                checks.kind() == CheckKind.OFF ? null : new CheckTally(checks.rise(), checks.fall(), checks.startsUp()),
                ejections.afterFailures() == 0
                        ? null
                        : new Ejection(ejections.afterFailures(), ejections.baseNs(), ejections.limitNs()));
        vitals.state = vitals.stateOf(backend);
        vitals.sinceMs = notices.timeMs(nowNs);
        if (vitals.isUnproven()) {
            vitals.reason = "not checked yet";
        }
        state.vitals(backend, vitals);
        refresh(backend, "", nowNs);
    }

    /** A backend is no longer configured. */
    void onRemoved(Backend backend, long nowNs) {
        final Vitals vitals = state.vitals(backend);
        stopRising(backend, vitals);
        enter(backend, vitals, BackendState.REMOVED, "removed by an operator", nowNs);
        assess(nowNs);
        state.publishBackends();
    }

    /** An operator drains a backend, or no longer does. */
    void onDrained(Backend backend, long nowNs) {
        refresh(backend, backend.draining() ? "drained by an operator" : "resumed by an operator", nowNs);
    }

    /** A backend's weight was changed by an operator. */
    void onWeighed(long nowNs) {
        assess(nowNs);
        state.publishBackends();
    }

    /** A connection to a backend was established. */
    void onConnected(Backend backend, long nowNs) {
        final Vitals vitals = state.vitals(backend);
        if (vitals.ejection != null) {
            vitals.ejection.onSuccess(nowNs);
        }
    }

    /** A backend refused a connection, or did not take it in time. */
    void onConnectFailed(Backend backend, String what, long nowNs) {
        final Vitals vitals = state.vitals(backend);
        // What is down gets nobody anyway: those who were on their way there say nothing new.
        final boolean isNews = vitals.ejection != null && vitals.isUp() && !backend.removed();
        if (!isNews || !vitals.ejection.onFailure(nowNs)) {
            return;
        }
        // It may be down for good, which only checks can tell; and what ends an ejection early is a check too.
        prober.checkSoon(backend, nowNs);
        if (!vitals.isEjected() && mayEjectAnother()) {
            final double jitter = random.nextDouble();
            final long durationNs = vitals.ejection.eject(nowNs, jitter);
            vitals.passedCount = 0;
            state.stats(backend.id()).counters().increment(BackendCounter.TIMES_EJECTED);
            refresh(backend, "connecting it failed repeatedly, last: " + what + "; for " + seconds(durationNs), nowNs);
        }
    }

    /** A backend answered an upgrade, with whatever. */
    void onAnswered(Backend backend) {
        final Vitals vitals = state.vitals(backend);
        vitals.unansweredCount = 0;
        vitals.isSuspect = false;
    }

    /** A backend took a well-formed upgrade and left it without an answer. */
    void onUnanswered(Backend backend, long nowNs) {
        final Vitals vitals = state.vitals(backend);
        vitals.unansweredCount++;
        final int limit = settings.ejections().afterFailures();
        if (limit > 0
                && vitals.unansweredCount >= limit
                && vitals.tally != null
                && vitals.isUp()
                && !backend.removed()) {
            vitals.isSuspect = true;
            prober.checkSoon(backend, nowNs);
        }
    }

    /** A check has a result. {@code what} went wrong, if it did. */
    void onCheck(Backend backend, boolean passed, String what, long nowNs) {
        final Vitals vitals = state.vitals(backend);
        final boolean wasSuspect = vitals.isSuspect;
        final boolean isFirst = !vitals.tally.isProven();
        vitals.isSuspect = false;
        if (wasSuspect) {
            vitals.unansweredCount = 0;
        }
        state.stats(backend.id())
                .counters()
                .increment(passed ? BackendCounter.CHECKS_PASSED : BackendCounter.CHECKS_FAILED);
        final boolean isChange = wasSuspect ? vitals.tally.onSuspectResult(passed) : vitals.tally.onResult(passed);
        vitals.passedCount = passed ? vitals.passedCount + 1 : 0;
        if (vitals.isEjected() && vitals.passedCount >= settings.checks().rise()) {
            vitals.ejection.endEarly(nowNs);
            refresh(backend, vitals.passedCount + " checks passed", nowNs);
        } else if (isChange || isFirst) {
            refresh(backend, reason(passed, what, isFirst, wasSuspect), nowNs);
        }
    }

    private String reason(boolean passed, String what, boolean isFirst, boolean wasSuspect) {
        if (isFirst) {
            return passed ? "the first check passed" : "the first check failed: " + what;
        }
        if (passed) {
            return "checks passed: " + settings.checks().rise();
        }
        return wasSuspect
                ? "upgrades were not answered, and the check agrees: " + what
                : "checks failed: " + settings.checks().fall() + ", last: " + what;
    }

    /** A backend's agent has spoken. */
    void onAgent(Backend backend, AgentAnswer answer, long nowNs) {
        final Vitals vitals = state.vitals(backend);
        switch (answer.administrative()) {
            case READY -> {
                vitals.isDrainedByAgent = false;
                vitals.isInMaintenance = false;
            }
            case DRAIN -> {
                vitals.isDrainedByAgent = true;
                vitals.isInMaintenance = false;
            }
            case MAINT -> vitals.isInMaintenance = true;
            default -> {}
        }
        switch (answer.operational()) {
            case UP -> vitals.isDownByAgent = false;
            case DOWN -> vitals.isDownByAgent = true;
            default -> {}
        }
        if (answer.maxConnections() >= 0) {
            backend.connectionLimit(answer.maxConnections());
        }
        final int percent = answer.weightPercent();
        if (percent >= 0) {
            vitals.isWeightless = percent == 0;
            if (percent > 0 && percent != backend.weightPercent()) {
                backends.weigh(backend, backend.weight(), percent);
            }
        }
        refresh(backend, AgentWords.describe(answer), nowNs);
    }

    /** Whether something is changing, so that checks are to come faster. */
    boolean isInTransition(Backend backend) {
        final Vitals vitals = state.vitals(backend);
        return vitals.isSuspect || vitals.isEjected() || vitals.tally.inTransition();
    }

    /** Once in a while: let ejections end, and those who came back grow. */
    void tick(long nowNs) {
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            final Vitals vitals = state.vitals(backend);
            if (vitals.ejection != null && vitals.ejection.endIfDue(nowNs)) {
                refresh(backend, "its ejection is over; the next failure begins another", nowNs);
            }
            if (vitals.isRising) {
                rise(backend, vitals, nowNs);
            }
        }
        notices.flush(nowNs);
    }

    /** Bring what follows from a backend's vitals up to date, and tell if its state changed. */
    private void refresh(Backend backend, String reason, long nowNs) {
        final Vitals vitals = state.vitals(backend);
        backend.withheld(vitals.isWithheld());
        backend.healthy(vitals.isWell());
        enter(backend, vitals, vitals.stateOf(backend), reason, nowNs);
        assess(nowNs);
        state.publishBackends();
    }

    private void enter(Backend backend, Vitals vitals, BackendState entered, String reason, long nowNs) {
        final BackendState left = vitals.state;
        if (entered == left) {
            return;
        }
        vitals.state = entered;
        vitals.reason = reason;
        vitals.sinceMs = notices.timeMs(nowNs);
        if (entered == BackendState.DOWN) {
            state.stats(backend.id()).counters().increment(BackendCounter.TIMES_DOWN);
        }
        final boolean wasBroken = left == BackendState.DOWN || left == BackendState.EJECTED;
        if (entered == BackendState.ACTIVE && wasBroken && settings.slowStartNs() > 0) {
            startRising(backend, vitals, nowNs);
        }
        notices.backend(backend, left, entered, reason, nowNs);
    }

    /** See what all of them make together. */
    private void assess(long nowNs) {
        long capacity = 0;
        long healthyPrimaries = 0;
        long healthy = 0;
        boolean isAnyDown = false;
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            final long share = backend.isInService() ? backend.share() : 0;
            capacity += backend.isBackup() ? 0 : share;
            healthy += backend.healthy() ? share : 0;
            isAnyDown |= !state.vitals(backend).isUp();
            healthyPrimaries += backend.healthy() && !backend.isBackup() ? share : 0;
        }
        state.isAnyDown = isAnyDown;
        final int threshold = settings.panicThreshold();
        state.backupsJoin = capacity == 0 || isBelow(healthyPrimaries, threshold, capacity);
        final boolean panics = threshold > 0 && capacity > 0 && healthy * PERCENT < threshold * capacity;
        for (int i = 0; i < backends.size(); i++) {
            backends.get(i).healthIgnored(panics);
        }
        long accepting = 0;
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            final boolean counts = backend.accepts() && (!backend.isBackup() || state.backupsJoin);
            accepting += counts ? backend.share() : 0;
        }
        state.acceptingShare = accepting;
        if (panics != state.status.panicking()) {
            state.status.panicking(panics);
            state.counters.add(LoopCounter.PANICS, panics ? 1 : 0);
            notices.panic(panics, (int) (capacity == 0 ? PERCENT : healthy * PERCENT / capacity), threshold, nowNs);
        }
    }

    private static boolean isBelow(long healthy, int threshold, long capacity) {
        return healthy == 0 || healthy * PERCENT < threshold * capacity;
    }

    /** Never more than a share of the pool: what ails that many is likelier to be here than there. */
    private boolean mayEjectAnother() {
        int ejectedCount = 0;
        for (int i = 0; i < backends.size(); i++) {
            ejectedCount += state.vitals(backends.get(i)).isEjected() ? 1 : 0;
        }
        return (ejectedCount + 1) * PERCENT <= settings.ejections().mostPercent() * backends.size();
    }

    private void startRising(Backend backend, Vitals vitals, long nowNs) {
        vitals.isRising = true;
        vitals.risenNs = nowNs;
        backend.rampPercent(LEAST_RAMP_PERCENT);
    }

    private void stopRising(Backend backend, Vitals vitals) {
        vitals.isRising = false;
        backend.rampPercent(Backend.FULL_PERCENT);
    }

    private void rise(Backend backend, Vitals vitals, long nowNs) {
        final long sinceNs = nowNs - vitals.risenNs;
        if (sinceNs >= settings.slowStartNs()) {
            stopRising(backend, vitals);
        } else {
            backend.rampPercent((int) Math.max(LEAST_RAMP_PERCENT, PERCENT * sinceNs / settings.slowStartNs()));
        }
    }

    private static String seconds(long durationNs) {
        return String.format(Locale.ROOT, "%.1f s", durationNs / 1e9);
    }
}
