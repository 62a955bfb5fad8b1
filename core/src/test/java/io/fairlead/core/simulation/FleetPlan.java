package io.fairlead.core.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a {@link FleetHistory} is about. <b>Immutable.</b>
 *
 * @param clientCount how many clients, each with an address of its own.
 * @param weights of the backends, one for each.
 * @param failures that happen at a time, each to another backend.
 * @param finding how they are found.
 */
record FleetPlan(int clientCount, List<Integer> weights, List<FleetFailure> failures, FleetFinding finding) {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;

    /** Each with the same weight. */
    static final List<Integer> EQUAL = Collections.nCopies(10, 1);

    /** Ten backends that weigh 1, 2 and 5 in turns. */
    static final List<Integer> ONE_TWO_FIVE =
            IntStream.range(0, 10).mapToObj(i -> List.of(1, 2, 5).get(i % 3)).toList();

    private static final List<FleetFailure> FOUR =
            List.of(FleetFailure.DEAD, FleetFailure.FROZEN, FleetFailure.RESETTING, FleetFailure.FLAPPING);

    /** Each failure alone and some together, for equal weights and for unequal ones, however they are found. */
    static List<FleetPlan> all(int clientCount) {
        final List<FleetPlan> plans = new ArrayList<>();
        for (final FleetFinding finding : FleetFinding.values()) {
            for (final List<Integer> weights : List.of(EQUAL, ONE_TWO_FIVE)) {
                for (final FleetFailure failure : FleetFailure.values()) {
                    // Without checks nobody asks an agent in time.
                    if (failure != FleetFailure.DRAINED || finding.findsDead()) {
                        plans.add(new FleetPlan(clientCount, weights, List.of(failure), finding));
                    }
                }
                plans.add(new FleetPlan(clientCount, weights, FOUR, finding));
            }
        }
        return plans;
    }

    /** A few of them, in which each failure, and each way to find it, is met. */
    static List<FleetPlan> some(int clientCount) {
        return all(clientCount).stream()
                .filter(plan -> switch (plan.finding) {
                    case NOTHING, WEBSOCKET -> plan.hasEqualWeights();
                    case WEBSOCKET_AND_CLOSE -> !plan.hasEqualWeights();
                    case TCP, HTTP -> plan.hasEqualWeights() && plan.failures.contains(FleetFailure.FROZEN);
                })
                .toList();
    }

    /** The one that a seed stands for: as many seeds in a row as there are have one each. */
    static FleetPlan of(long seed, int clientCount) {
        final List<FleetPlan> plans = all(clientCount);
        return plans.get((int) Math.floorMod(seed, (long) plans.size()));
    }

    /** How long clients keep coming at first. */
    long arrivalNs() {
        return 2 * MS * clientCount;
    }

    /** From the last arrival to the failure. */
    long settlingNs() {
        return 20 * SECOND;
    }

    /** From the failure to the return. */
    long failureNs() {
        return 60 * SECOND;
    }

    /** From the return to the end. */
    long returnNs() {
        return 60 * SECOND;
    }

    boolean hasEqualWeights() {
        return weights.stream().distinct().count() == 1;
    }

    @Override
    public String toString() {
        return failures.stream().map(FleetFailure::toString).collect(Collectors.joining("+")) + ", "
                + (hasEqualWeights() ? "equal weights" : "weights 1:2:5") + ", " + finding;
    }
}
