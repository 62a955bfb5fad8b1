package io.fairlead.core.simulation.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Only a simulation that says what it saw has found something. */
final class SimulationForkTest {
    @Test
    void shouldReadWhatWasFound() {
        final Verdict verdict = SimulationFork.verdict(
                1, "a warning\nFAILED seed=-7 histories=812 seconds=1.5: I4 FIN before the slab\ndetail\n");
        assertEquals(new Verdict(Verdict.Outcome.FOUND, 1.5, 812, "I4 FIN before the slab (seed -7)"), verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "0, '', NOT_FOUND",
        "0, 'FAILED seed=1 histories=1 seconds=1: I4', NOT_FOUND",
        "1, 'Error: Could not find or load main class', CRASHED",
        "134, 'FAILED seed=1 histories=1 seconds=1: I4', CRASHED"
    })
    void shouldNotTakeAnythingElseForFound(int exitCode, String output, Verdict.Outcome outcome) {
        assertEquals(outcome, SimulationFork.verdict(exitCode, output).outcome());
    }
}
