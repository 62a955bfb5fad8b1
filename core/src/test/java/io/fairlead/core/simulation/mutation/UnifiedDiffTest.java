package io.fairlead.core.simulation.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A patch applies exactly, or not at all. */
final class UnifiedDiffTest {
    private static final String FILES = "# why\ndiff --git a/x.txt b/x.txt\n--- a/x.txt\n+++ b/x.txt\n";

    @TempDir
    Path root;

    @Test
    void shouldApplyEveryHunkWhenLinesMoved() throws IOException {
        write("0\na\nb\nc\nd\ne\nf\ng\n");
        UnifiedDiff.apply(FILES + "@@ -1,3 +1,4 @@\n a\n-b\n+B\n+B\n c\n@@ -5,2 +6,1 @@ f()\n-e\n f\n", root);
        assertEquals("0\na\nB\nB\nc\nd\nf\ng\n", Files.readString(root.resolve("x.txt")));
    }

    @Test
    void shouldPreferTheStatedLineWhenSeveralFit() throws IOException {
        write("a\nb\na\nb\na\nb\n");
        UnifiedDiff.apply(FILES + "@@ -3,2 +3,2 @@\n a\n-b\n+c\n", root);
        assertEquals("a\nb\na\nc\na\nb\n", Files.readString(root.resolve("x.txt")));
    }

    @ParameterizedTest
    @CsvSource({
        "'@@ -1,2 +1,1 @@\n a\n-x\n', fits 0 places of x.txt",
        "'@@ -2,2 +2,1 @@\n a\n-b\n', fits 2 places of x.txt",
        "'@@ -1,2 +1,1 @@\n a\n-b\nc\n', a line that is none: c",
        "'', it changes nothing"
    })
    void shouldRefuseWhenItDoesNotFit(String hunk, String message) throws IOException {
        write("a\nb\na\nb\n");
        final String diff = hunk.isEmpty() ? "# why\n" : FILES + hunk;
        final IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> UnifiedDiff.apply(diff, root));
        assertTrue(refused.getMessage().contains(message), refused::getMessage);
        assertEquals("a\nb\na\nb\n", Files.readString(root.resolve("x.txt")));
    }

    @Test
    void shouldRefuseToLeaveTheRoot() {
        final String diff = "--- a/../x.txt\n+++ b/../x.txt\n@@ -1,1 +1,1 @@\n-a\n+b\n";
        assertThrows(IllegalArgumentException.class, () -> UnifiedDiff.apply(diff, root));
    }

    @Test
    void shouldRefuseToCreateFiles() {
        final String diff = "--- a/x.txt\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n";
        assertThrows(IllegalArgumentException.class, () -> UnifiedDiff.apply(diff, root));
    }

    private void write(String text) throws IOException {
        Files.writeString(root.resolve("x.txt"), text);
    }
}
