package io.fairlead.bench.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * What becomes of 40,000 random clients when one of ten backends leaves. The tolerances allow for other clients, not for
 * another algorithm: two selectors that differ in kind differ by more.
 */
final class DistributionTest {
    private static final int CLIENT_COUNT = 40_000;
    private static final int LEAVING = 4;
    private static final int[] CLIENTS = new Random(10).ints(CLIENT_COUNT).toArray();
    private static final List<Member> TEN = Member.fleet(1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    private static final List<Member> DOWN = Member.fleet(1, 1, 1, 0, 1, 1, 1, 1, 1, 1);
    private static final List<Member> REMOVED =
            TEN.stream().filter(member -> member.number() != LEAVING).toList();

    @Test
    void shouldMoveNobodyElseWhenIpHashMarksOneDown() {
        assertLeave(IpHashSelector::new, TEN, DOWN, 0, 1.05, 1.15);
    }

    @Test
    void shouldMoveNearlyAllWhenIpHashLosesALine() {
        assertLeave(IpHashSelector::new, TEN, REMOVED, 0.889, 1.05, 1.15);
    }

    @Test
    void shouldMoveNearlyAllWhenAMapShrinks() {
        assertLeave(SourceMapSelector::new, TEN, REMOVED, 0.887, 1.05, 1.15);
    }

    @Test
    void shouldBurdenOneSurvivorWhenACircleHasFewNodes() {
        final Move move = new Move(SourceConsistentSelector::new, TEN, REMOVED);
        assertEquals(0, move.movedFraction());
        assertTrue(move.maxShare() > 1.2 && move.maxShare() < 1.45, () -> "share " + move.maxShare());
        assertTrue(move.maxOrphanShare() > 1.5, () -> "orphans " + move.maxOrphanShare());
    }

    @Test
    void shouldSpreadOrphansWhenACircleHasManyNodes() {
        final int[] weights = new int[10];
        Arrays.fill(weights, 100);
        final List<Member> heavy = Member.fleet(weights);
        weights[LEAVING - 1] = 0;
        assertLeave(SourceConsistentSelector::new, heavy, Member.fleet(weights), 0, 1.08, 1.25);
    }

    @Test
    void shouldBurdenOneSurvivorWhenKetamaHasOneHundredAndSixtyPoints() {
        final Move move = new Move(KetamaSelector::new, TEN, REMOVED);
        assertEquals(0, move.movedFraction());
        assertTrue(move.maxShare() > 1.05 && move.maxShare() < 1.3, () -> "share " + move.maxShare());
        assertTrue(move.maxOrphanShare() > 1.2, () -> "orphans " + move.maxOrphanShare());
    }

    @Test
    void shouldMoveFewOthersWhenMaglevIsBuiltAnew() {
        final Move move = new Move(MaglevSelector::new, TEN, REMOVED);
        assertTrue(move.movedFraction() > 0 && move.movedFraction() < 0.02, () -> "moved " + move.movedFraction());
        assertTrue(move.maxShare() < 1.05 && move.maxOrphanShare() < 1.15);
    }

    @Test
    void shouldMoveNobodyElseAndSpreadOrphansWhenHashingIsRendezvous() {
        assertLeave(RendezvousSelector::new, TEN, REMOVED, 0, 1.05, 1.1);
    }

    private static void assertLeave(
            Function<List<Member>, Selector> kind,
            List<Member> before,
            List<Member> after,
            double movedFraction,
            double shareLimit,
            double orphanShareLimit) {
        final Move move = new Move(kind, before, after);
        assertEquals(movedFraction, move.movedFraction(), movedFraction == 0 ? 0 : 0.01);
        assertTrue(move.maxShare() < shareLimit, () -> "share " + move.maxShare());
        assertTrue(move.maxOrphanShare() < orphanShareLimit, () -> "orphans " + move.maxOrphanShare());
    }

    /** Where clients were, and where they are. */
    private static final class Move {
        private final int[] before = new int[11];
        private final int[] orphans = new int[11];
        private int stayedCount;
        private int movedCount;

        Move(Function<List<Member>, Selector> kind, List<Member> all, List<Member> survivors) {
            final Selector first = kind.apply(all);
            final Selector second = kind.apply(survivors);
            for (final int client : CLIENTS) {
                final int old = first.select(client);
                final int now = second.select(client);
                before[old]++;
                if (old == LEAVING) {
                    orphans[now]++;
                } else if (old == now) {
                    stayedCount++;
                } else {
                    movedCount++;
                }
            }
            assertEquals(0, orphans[LEAVING], "who left gets nobody");
        }

        /** Of the survivors' clients. */
        double movedFraction() {
            return (double) movedCount / (movedCount + stayedCount);
        }

        /** The largest share in even ones, before. */
        double maxShare() {
            return Arrays.stream(before).max().orElseThrow() * 10.0 / CLIENT_COUNT;
        }

        /** The largest share of the orphans in even ones. */
        double maxOrphanShare() {
            return Arrays.stream(orphans).max().orElseThrow() * 9.0 / before[LEAVING];
        }
    }
}
