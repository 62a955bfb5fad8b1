package io.fairlead.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueTest {
    private final Tree tree = new Tree(Path.of("").toAbsolutePath().getParent());
    private final Catalogue catalogue = new Catalogue(tree, Map.of(17, Path.of("/a/java")), List.of("-Xmx1g"));

    @TempDir
    Path directory;

    @Test
    void shouldFillInEveryPlaceholderOfEveryConfiguration() throws IOException {
        int count = 0;
        for (final Subject subject : catalogue.subjects()) {
            if (!subject.name().startsWith("nginx") && !subject.name().startsWith("haproxy")) {
                continue;
            }
            final List<String> command = subject.launch().command(12345, 23456, directory);
            final String text = Files.readString(Path.of(command.get(command.size() - 1)));
            assertTrue(text.contains("127.0.0.1:12345"), subject.name());
            assertTrue(text.contains("127.0.0.1:23456"), subject.name());
            assertFalse(text.matches("(?s).*@[A-Z_]+@.*"), subject.name());
            count++;
        }
        assertEquals(8, count);
    }

    @Test
    void shouldStartFairleadWithItsFlagsAndBackends() throws IOException {
        final List<String> command =
                catalogue.named(List.of("fairlead-nio-17")).get(0).launch().command(12345, 23456, directory);
        assertEquals(
                List.of(
                        "/a/java",
                        "-Xmx1g",
                        "-jar",
                        tree.fairleadJar().toString(),
                        "run",
                        "--listen",
                        "127.0.0.1:12345",
                        "--backend",
                        "name=b1,127.0.0.1:23456",
                        "--transport",
                        "nio"),
                command);
    }

    @Test
    void shouldHaveEpollWhereTheJdkHasIt() throws IOException {
        final Catalogue both = new Catalogue(tree, Map.of(25, Path.of("/b/java"), 17, Path.of("/a/java")), List.of());
        final List<String> names = both.subjects().stream()
                .map(Subject::name)
                .filter(name -> name.startsWith("fairlead"))
                .sorted()
                .toList();
        assertEquals(
                List.of("fairlead-epoll-25", "fairlead-epoll-25-copy", "fairlead-nio-17", "fairlead-nio-25"), names);
        assertEquals(
                List.of("fairlead-nio-17", "fairlead-nio-25", "fairlead-epoll-25"),
                Catalogue.fairleads(List.of(17, 25)));
        final List<String> command =
                both.named(List.of("fairlead-epoll-25-copy")).get(0).launch().command(1, 2, directory);
        assertEquals("/b/java", command.get(0));
        assertEquals(
                List.of("--transport", "epoll", "--splice", "off"),
                command.subList(command.size() - 4, command.size()));
    }

    @Test
    void shouldMeasureCopyingWithLargeMessagesAlone() {
        final Catalogue catalogue25 = new Catalogue(tree, Map.of(25, Path.of("/b/java")), List.of());
        final Subject copy =
                catalogue25.named(List.of("fairlead-epoll-25-copy")).get(0);
        assertTrue(copy.takesPartIn("rtt-131072x20"));
        assertTrue(copy.takesPartIn("bulk-65536x4"));
        assertFalse(copy.takesPartIn("rtt-64x100@10000"));
        assertFalse(copy.takesPartIn("churn-20"));
        assertFalse(copy.hasHerds());
        final Subject epoll = catalogue25.named(List.of("fairlead-epoll-25")).get(0);
        assertTrue(epoll.takesPartIn("churn-20") && epoll.takesPartIn("rtt-131072x20") && epoll.hasHerds());
    }

    @Test
    void shouldAskNobodyForMoreConnectionsThanItHasDescriptorsFor() {
        assertEquals(9872, herdLimit("fairlead-nio-17", 20_000));
        assertEquals(9872, herdLimit("c-reference", 20_000));
        assertEquals(3290, herdLimit("c-reference-splice", 20_000));
        assertEquals(9200, herdLimit("nginx-http", 20_000));
        assertEquals(9800, herdLimit("haproxy-tcp", 1_000_000));
        assertEquals(384, herdLimit("nginx-stream", 1024));
        assertEquals(0, herdLimit("c-reference", 10));
    }

    private int herdLimit(String name, long descriptorLimit) {
        return catalogue.named(List.of(name)).get(0).herdLimit(descriptorLimit);
    }

    @Test
    void shouldRunExperimentsOnlyWhenNamedAndOnNewestJava() throws IOException {
        final Catalogue newer =
                new Catalogue(tree, Map.of(17, Path.of("/a/java"), 25, Path.of("/b/java")), List.of("-Xmx1g"));
        final Subject experiment = newer.named(List.of("experiment-uring-java")).get(0);
        assertTrue(newer.usual().stream().noneMatch(subject -> subject.name().startsWith("experiment")));
        assertTrue(experiment.isPresent());
        assertEquals(
                List.of(
                        "/b/java",
                        "-Xmx1g",
                        "--enable-native-access=ALL-UNNAMED",
                        "-jar",
                        tree.benchJar().toString(),
                        "forward",
                        "--with",
                        "uring",
                        "12345",
                        "23456"),
                experiment.launch().command(12345, 23456, directory));
    }

    @Test
    void shouldSayWhatIsMissingWhenNoJavaIsNewEnoughForExperiment() {
        final Subject experiment =
                catalogue.named(List.of("experiment-epoll-java")).get(0);
        assertTrue(experiment.missing().contains("22"));
    }

    @Test
    void shouldNameAllSubjectsWhenOneIsNotKnown() {
        final IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> catalogue.named(List.of("envoy")));
        assertTrue(e.getMessage().contains("'envoy'"));
        assertTrue(e.getMessage().contains("nginx-stream-tuned"));
        assertTrue(e.getMessage().contains("fairlead-nio-17"));
    }
}
