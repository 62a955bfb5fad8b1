package io.fairlead.core.simulation;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whether the figures of a fleet are what its clients saw, and what is held against them. */
final class FleetFiguresTest {
    private static final int FAILED = 0;
    private static final int ORPHAN_COUNT = 900;
    private static final long SECOND_NS = 1_000_000_000L;

    private static final FleetPlan PLAN =
            new FleetPlan(10_000, FleetPlan.EQUAL, List.of(FleetFailure.DEAD), FleetFinding.NOTHING);

    @Test
    void shouldBeContentWhenOrphansMoveOnceAndEvenly() {
        final FleetFigures figures = figures(log -> {}, bystander -> {});

        assertDoesNotThrow(() -> figures.check(PLAN));
        assertEquals(ORPHAN_COUNT, figures.orphanCount);
        assertEquals(1.0, figures.largestShare());
        assertEquals(0.0, figures.largestDeviation());
        assertEquals(1.0, figures.movesPerOrphan());
        assertEquals(1.0, figures.backAfterSeconds(500));
    }

    @Test
    void shouldWeighSharesWhenWeightsDiffer() {
        final boolean[] hasFailed = new boolean[3];
        hasFailed[FAILED] = true;
        final FleetFigures figures = new FleetFigures(List.of(1, 2, 5), hasFailed);
        for (int i = 0; i < 700; i++) {
            figures.add(orphan(i < 200 ? 1 : 2), false);
        }
        assertEquals(1.0, figures.largestShare(), 1e-9);
        for (int i = 0; i < 100; i++) {
            figures.add(orphan(1), false);
        }
        assertEquals(300 / (800 * 2 / 7.0), figures.largestShare(), 1e-9);
        assertTrue(figures.largestDeviation() > 4.5, () -> "deviations " + figures.largestDeviation());
    }

    @Test
    void shouldComplainWhenAnOrphanMovesTwice() {
        assertComplains("twice", log -> log.moveCount = 2, bystander -> {});
    }

    @Test
    void shouldComplainWhenAnOrphanMovesOnTheReturn() {
        assertComplains("on the return", log -> log.lateMoveCount = 1, bystander -> {});
    }

    @Test
    void shouldComplainWhenOrphansStay() {
        assertComplains("too few", log -> log.moveCount = 0, bystander -> {});
    }

    @Test
    void shouldComplainWhenOrphansGoToOne() {
        assertComplains("unfair", log -> log.firstOther = 1, bystander -> {});
    }

    @Test
    void shouldComplainWhenOrphansAreLateOrLost() {
        assertComplains("too late", log -> log.backAfterNs = 3 * SECOND_NS, bystander -> {});
        final FleetFigures figures = figures(log -> {}, bystander -> {});
        figures.add(orphan(1), true);
        assertTrue(complaint(figures).contains("lost"));
    }

    @Test
    void shouldComplainWhenOrphansAreCutOrRefusedTooOften() {
        assertComplains("cut too often", log -> log.cutCount = 2, bystander -> {});
        assertComplains("refused too often", log -> log.refusedCount = 1, bystander -> {});
    }

    @Test
    void shouldComplainWhenABystanderIsConcerned() {
        assertComplains("bystanders", log -> {}, bystander -> bystander.moveCount = 1);
        assertComplains("bystanders", log -> {}, bystander -> bystander.cutCount = 1);
        assertComplains("bystanders", log -> {}, bystander -> bystander.refusedCount = 1);
    }

    private static void assertComplains(
            String what, Consumer<FleetClient.Log> eachOrphan, Consumer<FleetClient.Log> oneBystander) {
        final String complaint = complaint(figures(eachOrphan, oneBystander));
        assertTrue(complaint.contains(what), complaint);
    }

    private static String complaint(FleetFigures figures) {
        return assertThrows(Violation.class, () -> figures.check(PLAN)).getMessage();
    }

    /** Of a fleet whose orphans all move once and in turns, but for what is changed. */
    private static FleetFigures figures(Consumer<FleetClient.Log> eachOrphan, Consumer<FleetClient.Log> oneBystander) {
        final boolean[] hasFailed = new boolean[PLAN.weights().size()];
        hasFailed[FAILED] = true;
        final FleetFigures figures = new FleetFigures(PLAN.weights(), hasFailed);
        for (int i = 0; i < ORPHAN_COUNT; i++) {
            final FleetClient.Log log = orphan(1 + i % (hasFailed.length - 1));
            eachOrphan.accept(log);
            figures.add(log, false);
        }
        final FleetClient.Log bystander = new FleetClient.Log(1, 0);
        oneBystander.accept(bystander);
        figures.add(bystander, false);
        return figures;
    }

    private static FleetClient.Log orphan(int survivor) {
        final FleetClient.Log log = new FleetClient.Log(FAILED, 0);
        log.firstOther = survivor;
        log.moveCount = 1;
        log.cutCount = 1;
        log.backAfterNs = SECOND_NS;
        return log;
    }
}
