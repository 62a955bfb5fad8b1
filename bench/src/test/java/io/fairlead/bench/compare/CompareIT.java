package io.fairlead.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison with real peers, too short to mean anything: that it runs, and is true about what went wrong. */
class CompareIT {
    private static final String SUBJECTS = "nginx-stream haproxy-http c-reference fairlead-nio-"
            + Runtime.version().feature();

    private Tree tree;
    private BenchJar bench;

    @TempDir
    Path directory;

    @BeforeEach
    void locate() throws IOException {
        tree = Tree.locate();
        bench = new BenchJar(tree, directory);
        final boolean isComplete = Files.exists(tree.fairleadJar())
                && Files.exists(tree.echoJar())
                && Files.exists(tree.benchJar())
                && Shell.output("taskset", "-V") != null;
        // Where peers are required, so are these.
        assertTrue(isComplete || !BenchJar.arePeersRequired(), "the jars are not built, or there is no taskset");
        assumeTrue(isComplete, "SKIPPED: edge is not built, or there is no taskset");
    }

    @Test
    void shouldMeasureEverySubjectThatIsThereInEveryRound() throws IOException, InterruptedException {
        final int exitCode = bench.run(
                "compare",
                "--subjects",
                SUBJECTS,
                "--one-core",
                "rtt-64x10 churn-5",
                "--two-cores",
                "",
                "--herds",
                "20,40",
                "--rounds",
                "2",
                "--seconds",
                "0.2",
                "--warmup",
                "0.2",
                "--results",
                directory.toString());
        assertEquals(0, exitCode, bench::console);
        final Path folder = bench.folder();
        final List<String> samples = Files.readAllLines(folder.resolve("samples.csv"));
        final List<String> expected = new ArrayList<>(List.of("direct"));
        for (final Subject subject :
                new Catalogue(tree, Jdks.find(List.of()), List.of()).named(RunOptions.words(SUBJECTS))) {
            if (subject.isPresent()) {
                expected.add(subject.name());
            } else {
                assertFalse(BenchJar.arePeersRequired(), subject.name() + ": " + subject.missing());
                assertTrue(bench.console().contains("left out: " + subject.name()), bench::console);
            }
        }
        for (final String subject : expected) {
            for (final String rig : List.of("rtt-64x10", "churn-5")) {
                assertEquals(
                        2,
                        samples.stream()
                                .filter(line -> line.startsWith(rig + "," + subject + ",one-core,"))
                                .count(),
                        () -> rig + " " + subject + " in " + samples);
            }
        }
        assertTrue(samples.stream().skip(1).allMatch(line -> line.endsWith(",0,0")), "no errors, nothing missed");
        final String environment = Files.readString(folder.resolve("environment.txt"));
        assertTrue(environment.contains("commit: "), environment);
        assertTrue(environment.contains("--one-core 'rtt-64x10 churn-5'"), environment);
        assertTrue(Files.readString(folder.resolve("memory.csv")).contains("c-reference,40,"));
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() throws IOException, InterruptedException {
        assertEquals(2, bench.run("compare", "--subjects", "envoy"));
        assertTrue(bench.console().contains("'envoy' is no subject"), bench::console);
        assertEquals(2, bench.run("compare", "--one-core", "rtt-64"));
        assertTrue(bench.console().contains("'rtt-64' is no rig"), bench::console);
        assertFalse(bench.console().contains("at io.fairlead"), "no stack trace");
    }
}
