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
 * few are that it must not matter. What a backend is to take, and what is said of it, changes here alone.
 *
 * <p><b>No client decides it.</b> Failed connects eject a backend, for nothing that a client sends makes one fail. An upgrade
 * without an answer may be the client's doing, however well-formed it was, so a run of them, of different clients, only has the
 * backend checked at once, and the checks decide; where nothing is checked they have no effect. What is said to a malformed request never counts.
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

    /** Backends are not to serve before all of the first ones were checked. */
    private boolean isStarting;

    private final long startNs;

    Health(LoopState state, Notices notices, long seed, long nowNs) {
        this.state = state;
        this.notices = notices;
        backends = state.backends;
        settings = state.settings.health();
        random = new SplittableRandom(seed);
        startNs = nowNs;
        isStarting =
                settings.checks().kind() != CheckKind.OFF && !settings.checks().startsUp();
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
        vitals.isStarting = isStarting;
        vitals.configuredLimit = backend.connectionLimit();
        vitals.wasUp = vitals.isUp();
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
        stopRamp(backend, vitals);
        enter(backend, vitals, BackendState.REMOVED, "removed by an operator", nowNs);
        assess(nowNs);
        state.publishBackends();
    }

    /** An operator drains a backend, or no longer does. */
    void onDrained(Backend backend, long nowNs) {
        if (!backend.draining()) {
            state.vitals(backend).forgetAgent(backend);
        }
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

    /** A backend refused a connection that began at {@code startedNs}, or did not take it in time. */
    void onConnectFailed(Backend backend, String what, long startedNs, long nowNs) {
        final Vitals vitals = state.vitals(backend);
        // What is down gets nobody anyway: those who were on their way there say nothing new.
        final boolean isNews = vitals.ejection != null && vitals.isUp() && !backend.removed();
        if (!isNews || !vitals.ejection.onFailure(startedNs, nowNs)) {
            return;
        }
        // It may be down for good, which only checks can tell; and what ends an ejection early is a check too.
        prober.checkSoon(backend, nowNs);
        if (mayEjectAnother()) {
            final double jitter = random.nextDouble();
            final long durationNs = vitals.ejection.eject(nowNs, jitter);
            vitals.passedCount = 0;
            vitals.healthReason = "connecting it failed repeatedly, last: " + what + "; for " + seconds(durationNs);
            state.stats(backend.id()).counters().increment(BackendCounter.TIMES_EJECTED);
            refresh(backend, vitals.healthReason, nowNs);
        }
    }

    /** A backend answered an upgrade, with whatever. */
    void onAnswered(Backend backend) {
        final Vitals vitals = state.vitals(backend);
        vitals.unansweredCount = 0;
        vitals.isSuspect = false;
    }

    /**
     * A backend took a well-formed upgrade of a client and left it without an answer. It takes different clients to make it
     * suspect, for one can repeat itself as it likes.
     */
    void onUnanswered(Backend backend, long key64, long nowNs) {
        final Vitals vitals = state.vitals(backend);
        final int limit = Math.min(settings.ejections().afterFailures(), Vitals.SUSPICION_LIMIT);
        final boolean isEnough = vitals.countUnanswered(key64) >= limit && limit > 0;
        if (isEnough && !vitals.isSuspect && vitals.tally != null && vitals.isUp() && !backend.removed()) {
            vitals.isSuspect = true;
            vitals.suspectSinceNs = nowNs;
            prober.checkSoon(backend, nowNs);
        }
    }

    /** A check has a result that began at {@code startedNs}. {@code what} went wrong, if it did. */
    void onCheck(Backend backend, boolean passed, String what, long startedNs, long nowNs) {
        final Vitals vitals = state.vitals(backend);
        // What was asked before the suspicion came up knows nothing of it.
        final boolean isOfSuspect = vitals.isSuspect && startedNs - vitals.suspectSinceNs >= 0;
        final boolean isFirst = !vitals.tally.isProven();
        state.stats(backend.id())
                .counters()
                .increment(passed ? BackendCounter.CHECKS_PASSED : BackendCounter.CHECKS_FAILED);
        final boolean isChange = isOfSuspect ? vitals.tally.onSuspectResult(passed) : vitals.tally.onResult(passed);
        if (isOfSuspect && (passed || isChange)) {
            vitals.isSuspect = false;
            vitals.unansweredCount = 0;
        }
        vitals.passedCount = passed ? vitals.passedCount + 1 : 0;
        if (isChange || isFirst) {
            final String reason = reason(passed, what, isFirst, isOfSuspect);
            vitals.healthReason = passed ? "" : reason;
            refresh(backend, reason, nowNs);
            if (isFirst && !passed && !settings.checks().startsUp()) {
                // It was down before, but nobody knew why.
                notices.backend(backend, vitals.state, vitals.state, reason, nowNs);
            }
        }
        if (vitals.isEjected() && vitals.passedCount >= passesToReturn(vitals)) {
            vitals.ejection.endEarly(nowNs);
            refresh(backend, "checks passed: " + vitals.passedCount, nowNs);
        }
        if (isStarting) {
            endStart(false, nowNs);
        }
    }

    /** As many more as the ejection was meant to last longer than a first one: checks that pass do not undo the back-off. */
    private long passesToReturn(Vitals vitals) {
        return (long) settings.checks().rise() * vitals.ejection.factor();
    }

    /** Begin to serve, if all that were configured have been checked, or could have been. */
    private void endStart(boolean isOverdue, long nowNs) {
        boolean areProven = true;
        for (int i = 0; i < backends.size(); i++) {
            areProven &= state.vitals(backends.get(i)).tally.isProven();
        }
        if (!areProven && !isOverdue) {
            return;
        }
        isStarting = false;
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            final Vitals vitals = state.vitals(backend);
            vitals.isStarting = false;
            refresh(backend, vitals.isUp() ? "the first check passed" : vitals.reason, nowNs);
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
        if (answer.isEmpty()) {
            onAgentFailed(backend, "it says nothing that is understood", nowNs);
            return;
        }
        state.stats(backend.id()).counters().increment(BackendCounter.AGENT_ANSWERS);
        if (vitals.isAgentSilent) {
            vitals.isAgentSilent = false;
            notices.backend(backend, vitals.state, vitals.state, "its agent answers again", nowNs);
        }
        hearAdministrative(vitals, answer);
        final boolean isChanged = hearNumbers(backend, vitals, answer);
        final BackendState before = vitals.state;
        final String words = AgentWords.describe(answer);
        if (vitals.isDownByAgent) {
            vitals.healthReason = words;
        }
        if (isChanged || vitals.stateOf(backend) != before) {
            refresh(backend, words, nowNs);
        }
        if (isChanged && vitals.state == before) {
            notices.backend(backend, before, before, words, nowNs);
        }
    }

    /** An agent could not be asked, or not be understood. What it said last holds. */
    void onAgentFailed(Backend backend, String what, long nowNs) {
        final Vitals vitals = state.vitals(backend);
        state.stats(backend.id()).counters().increment(BackendCounter.AGENT_FAILURES);
        if (!vitals.isAgentSilent) {
            vitals.isAgentSilent = true;
            final String reason = "its agent cannot be asked: " + what + "; what it said last holds";
            notices.backend(backend, vitals.state, vitals.state, reason, nowNs);
        }
    }

    private static void hearAdministrative(Vitals vitals, AgentAnswer answer) {
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
    }

    /** @return whether they differ from what was known. */
    private boolean hearNumbers(Backend backend, Vitals vitals, AgentAnswer answer) {
        final int limit = answer.maxConnections();
        boolean isChanged = limit >= 0 && limit != backend.connectionLimit();
        if (isChanged) {
            backend.connectionLimit(limit);
        }
        final int percent = answer.weightPercent();
        if (percent >= 0) {
            isChanged |= vitals.isWeightless != (percent == 0);
            vitals.isWeightless = percent == 0;
            if (percent > 0 && percent != backend.weightPercent()) {
                isChanged = true;
                backends.weigh(backend, backend.weight(), percent);
            }
        }
        return isChanged;
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
            if (vitals.isRamping) {
                ramp(backend, vitals, nowNs);
            }
        }
        if (isStarting && nowNs - startNs >= startLimitNs()) {
            endStart(true, nowNs);
        }
        notices.flush(nowNs);
    }

    /** By then every first check has ended that this machine was able to make. */
    private long startLimitNs() {
        return settings.checks().fastIntervalNs() + 2 * settings.checks().timeoutNs();
    }

    /** Bring what follows from a backend's vitals up to date, and tell if its state changed. */
    private void refresh(Backend backend, String reason, long nowNs) {
        final Vitals vitals = state.vitals(backend);
        backend.withheld(vitals.isWithheld());
        backend.healthy(vitals.isWell());
        if (vitals.wasUp && !vitals.isUp()) {
            state.stats(backend.id()).counters().increment(BackendCounter.TIMES_DOWN);
        }
        vitals.wasUp = vitals.isUp();
        final BackendState entered = vitals.stateOf(backend);
        final boolean isBroken = entered == BackendState.DOWN || entered == BackendState.EJECTED;
        // Who resumes a backend that has failed meanwhile is to be told of the failure.
        enter(
                backend,
                vitals,
                entered,
                isBroken && !vitals.healthReason.isEmpty() ? vitals.healthReason : reason,
                nowNs);
        assess(nowNs);
        state.publishBackends();
    }

    private void enter(Backend backend, Vitals vitals, BackendState entered, String reason, long nowNs) {
        final BackendState left = vitals.state;
        if (entered == left) {
            vitals.reason = reason.isEmpty() ? vitals.reason : reason;
            return;
        }
        vitals.state = entered;
        vitals.reason = reason;
        vitals.sinceMs = notices.timeMs(nowNs);
        final boolean wasBroken = left == BackendState.DOWN || left == BackendState.EJECTED;
        if (entered == BackendState.ACTIVE && wasBroken && settings.slowStartNs() > 0) {
            startRamp(backend, vitals, nowNs);
        }
        notices.backend(backend, left, entered, reason, nowNs);
    }

    /** See what all of them make together. */
    private void assess(long nowNs) {
        long capacity = 0;
        long healthyPrimaries = 0;
        long healthy = 0;
        boolean isAnyDown = false;
        // Backups that nobody stands before are a pool like any other.
        final boolean areBackupsAlone = backends.primaryCount() == 0;
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            final long share = backend.isInService() ? backend.share() : 0;
            final boolean counts = areBackupsAlone || !backend.isBackup();
            capacity += counts ? share : 0;
            healthy += backend.healthy() ? share : 0;
            isAnyDown |= !state.vitals(backend).isUp();
            healthyPrimaries += backend.healthy() && counts ? share : 0;
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
            // Backups that are well count, and may make it more than there is to be.
            final long percent = capacity == 0 ? 0 : Math.min(PERCENT, healthy * PERCENT / capacity);
            notices.panic(panics, (int) percent, threshold, nowNs);
        }
    }

    private static boolean isBelow(long healthy, int threshold, long capacity) {
        return healthy == 0 || healthy * PERCENT < threshold * capacity;
    }

    /** Never more than a share of the pool: what ails that many is likelier to be here than there. */
    private boolean mayEjectAnother() {
        int ejectedCount = 0;
        int count = 0;
        for (int i = 0; i < backends.size(); i++) {
            final Backend backend = backends.get(i);
            ejectedCount += state.vitals(backend).isEjected() ? 1 : 0;
            count += backend.isInService() ? 1 : 0;
        }
        return (ejectedCount + 1) * PERCENT <= settings.ejections().mostPercent() * count;
    }

    private void startRamp(Backend backend, Vitals vitals, long nowNs) {
        vitals.isRamping = true;
        vitals.rampStartNs = nowNs;
        backend.rampPercent(LEAST_RAMP_PERCENT);
    }

    private void stopRamp(Backend backend, Vitals vitals) {
        vitals.isRamping = false;
        backend.rampPercent(Backend.FULL_PERCENT);
    }

    private void ramp(Backend backend, Vitals vitals, long nowNs) {
        final long sinceNs = nowNs - vitals.rampStartNs;
        if (sinceNs >= settings.slowStartNs()) {
            stopRamp(backend, vitals);
        } else {
            backend.rampPercent((int) Math.max(LEAST_RAMP_PERCENT, PERCENT * sinceNs / settings.slowStartNs()));
        }
    }

    private static String seconds(long durationNs) {
        return String.format(Locale.ROOT, "%.1f s", durationNs / 1e9);
    }
}
