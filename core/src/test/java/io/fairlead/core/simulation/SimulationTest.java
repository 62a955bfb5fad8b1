package io.fairlead.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.transport.RequiresEpoll;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A few thousand histories, always the same, so that a build repeats; {@code -Psim} explores. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SimulationTest {
    private static final long SEED = 20_261_124L;
    private static final long SECONDS_LIMIT = 600;

    @Test
    void shouldViolateNothingAndReachEverythingWhenHistoriesAreMixed() {
        final SimulationMain simulation = run(HistorySettings.Profile.MIXED, 3_000);

        assertEquals(List.of(), simulation.coverage().missing(), "what no history has reached");
    }

    @Test
    void shouldViolateNothingWhenMessagesAreLarge() {
        run(HistorySettings.Profile.LARGE, 300);
    }

    @Test
    void shouldViolateNothingWhenNetworkIsReal() {
        run(HistorySettings.Profile.LOOPBACK, 10);
    }

    @Test
    @RequiresEpoll
    void shouldViolateNothingWhenNetworkIsRealAndTheTransportIsEpoll() {
        run(HistorySettings.Profile.EPOLL, 10);
    }

    @ParameterizedTest
    @EnumSource(names = {"MIXED", "LARGE"})
    void shouldRepeatEveryStepWhenSeedIsTheSame(HistorySettings.Profile profile) {
        final History.Resources resources = new History.Resources(new Coverage());
        for (long seed = 0; seed < 20; seed++) {
            final String first = trace(seed, profile, resources);

            assertTrue(first.lines().count() > 20, first);
            assertEquals(first, trace(seed, profile, resources));
        }
    }

    @Test
    void shouldDifferWhenSeedsDiffer() {
        final History.Resources resources = new History.Resources(new Coverage());

        assertNotEquals(
                trace(1, HistorySettings.Profile.MIXED, resources), trace(2, HistorySettings.Profile.MIXED, resources));
    }

    private static SimulationMain run(HistorySettings.Profile profile, int historyCount) {
        final ByteArrayOutputStream output = new ByteArrayOutputStream();
        final SimulationMain simulation =
                new SimulationMain(new PrintStream(output, true, StandardCharsets.UTF_8), profile, true);

        assertTrue(simulation.run(SEED, historyCount, SECONDS_LIMIT), () -> output.toString(StandardCharsets.UTF_8));
        System.out.println(profile + " " + simulation.summary());
        return simulation;
    }

    private static String trace(long seed, HistorySettings.Profile profile, History.Resources resources) {
        final Trace trace = new Trace();
        new History(seed, profile, resources, trace).run();
        return trace.all();
    }
}
