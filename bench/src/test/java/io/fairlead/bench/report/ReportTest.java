package io.fairlead.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import picocli.CommandLine;

/** Whole directories: invented ones, and the one that is committed. */
final class ReportTest {
    @TempDir
    private Path results;

    @Test
    void shouldWriteNothingWhenNothingIsNew() throws IOException {
        SyntheticRun.write(results);
        final List<Path> written = new Report(results, Set.of()).write();
        assertEquals(results.resolve("README.md"), written.get(written.size() - 1));
        assertEquals(List.of(), new Report(results, Set.of()).write());
    }

    @Test
    void shouldKeepWhatIsThereUnlessForced() throws IOException {
        final Path folder = SyntheticRun.write(results);
        Files.writeString(folder.resolve("summary.md"), "mine\n");
        new Report(results, Set.of()).write();
        assertEquals("mine\n", Files.readString(folder.resolve("summary.md")));
        final Path samples = folder.resolve("samples.csv");
        final String figures = Files.readString(samples);
        new Report(results, Set.of(SyntheticRun.NAME)).write();
        assertTrue(Files.readString(folder.resolve("summary.md")).startsWith("# Measurements of abcdef0, 2026-01-02T"));
        assertEquals(figures, Files.readString(samples));
        assertThrows(InputException.class, () -> new Report(results, Set.of("another")).write());
    }

    @Test
    void shouldLeaveAFolderOfBeforeAsItIs() throws IOException {
        final Path folder = Files.createDirectory(results.resolve("2025-01-02-abcdef1-x86_64-2cpu-old.2"));
        Files.writeString(
                folder.resolve("summary.md"), "# An old page, of before\n\njdk: openjdk version \"17.0.9\"\n");
        assertEquals(List.of(results.resolve("README.md")), new Report(results, Set.of()).write());
        final String page = Files.readString(results.resolve("README.md"));
        assertTrue(page.contains("| 2025-01-02 | abcdef1 | x86_64-2cpu | 17.0.9 | old | An old page |"), page);
    }

    @Test
    void shouldListAnExperimentAndCallItNewestOfNothing() throws IOException {
        final String name = SyntheticRun.NAME + "-experiment";
        Files.move(SyntheticRun.write(results), results.resolve(name));
        new Report(results, Set.of()).write();
        final String page = Files.readString(results.resolve("README.md"));
        assertTrue(page.contains(name), page);
        assertFalse(page.contains("## Newest"), page);
    }

    @Test
    void shouldTellWhatFailedAndCompareNothingWithIt() throws IOException {
        final Path folder = SyntheticRun.write(results);
        new Report(results, Set.of()).write();
        final String page = Files.readString(folder.resolve("summary.md"));
        assertTrue(page.contains("| ~~haproxy-http~~ **FAIL** | ~~"), page);
        assertTrue(page.contains("| ~~nginx-http~~ **FAIL** | ~~"), page);
        assertTrue(page.contains("![Latency: Round trips of 64 B on 100 WebSockets, 20,000 a second]"
                + "(latency-rtt-64x100-at-20000.svg)"));
        assertTrue(page.contains("odd&lt;&amp;>one"), page);
        assertTrue(Files.readString(folder.resolve("comparison-churn-20-one-core.svg"))
                .contains("FAIL: 2 errors"));
        assertFalse(page.contains("NaN"), page);
    }

    @Test
    void shouldDrawWellFormedPicturesWithEverySubject() throws Exception {
        SyntheticRun.write(results);
        final Map<Path, String> files = new Report(results, Set.of()).difference();
        int pictureCount = 0;
        for (final Map.Entry<Path, String> file : files.entrySet()) {
            final String name = file.getKey().getFileName().toString();
            if (name.endsWith(".svg")) {
                assertTrue(name.matches("[a-z0-9.-]+"), name);
                assertFalse(file.getValue().contains("NaN"), name);
                final Document document = DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(file.getValue().getBytes(StandardCharsets.UTF_8)));
                final String text = document.getDocumentElement().getTextContent();
                final boolean isComparison = name.startsWith("comparison-");
                for (final String subject : isComparison ? SyntheticRun.SUBJECTS : List.<String>of()) {
                    assertEquals(!subject.equals("direct"), text.contains(subject + ": "), name + " and " + subject);
                }
                pictureCount++;
            }
        }
        assertEquals(12, pictureCount);
    }

    @Test
    void shouldSayWhichFolderIsMisnamed() throws IOException {
        Files.createDirectory(results.resolve("yesterday"));
        assertTrue(assertThrows(InputException.class, () -> Run.readAll(results))
                .getMessage()
                .contains("yesterday: is not named"));
    }

    @Test
    void shouldOrderFoldersOfOneNameByTheirNumber() throws IOException {
        for (final String end : List.of("", ".2", ".10")) {
            Files.createDirectory(results.resolve(SyntheticRun.NAME + end));
        }
        assertEquals(
                List.of(10, 2, 1),
                Run.readAll(results).stream().map(Run::number).toList());
    }

    @Test
    void shouldExitWithOneWhenCheckFindsADifference() throws IOException {
        SyntheticRun.write(results);
        assertEquals(1, execute("--check"));
        assertFalse(Files.exists(results.resolve("README.md")));
        assertEquals(0, execute());
        assertEquals(0, execute("--check"));
        Files.writeString(results.resolve("README.md"), "changed by hand");
        assertEquals(1, execute("--check"));
    }

    /** When this fails, a run was added or a text changed: {@code java -jar bench/target/fairlead-bench.jar report}. */
    @Test
    void shouldFindTheCommittedPagesUpToDate() throws IOException {
        final Path committed = Path.of("..", "perf-results");
        assertFalse(Run.readAll(committed).isEmpty());
        assertEquals(Set.of(), new Report(committed, Set.of()).difference().keySet());
    }

    private int execute(String... more) {
        final CommandLine commandLine = new CommandLine(new ReportCommand());
        commandLine.setOut(new PrintWriter(new StringWriter()));
        final List<String> arguments = new ArrayList<>(List.of("--results", results.toString()));
        arguments.addAll(List.of(more));
        return commandLine.execute(arguments.toArray(String[]::new));
    }
}
