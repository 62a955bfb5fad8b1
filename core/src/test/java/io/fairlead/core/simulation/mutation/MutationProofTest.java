package io.fairlead.core.simulation.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The simulation sees: three seeded defects of the list are found here, each other one by {@link MutationProofIT}, and
 * every patch fits the code as it is.
 */
final class MutationProofTest {
    private static final int LEAST_COUNT = 20;
    private static final int SECONDS = 60;
    private static final int CLEAN_SECONDS = 5;

    static List<Mutation> mutations() throws IOException {
        return Mutation.all(Scratch.mutations());
    }

    @Test
    void shouldHaveManyMutationsWithNumbersOfTheirOwn() throws IOException {
        final List<Mutation> mutations = mutations();
        assertTrue(mutations.size() >= LEAST_COUNT, () -> mutations.size() + " mutations");
        assertEquals(
                mutations.size(),
                mutations.stream().map(Mutation::id).distinct().count(),
                () -> "numbers are given twice: " + mutations);
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void shouldApplyAndCompile(Mutation mutation) throws IOException {
        final Scratch scratch = Scratch.copy("applied");
        scratch.apply(mutation);
        scratch.compile();
    }

    @ParameterizedTest
    @ValueSource(strings = {"partial-write-loses-its-tail", "reads-on-while-slab-held", "abort-leaks-pin"})
    void shouldFindDefect(String name) throws IOException, InterruptedException {
        final Mutation mutation = mutations().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        final Verdict verdict =
                new MutationProof(SECONDS, null, new PrintStream(PrintStream.nullOutputStream())).tryOne(mutation);
        assertTrue(verdict.isFound(), () -> mutation + ": " + verdict);
    }

    /** Were the proof's own tooling what fails, it would prove nothing. */
    @Test
    void shouldFindNothingWhenNothingIsWrong() throws IOException, InterruptedException {
        final Scratch scratch = Scratch.copy("unchanged");
        scratch.compile();
        final Verdict verdict = SimulationFork.run(scratch, CLEAN_SECONDS, null);
        assertEquals(Verdict.Outcome.NOT_FOUND, verdict.outcome(), verdict::toString);
    }
}
