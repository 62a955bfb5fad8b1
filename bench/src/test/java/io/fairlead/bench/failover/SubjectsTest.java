package io.fairlead.bench.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.bench.compare.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SubjectsTest {
    private static final List<Integer> BACKENDS = List.of(11_111, 22_222, 33_333);

    private final Tree tree = new Tree(Path.of("").toAbsolutePath().getParent());
    private final Subjects subjects = new Subjects(tree, List.of("-Xmx1g"));

    @TempDir
    private Path directory;

    @Test
    void shouldFillInEveryPlaceholderOfEveryConfiguration() throws IOException {
        int count = 0;
        for (final Subject subject : subjects.all()) {
            if (!subject.name().startsWith("fairlead")) {
                final List<String> command = subject.launch().command(12_345, BACKENDS, directory);
                final String text = Files.readString(Path.of(command.get(command.size() - 1)));
                assertTrue(text.contains("127.0.0.1:12345"), subject.name());
                BACKENDS.forEach(port -> assertTrue(text.contains("127.0.0.1:" + port), subject.name()));
                assertFalse(text.matches("(?s).*@[A-Z0-9_]+@.*"), subject.name());
                assertTrue(Files.isRegularFile(tree.peers().resolve(subject.configuration())), subject.name());
                count++;
            }
        }
        assertEquals(3, count);
    }

    @Test
    void shouldStartFairleadWithNamedBackendsAndChecks() throws IOException {
        final List<String> command =
                subjects.named(List.of("fairlead-close")).get(0).launch().command(12_345, BACKENDS, directory);
        assertEquals("-Xmx1g", command.get(1));
        assertEquals(
                List.of(
                        tree.fairleadJar().toString(),
                        "run",
                        "--listen",
                        "127.0.0.1:12345",
                        "--backend",
                        "name=b1,127.0.0.1:11111",
                        "--backend",
                        "name=b2,127.0.0.1:22222",
                        "--backend",
                        "name=b3,127.0.0.1:33333",
                        "--check",
                        "websocket",
                        "--check-interval",
                        "2s",
                        "--on-down",
                        "close"),
                command.subList(3, command.size()));
    }

    @Test
    void shouldNameAllSubjectsWhenOneIsNotKnown() {
        final String message = assertThrows(
                        IllegalArgumentException.class, () -> subjects.named(List.of("nginx", "envoy")))
                .getMessage();
        assertTrue(message.contains("'envoy'"), message);
        subjects.all().forEach(subject -> assertTrue(message.contains(subject.name()), message));
    }
}
