package io.fairlead.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fleets whose backends fail, always the same; {@code -Psim -Dsim.profile=fleet} runs all plans with 10,000 clients each. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FleetTest {
    private static final long SEED = 20_261_125L;
    private static final int SMALL = 1_000;
    private static final int LARGE = 10_000;

    private static final History.Resources RESOURCES = new History.Resources(new Coverage());

    static Stream<FleetPlan> smallPlans() {
        return FleetPlan.some(SMALL).stream();
    }

    static Stream<FleetPlan> largePlans() {
        return Stream.of(
                new FleetPlan(LARGE, FleetPlan.EQUAL, List.of(FleetFailure.FROZEN), FleetFinding.WEBSOCKET_AND_CLOSE),
                new FleetPlan(LARGE, FleetPlan.ONE_TWO_FIVE, List.of(FleetFailure.DEAD), FleetFinding.WEBSOCKET));
    }

    @ParameterizedTest
    @MethodSource({"smallPlans", "largePlans"})
    void shouldMoveOrphansFairlyAndNobodyElseWhenBackendsFail(FleetPlan plan) {
        final FleetFigures figures = run(SEED, plan);

        System.out.println(figures.row(plan));
        assertTrue(figures.orphanCount > 0, "nobody is concerned");
        figures.check(plan);
    }

    @Test
    void shouldRepeatEveryStepWhenSeedIsTheSame() {
        final FleetPlan plan =
                new FleetPlan(50, FleetPlan.EQUAL, List.of(FleetFailure.RESETTING), FleetFinding.NOTHING);
        final String first = trace(1, plan);

        assertTrue(first.lines().count() > 1000, first);
        assertEquals(first, trace(1, plan));
        assertNotEquals(first, trace(2, plan));
    }

    @Test
    void shouldTakeEachPlanInTurnWhenSeedsFollowEachOther() {
        final List<FleetPlan> all = FleetPlan.all(SMALL);
        for (int i = 0; i < all.size(); i++) {
            final int seed = i - 3;
            assertEquals(all.get(Math.floorMod(seed, all.size())), FleetPlan.of(seed, SMALL));
        }
    }

    private static FleetFigures run(long seed, FleetPlan plan) {
        return new FleetHistory(seed, plan, RESOURCES, null).run();
    }

    private static String trace(long seed, FleetPlan plan) {
        final Trace trace = new Trace();
        new FleetHistory(seed, plan, RESOURCES, trace).run();
        return trace.all();
    }
}
