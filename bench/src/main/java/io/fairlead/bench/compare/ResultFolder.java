package io.fairlead.bench.compare;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Names the folder that a run is kept in. */
public final class ResultFolder {
    private ResultFolder() {}

    /**
     * Make a folder that was not there.
     *
     * @param results where all of them are.
     * @param commit what was measured.
     * @param kind of the run, or "" for a comparison.
     * @return {@code <date>-<commit>-<machine>[-kind][.n]}.
     * @throws IOException if it cannot be made.
     */
    public static Path create(Path results, String commit, String kind) throws IOException {
        final String name = LocalDate.now(ZoneOffset.UTC) + "-" + commit + "-" + Environment.machine()
                + (kind.isEmpty() ? "" : "-" + kind);
        Files.createDirectories(results);
        for (int number = 1; ; number++) {
            try {
                return Files.createDirectory(results.resolve(number == 1 ? name : name + "." + number));
            } catch (final FileAlreadyExistsException e) {
                // Results are appended, never replaced: the next number.
            }
        }
    }
}
