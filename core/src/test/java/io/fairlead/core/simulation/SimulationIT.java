package io.fairlead.core.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.Test;

/** As many histories as there is time for: {@code mvn -B -pl core -am verify -Psim}. The profile says what can be set. */
final class SimulationIT {
    @Test
    void shouldViolateNothing() {
        final String seed = System.getProperty("sim.seed", "");
        final HistorySettings.Profile profile = HistorySettings.Profile.valueOf(
                System.getProperty("sim.profile", "mixed").toUpperCase(Locale.ROOT));
        final SimulationMain simulation = new SimulationMain(System.out, profile, false);
        simulation.watch();
        if (seed.isEmpty()) {
            final boolean isClean = simulation.run(System.nanoTime(), Long.MAX_VALUE, Long.getLong("sim.seconds", 60));
            if (profile != HistorySettings.Profile.FLEET) {
                System.out.println(simulation.coverage().report());
                System.out.println("not reached: " + simulation.coverage().missing());
            }
            assertTrue(isClean, "a history failed: its seed and its last events stand above");
        } else {
            assertTrue(simulation.show(Long.parseLong(seed)), "the history failed again, as it should");
        }
    }
}
