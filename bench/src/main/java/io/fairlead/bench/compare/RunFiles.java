package io.fairlead.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of a run while it runs: results in one place, what the processes need for themselves in another, which is gone
 * afterwards. <b>Owned by one thread.</b>
 */
public final class RunFiles implements AutoCloseable {
    private final Path temporary;
    private final Path results;
    private final Path processes;
    private final Set<String> rigs = new HashSet<>();

    /**
     * In the system's directory for temporary files.
     *
     * @throws IOException if nothing can be made there.
     */
    public RunFiles() throws IOException {
        temporary = Files.createTempDirectory("fairlead-bench");
        results = Files.createDirectory(temporary.resolve("results"));
        processes = Files.createDirectory(temporary.resolve("processes"));
    }

    /** For what is kept. */
    public Path results() {
        return results;
    }

    /**
     * A directory for a stage's processes.
     *
     * @param stage its name.
     * @throws IOException if it cannot be made.
     */
    public Path processes(String stage) throws IOException {
        return Files.createDirectories(processes.resolve(stage));
    }

    /**
     * Flags that have a rig append its samples and keep its histograms. Those do not tell the placement by their names: of a
     * rig that runs in several, the first one's are where pages look for them.
     */
    List<String> keep(String rig, Placement placement) {
        final String folder = rigs.add(rig) ? "latency" : "latency-" + placement.label();
        return List.of(
                "--csv",
                results.resolve("samples.csv").toString(),
                "--hdr",
                results.resolve(folder).toString());
    }

    /** The rig that looks at the memory of herds of these sizes, and keeps what it sees. */
    List<String> idle(String herds) {
        return List.of(
                "idle", "--herds", herds, "--csv", results.resolve("memory.csv").toString());
    }

    /** A file of samples apart from the others: what grows is measured by the same rigs several times. */
    Path samples(String series) {
        return results.resolve("samples-" + series + ".csv");
    }

    /**
     * Copy what is kept into a folder.
     *
     * @param folder which is there.
     * @throws IOException if it cannot be.
     */
    public void copyTo(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(results)) {
            for (final Path file : files.filter(Files::isRegularFile).toList()) {
                final Path copy = folder.resolve(results.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(temporary)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
