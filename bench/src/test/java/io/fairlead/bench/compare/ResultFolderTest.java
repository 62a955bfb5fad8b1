package io.fairlead.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFolderTest {
    @TempDir
    Path results;

    @Test
    void shouldNeverHandOutAFolderTwice() throws IOException {
        final Path first = ResultFolder.create(results, "abc1234", "growth");
        final Path second = ResultFolder.create(results, "abc1234", "growth");
        final Path third = ResultFolder.create(results, "abc1234", "growth");
        assertTrue(first.getFileName().toString().matches("\\d{4}-\\d\\d-\\d\\d-abc1234-[a-z0-9_]+-\\d+cpu-growth"));
        assertEquals(first.getFileName() + ".2", second.getFileName().toString());
        assertEquals(first.getFileName() + ".3", third.getFileName().toString());
    }

    @Test
    void shouldMakeTheParentWhenItIsMissing() throws IOException {
        final Path folder = ResultFolder.create(results.resolve("perf-results"), "abc1234", "");
        assertTrue(Files.isDirectory(folder));
        assertTrue(folder.getFileName().toString().endsWith("cpu"));
    }
}
