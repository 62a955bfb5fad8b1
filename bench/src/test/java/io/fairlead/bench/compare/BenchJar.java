package io.fairlead.bench.compare;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The runnable jar of the benchmarks as a process, in a folder of the test's that takes what it says and its results. */
public final class BenchJar {
    private static final int LIMIT_S = 120;
    private static final String CONSOLE = "console.txt";

    private final Path jar;
    private final Path directory;

    /**
     * Ready to run it.
     *
     * @param tree where it was built.
     * @param directory empty, the test's.
     */
    public BenchJar(Tree tree, Path directory) {
        jar = tree.benchJar();
        this.directory = directory;
    }

    /**
     * Whether a test fails, and is not skipped, where what it needs is missing.
     *
     * @return as the environment says.
     */
    public static boolean arePeersRequired() {
        return "required".equals(System.getenv("FAIRLEAD_PEERS"));
    }

    /**
     * Run it to its end, which must come in two minutes.
     *
     * @param arguments of its command line.
     * @return its exit code.
     * @throws IOException if it cannot be started.
     * @throws InterruptedException if the test is.
     */
    public int run(String... arguments) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(Java.running(), "-jar", jar.toString()));
        command.addAll(List.of(arguments));
        final File log = directory.resolve(CONSOLE).toFile();
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

    /**
     * What the last run said.
     *
     * @return both its streams.
     */
    public String console() {
        try {
            return Files.readString(directory.resolve(CONSOLE));
        } catch (final IOException e) {
            return e.toString();
        }
    }

    /**
     * Where the last run left its results.
     *
     * @return the one folder.
     * @throws IOException if the test's cannot be listed.
     */
    public Path folder() throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }
}
