package io.fairlead.core.simulation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How a fleet fared when backends failed and returned, by what its clients saw. Those whose backend failed are its orphans,
 * all others bystanders.
 */
final class FleetFigures {
    private static final double SECOND_NS = 1e9;
    /** Further from even than so many standard deviations is no chance. */
    private static final double DEVIATION_LIMIT = 4.5;
    /** Of orphans, when several backends fail at a time, with checks. */
    private static final double SEVERAL_REFUSED_SHARE = 0.02;

    private static final double FEW_SHARE = 0.002;
    private static final double SEVERAL_TWICE_SHARE = 0.1;
    private static final double SEVERAL_FOUND_SECONDS = 7;

    int orphanCount;
    /** Orphans that got another backend. */
    int movedCount;
    /** Changes of backend, of all orphans. */
    int moveCount;
    /** Orphans that changed more than once. */
    int movedTwiceCount;
    /** Orphans that changed after the return. */
    int movedOnReturnCount;
    /** Connections of orphans that were cut, and that got no WebSocket. */
    int cutCount;

    int refusedCount;
    /** When the last of them got none, after the failure. */
    double lastRefusedSeconds;

    int bystanderCount;
    /** Bystanders that got another backend; that were cut; that were refused. */
    int bystandersMovedCount;

    int bystandersCutCount;
    int bystandersRefusedCount;
    /** Orphans that have nothing that works at the end, for longer than a pause between two attempts. */
    int lostCount;

    /** By backend, the orphans that went there first. */
    final int[] takenOver;

    private final List<Integer> weights;
    private final boolean[] hasFailed;
    private long[] backAfterNs = new long[16];
    private int backCount;

    FleetFigures(List<Integer> weights, boolean[] hasFailed) {
        this.weights = weights;
        this.hasFailed = hasFailed;
        takenOver = new int[weights.size()];
    }

    /** Take in what a client saw. */
    void add(FleetClient.Log log, boolean isLost) {
        if (log.homeBefore == FleetClient.NOWHERE || !hasFailed[log.homeBefore]) {
            bystanderCount++;
            bystandersMovedCount += log.moveCount > 0 ? 1 : 0;
            bystandersCutCount += log.cutCount > 0 ? 1 : 0;
            bystandersRefusedCount += log.refusedCount > 0 ? 1 : 0;
            return;
        }
        orphanCount++;
        movedCount += log.moveCount > 0 ? 1 : 0;
        movedTwiceCount += log.moveCount > 1 ? 1 : 0;
        movedOnReturnCount += log.lateMoveCount > 0 ? 1 : 0;
        moveCount += log.moveCount;
        cutCount += log.cutCount;
        refusedCount += log.refusedCount;
        lastRefusedSeconds = Math.max(lastRefusedSeconds, log.lastRefusedNs / SECOND_NS);
        lostCount += isLost ? 1 : 0;
        if (log.firstOther != FleetClient.NOWHERE) {
            takenOver[log.firstOther]++;
        }
        if (log.backAfterNs >= 0) {
            if (backCount == backAfterNs.length) {
                backAfterNs = Arrays.copyOf(backAfterNs, 2 * backCount);
            }
            backAfterNs[backCount++] = log.backAfterNs;
        }
    }

    /** Orphans that first went to a backend that had not failed. */
    private int takenOverCount() {
        int count = 0;
        for (int i = 0; i < weights.size(); i++) {
            count += hasFailed[i] ? 0 : takenOver[i];
        }
        return count;
    }

    /** How many of those a backend had got if they had spread by weight. */
    private double even(int backend) {
        int total = 0;
        for (int i = 0; i < weights.size(); i++) {
            total += hasFailed[i] ? 0 : weights.get(i);
        }
        return (double) takenOverCount() * weights.get(backend) / total;
    }

    /** The largest share that a survivor got, of what would have been even by weight; 0 without any. */
    double largestShare() {
        double largest = 0;
        for (int i = 0; i < weights.size(); i++) {
            if (!hasFailed[i] && takenOverCount() > 0) {
                largest = Math.max(largest, takenOver[i] / even(i));
            }
        }
        return largest;
    }

    /** By how many standard deviations of a draw by lot the survivor that is furthest off differs from even. */
    double largestDeviation() {
        double largest = 0;
        for (int i = 0; i < weights.size(); i++) {
            if (!hasFailed[i] && takenOverCount() > 0) {
                final double deviation = Math.sqrt(even(i) * (1 - even(i) / takenOverCount()));
                largest = Math.max(largest, Math.abs(takenOver[i] - even(i)) / deviation);
            }
        }
        return largest;
    }

    double movesPerOrphan() {
        return orphanCount == 0 ? 0 : (double) moveCount / orphanCount;
    }

    /** After how many seconds so many thousandths of those that were cut had something that works again. */
    double backAfterSeconds(int thousandths) {
        if (backCount == 0) {
            return 0;
        }
        final long[] sorted = Arrays.copyOf(backAfterNs, backCount);
        Arrays.sort(sorted);
        return sorted[Math.min(backCount - 1, (int) ((long) backCount * thousandths / 1000))] / SECOND_NS;
    }

    /**
     * Hold them against what a fleet may expect. Nobody moves who need not: no bystander; no orphan a second time, nor when
     * what failed returns. Those who move spread by weight. Everybody has a WebSocket again, in time.
     */
    void check(FleetPlan plan) {
        require(
                bystandersMovedCount + bystandersCutCount + bystandersRefusedCount == 0,
                plan,
                "bystanders are concerned");
        require(lostCount == 0, plan, "orphans are lost");
        require(largestDeviation() <= DEVIATION_LIMIT, plan, "survivors get unfair shares");
        if (plan.failures().size() == 1) {
            check(plan, plan.failures().get(0).expected(plan.finding()));
        } else {
            checkSeveral(plan);
        }
    }

    private void check(FleetPlan plan, FleetExpectation expected) {
        require(isFew(movedTwiceCount, plan), plan, "orphans move twice");
        require(isFew(movedOnReturnCount, plan), plan, "orphans move on the return");
        require(backAfterSeconds(990) <= expected.backAfterSeconds(), plan, "orphans are back too late");
        require(
                movedCount >= orphanCount * expected.leastMovedShare()
                        && movedCount <= orphanCount * expected.mostMovedShare(),
                plan,
                "too few or too many orphans move");
        require(cutCount <= orphanCount * expected.mostCutEach(), plan, "orphans are cut too often");
        require(refusedCount <= orphanCount * expected.mostRefusedEach(), plan, "orphans are refused too often");
    }

    /**
     * As many as may be tried can fail at a time: until that is known, somebody may find them all, and some go to one that
     * is about to fail them too. In a panic nothing is held against anybody.
     */
    private void checkSeveral(FleetPlan plan) {
        if (plan.finding().findsDead() && !mayPanic()) {
            require(refusedCount <= orphanCount * SEVERAL_REFUSED_SHARE, plan, "orphans are refused too often");
            require(movedTwiceCount <= orphanCount * SEVERAL_TWICE_SHARE, plan, "too many orphans move twice");
        }
        if (plan.finding().findsSilent() && !mayPanic()) {
            require(lastRefusedSeconds <= SEVERAL_FOUND_SECONDS, plan, "orphans are refused although all is known");
            require(isFew(movedOnReturnCount, plan), plan, "orphans move on the return");
        }
    }

    /**
     * None, or, where there are checks, so few as come in just the milliseconds in which a backend is found to be back: who
     * is answered elsewhere by then keeps its pin, as that is good again.
     */
    private boolean isFew(int count, FleetPlan plan) {
        return count <= (plan.finding().findsDead() ? orphanCount * FEW_SHARE : 0);
    }

    /** Whether more than half of all have failed, by weight. */
    private boolean mayPanic() {
        int failed = 0;
        int total = 0;
        for (int i = 0; i < weights.size(); i++) {
            failed += hasFailed[i] ? weights.get(i) : 0;
            total += weights.get(i);
        }
        return 2 * failed > total;
    }

    private void require(boolean holds, FleetPlan plan, String what) {
        if (!holds) {
            throw new Violation(-1, plan + ": " + what + "\n" + header() + "\n" + row(plan));
        }
    }

    static String header() {
        return "| what fails | orphans | moved | moves each | twice | on return | largest share | deviations | cut | refused | at last"
                + " | back p50 | p99 | last | lost | bystanders | moved | cut | refused |\n"
                + "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";
    }

    /** Them all, as a row of a table. */
    String row(FleetPlan plan) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %.3f | %d | %d | %.3f | %.1f | %d | %d | %.1f s | %.1f s | %.1f s | %.1f s | %d | %d | %d | %d | %d |",
                plan,
                orphanCount,
                movedCount,
                movesPerOrphan(),
                movedTwiceCount,
                movedOnReturnCount,
                largestShare(),
                largestDeviation(),
                cutCount,
                refusedCount,
                lastRefusedSeconds,
                backAfterSeconds(500),
                backAfterSeconds(990),
                backAfterSeconds(1000),
                lostCount,
                bystanderCount,
                bystandersMovedCount,
                bystandersCutCount,
                bystandersRefusedCount);
    }
}
