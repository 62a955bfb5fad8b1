package io.fairlead.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison with real peers, too short to mean anything: that it runs, and is true about what went wrong. */
class CompareIT {
    private static final int LIMIT_S = 120;
    private static final String SUBJECTS = "nginx-stream haproxy-http c-reference fairlead-nio-"
            + Runtime.version().feature();

    private Tree tree;

    @TempDir
    Path directory;

    @BeforeEach
    void locate() throws IOException {
        tree = Tree.locate();
        final boolean isComplete = Files.exists(tree.fairleadJar())
                && Files.exists(tree.echoJar())
                && Files.exists(tree.benchJar())
                && Shell.output("taskset", "-V") != null;
        // Where peers are required, so are these.
        assertTrue(isComplete || !arePeersRequired(), "the jars are not built, or there is no taskset");
        assumeTrue(isComplete, "SKIPPED: edge is not built, or there is no taskset");
    }

    @Test
    void shouldMeasureEverySubjectThatIsThereInEveryRound() throws IOException, InterruptedException {
        final int exitCode = run(
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
        assertEquals(0, exitCode, this::console);
        final Path folder = folder();
        final List<String> samples = Files.readAllLines(folder.resolve("samples.csv"));
        final List<String> expected = new ArrayList<>(List.of("direct"));
        for (final Subject subject :
                new Catalogue(tree, Jdks.find(List.of()), List.of()).named(RunOptions.words(SUBJECTS))) {
            if (subject.isPresent()) {
                expected.add(subject.name());
            } else {
                assertFalse(arePeersRequired(), subject.name() + ": " + subject.missing());
                assertTrue(console().contains("left out: " + subject.name()), this::console);
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
        assertEquals(2, run("compare", "--subjects", "envoy"));
        assertTrue(console().contains("'envoy' is no subject"), this::console);
        assertEquals(2, run("compare", "--one-core", "rtt-64"));
        assertTrue(console().contains("'rtt-64' is no rig"), this::console);
        assertFalse(console().contains("at io.fairlead"), "no stack trace");
    }

    private static boolean arePeersRequired() {
        return "required".equals(System.getenv("FAIRLEAD_PEERS"));
    }

    private int run(String... arguments) throws IOException, InterruptedException {
        final List<String> command =
                new ArrayList<>(List.of(Java.running(), "-jar", tree.benchJar().toString()));
        command.addAll(List.of(arguments));
        final File log = directory.resolve("console.txt").toFile();
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        try {
            assertTrue(process.waitFor(LIMIT_S, TimeUnit.SECONDS), this::console);
            return process.exitValue();
        } finally {
            process.destroy();
        }
    }

    private String console() {
        try {
            return Files.readString(directory.resolve("console.txt"));
        } catch (final IOException e) {
            return e.toString();
        }
    }

    private Path folder() throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }
}
