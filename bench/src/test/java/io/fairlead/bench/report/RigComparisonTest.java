package io.fairlead.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.bench.MedianInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Shares and ratios are of one round; what failed is compared with nothing. */
final class RigComparisonTest {
    private final List<Window> windows = new ArrayList<>();

    RigComparisonTest() {
        add("direct", 0, 10, 20, 10);
        add("nginx-stream", 0, 15, 30, 14);
        add("haproxy-tcp", 0, 14, 29, 18);
        add("fairlead-17", 0, 16, 30, 15);
    }

    @Test
    void shouldTakeSharesAndRatiosWithinARound() {
        assertEquals(
                new MedianInterval(6, 5, 10, 0.75),
                comparison().share("fairlead-17").orElseThrow());
        assertEquals(
                new MedianInterval(1.2, 1, 1.25, 0.75),
                comparison().ratio("fairlead-17", "nginx-stream").orElseThrow());
        assertEquals(Optional.empty(), comparison().share("direct"));
    }

    @Test
    void shouldChooseThePeerOfTheLeastMedianShare() {
        assertEquals(Optional.of("nginx-stream"), comparison().bestPeer());
    }

    @Test
    void shouldPassOverAPeerWhenItFailed() {
        add("nginx-http", 1, 11, 21, 11);
        assertEquals(Optional.of("nginx-stream"), comparison().bestPeer());
        assertTrue(comparison().isFailed("nginx-http"));
    }

    @Test
    void shouldTellNoShareWhenTheDirectConnectionFailed() {
        windows.removeIf(window -> window.subject().equals("direct"));
        add("direct", 1, 10, 20, 10);
        assertEquals(Optional.empty(), comparison().share("fairlead-17"));
        assertEquals(Optional.empty(), comparison().bestPeer());
    }

    @Test
    void shouldTellNoRatioWhenADivisorIsLostInTheNoise() {
        add("nginx-http", 0, 9, 30, 14);
        assertEquals(Optional.empty(), comparison().ratio("fairlead-17", "nginx-http"));
    }

    private RigComparison comparison() {
        final List<RigComparison> comparisons = RigComparison.of(windows);
        assertEquals(1, comparisons.size());
        return comparisons.get(0);
    }

    private void add(String subject, int errorCount, long... us) {
        for (int round = 0; round < us.length; round++) {
            final long ns = us[round] * 1_000_000;
            windows.add(new Window(
                    RigName.of("rtt-64x100"), subject, Placement.ONE_CORE, round, 1000, 64, ns, ns, 0, errorCount, 0));
        }
    }
}
