package io.fairlead.core.simulation.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All mutations: {@code mvn -B -pl core -am verify -Pmutations}. The profile says what can be set. */
final class MutationProofIT {
    @Test
    void shouldFindEveryDefect() throws IOException, InterruptedException {
        final String seed = System.getProperty("mutations.seed", "");
        final MutationProof proof = new MutationProof(
                Integer.getInteger("mutations.seconds", 60), seed.isEmpty() ? null : Long.valueOf(seed), System.out);
        proof.tryAll(MutationProof.selection(System.getProperty("mutations.only", "")));
        proof.report(Path.of(System.getProperty("mutations.table", "target/mutations.md")));
        assertEquals(List.of(), proof.unfound(), "defects that the simulation did not find");
    }
}
