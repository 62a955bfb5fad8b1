package io.fairlead.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.Options;

/** What arguments mean, and that a benchmark which throws is not overheard. */
final class BenchmarksMainTest {
    private static final String IGNORE_LOCK = "jmh.ignoreLock";

    private static final String[] SHORT = {
        "PinTableBenchmark.find$", "-p", "pins=100", "-f", "0", "-wi", "0", "-i", "1", "-r", "10ms"
    };

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    /** Nothing is measured here that another run of JMH on this machine could disturb. */
    @BeforeAll
    static void ignoreOtherRuns() {
        System.setProperty(IGNORE_LOCK, "true");
    }

    @AfterAll
    static void restore() {
        System.clearProperty(IGNORE_LOCK);
    }

    @Test
    void shouldRunEachRowOfTheHeadlineSetWithItsParameters() throws CommandLineOptionException {
        final List<Options> plan = BenchmarksMain.plan("headline", new RunOptions("-wi", "1"));
        assertEquals(Headline.SET.size(), plan.size());
        for (int i = 0; i < plan.size(); i++) {
            final Headline row = Headline.SET.get(i);
            assertEquals(List.of(row.include()), plan.get(i).getIncludes());
            for (final String name : row.params().keySet()) {
                assertEquals(
                        row.params().get(name),
                        List.copyOf(plan.get(i).getParameter(name).get()));
            }
            assertEquals(1, plan.get(i).getWarmupIterations().get());
            assertEquals(GCProfiler.class.getCanonicalName(), onlyProfiler(plan.get(i)));
            assertTrue(plan.get(i).shouldFailOnError().get());
        }
    }

    @Test
    void shouldStayBelowFiveMinutesWithTheHeadlineSet() throws CommandLineOptionException {
        final RunOptions own = new RunOptions();
        final String summary = new BenchmarkSet(BenchmarksMain.plan("headline", own), own).summary();
        final double minutes = Double.parseDouble(summary.replaceAll(".*, ([0-9.]+) min.*", "$1"));
        assertTrue(minutes > 0 && minutes < 4, summary);
    }

    @Test
    void shouldMatchSomethingWithEachRowOfTheHeadlineSet() throws CommandLineOptionException {
        final RunOptions own = new RunOptions();
        for (final Options options : BenchmarksMain.plan("headline", own)) {
            final String summary = new BenchmarkSet(List.of(options), own).summary();
            assertFalse(summary.startsWith("0 "), () -> options.getIncludes() + ": " + summary);
        }
    }

    @Test
    void shouldTellBytesWhenAllAreRun() throws CommandLineOptionException {
        final Options all =
                BenchmarksMain.plan("all", new RunOptions("-f", "3")).get(0);
        assertEquals(List.of(), all.getIncludes());
        assertEquals(3, all.getForkCount().get());
        assertEquals(GCProfiler.class.getCanonicalName(), onlyProfiler(all));
        assertEquals(
                "gc",
                onlyProfiler(BenchmarksMain.plan("all", new RunOptions("-prof", "gc"))
                        .get(0)));
    }

    @Test
    void shouldLeaveOutEpollOnlyWhereThereIsNone() throws CommandLineOptionException {
        final boolean hasEpoll = EpollTransport.whyUnavailable() == null;
        final Options all = BenchmarksMain.plan("all", new RunOptions()).get(0);
        assertEquals(!hasEpoll, all.getParameter("transport").hasValue());
        if (!hasEpoll) {
            assertFalse(all.getParameter("transport").get().contains("epoll"));
        }
        final Options asked = BenchmarksMain.plan("", new RunOptions("Forwarding", "-p", "transport=epoll"))
                .get(0);
        assertEquals(
                List.of("epoll"), List.copyOf(asked.getParameter("transport").get()));
        final Options other =
                BenchmarksMain.plan("all", new RunOptions("-jvm", "java")).get(0);
        assertFalse(other.getParameter("transport").hasValue());
    }

    @Test
    void shouldRefuseARegexpWhenASetIsNamed() {
        assertThrows(
                IllegalArgumentException.class, () -> BenchmarksMain.plan("all", new RunOptions("PinTableBenchmark")));
    }

    @Test
    void shouldFailAndNameTheBenchmarkWhenItThrows() throws IOException {
        assertEquals(
                1, run("ForwardingBenchmark.small", "-p", "transport=none", "-p", "frameTracking=true", "-f", "0"));
        assertEquals(
                "FAILED: io.fairlead.bench.micro.ForwardingBenchmark.small (frameTracking=true, transport=none): "
                        + "java.lang.IllegalArgumentException: no transport is called 'none'",
                lastLine());
    }

    @Test
    void shouldFailAndNameTheBenchmarkWhenItThrowsInAFork() throws IOException {
        assertEquals(1, run("ForwardingBenchmark.small", "-p", "transport=none", "-f", "1", "-foe", "false"));
        assertTrue(
                lastLine().startsWith("FAILED: io.fairlead.bench.micro.ForwardingBenchmark.small (frameTracking="),
                lastLine());
    }

    @Test
    void shouldSucceedAndWriteOneFileWhenNoneThrows() throws IOException {
        final Path file = directory.resolve("out.json");
        assertEquals(0, run(concat(SHORT, "-rf", "json", "-rff", file.toString())));
        final String json = Files.readString(file);
        assertTrue(json.contains("\"benchmark\" : \"io.fairlead.bench.micro.PinTableBenchmark.find\""), json);
    }

    @Test
    void shouldFailWhenNothingMatches() throws IOException {
        assertEquals(1, run("NoSuchBenchmark"));
        assertTrue(lastLine().startsWith("FAILED: [NoSuchBenchmark]: "), lastLine());
    }

    @Test
    void shouldFailWhenAnOptionIsUnknown() throws IOException {
        assertEquals(1, run("--no-such-option"));
        assertTrue(lastLine().startsWith("FAILED: "), lastLine());
    }

    private int run(String... args) throws IOException {
        return BenchmarksMain.run(new PrintStream(output, true, UTF_8), args);
    }

    private static String[] concat(String[] first, String... second) {
        return Stream.concat(Arrays.stream(first), Arrays.stream(second)).toArray(String[]::new);
    }

    private String lastLine() {
        final String[] lines = output.toString(UTF_8).strip().split("\\R", -1);
        return lines[lines.length - 1];
    }

    private static String onlyProfiler(Options options) {
        assertEquals(1, options.getProfilers().size());
        return options.getProfilers().get(0).getKlass();
    }
}
