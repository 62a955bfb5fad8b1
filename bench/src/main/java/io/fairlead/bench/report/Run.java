package io.fairlead.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A run's folder: {@code <date>-<commit>-<machine>[-kind][.n]}, and all that was read from it. <b>Immutable.</b>
 *
 * @param folder where it is.
 * @param date the day, from its name.
 * @param commit with {@code -dirty} behind it when there were changes.
 * @param machine as the name has it.
 * @param kind the name's last word; empty where it has none.
 * @param number of the runs of this name, from 1.
 * @param environment what it says about itself.
 * @param comparisons from {@code samples.csv}.
 * @param latencies from {@code latency/}.
 * @param memory from {@code memory.csv}.
 * @param growth from {@code growth.csv}.
 * @param jmh from {@code jmh.json}.
 * @param failover from {@code failover.csv}.
 * @param isOwnPaged whether its page and pictures are this program's; folders from before have a page of their own.
 */
record Run(
        Path folder,
        String date,
        String commit,
        String machine,
        String kind,
        int number,
        Environment environment,
        List<RigComparison> comparisons,
        List<Latency> latencies,
        List<MemoryPoint> memory,
        List<GrowthPoint> growth,
        List<JmhResult> jmh,
        List<FailoverResult> failover,
        boolean isOwnPaged) {
    static final String SUMMARY = "summary.md";
    private static final Pattern NAME =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)-([0-9a-f]{7,40}(?:-dirty)?)-(.+?)(?:\\.(\\d{1,6}))?");
    private static final Pattern MACHINE = Pattern.compile("(.*?\\d+cpu)(?:-(.+))?");

    /** Newest first; of one moment, the later name first. */
    static final Comparator<Run> NEWEST_FIRST = Comparator.comparing(Run::moment)
            .thenComparing(Run::baseName)
            .thenComparingInt(Run::number)
            .reversed();

    /** All of a directory, newest first. Files beside the folders, and what begins with a point, are passed over. */
    static List<Run> readAll(Path results) throws IOException {
        final List<Path> folders;
        try (Stream<Path> stream = Files.list(results)) {
            folders = stream.filter(Files::isDirectory)
                    .filter(folder -> !folder.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
        final List<Run> runs = new ArrayList<>();
        for (final Path folder : folders) {
            runs.add(read(folder));
        }
        runs.sort(NEWEST_FIRST);
        return runs;
    }

    static Run read(Path folder) throws IOException {
        final Matcher name = NAME.matcher(folder.getFileName().toString());
        if (!name.matches()) {
            throw new InputException(folder, "is not named <date>-<commit>-<machine>[-kind][.n]");
        }
        final Matcher machine = MACHINE.matcher(name.group(3));
        final boolean hasKind = machine.matches() && machine.group(2) != null;
        final Path samples = folder.resolve("samples.csv");
        final Path memory = folder.resolve("memory.csv");
        final Path growth = folder.resolve("growth.csv");
        final Path jmh = folder.resolve("jmh.json");
        final Path failover = folder.resolve(FailoverResult.FILE_NAME);
        final boolean isPresentForm = Files.exists(samples) && Csv.read(samples).hasColumn(Window.PLACEMENT_COLUMN);
        return new Run(
                folder,
                name.group(1),
                name.group(2),
                hasKind ? machine.group(1) : name.group(3),
                hasKind ? machine.group(2) : "",
                name.group(4) == null ? 1 : Integer.parseInt(name.group(4)),
                Environment.read(folder),
                Files.exists(samples) ? RigComparison.of(Window.read(samples)) : List.of(),
                Latency.readAll(folder.resolve("latency")),
                Files.exists(memory) ? MemoryPoint.read(memory) : List.of(),
                Files.exists(growth) ? GrowthPoint.read(growth) : List.of(),
                Files.exists(jmh) ? JmhResult.read(jmh) : List.of(),
                Files.exists(failover) ? FailoverResult.read(failover) : List.of(),
                isPresentForm || Stream.of(memory, growth, jmh, failover).anyMatch(Files::exists));
    }

    String name() {
        return folder.getFileName().toString();
    }

    /** Whether its commit tells all that was measured. */
    boolean isQuotable() {
        return !commit.endsWith("-dirty");
    }

    /** Whether it is about something else than the product, and no newest of its kind. */
    boolean isExperiment() {
        return "experiment".equals(kind);
    }

    /** One line of what it holds. */
    String holdings() throws IOException {
        final List<String> parts = new ArrayList<>();
        if (!comparisons.isEmpty()) {
            final long rigCount =
                    comparisons.stream().map(RigComparison::rig).distinct().count();
            final long subjectCount = comparisons.stream()
                    .flatMap(comparison -> comparison.subjects().stream())
                    .distinct()
                    .count();
            parts.add(Markdown.counted(rigCount, "rig") + " on " + Markdown.counted(subjectCount, "subject"));
        }
        addIf(parts, !latencies.isEmpty(), "latencies");
        addIf(parts, !memory.isEmpty(), "memory by connections");
        growth.stream().map(GrowthPoint::series).distinct().forEach(series -> parts.add("growth by " + series.label()));
        addIf(parts, !jmh.isEmpty(), Markdown.counted(jmh.size(), "JMH result"));
        final long failoverCount =
                failover.stream().map(FailoverResult::subject).distinct().count();
        addIf(parts, failoverCount > 0, "failover on " + Markdown.counted(failoverCount, "subject"));
        return parts.isEmpty() ? heading() : String.join(", ", parts);
    }

    /** The heading of its own page, up to the first comma. */
    private String heading() throws IOException {
        final Path page = folder.resolve(SUMMARY);
        if (!Files.exists(page)) {
            return "no figures";
        }
        try (Stream<String> lines = Files.lines(page)) {
            return lines.filter(line -> line.startsWith("# "))
                    .findFirst()
                    .map(line -> line.substring(2).replaceAll(",.*", ""))
                    .orElse("a page");
        }
    }

    /** The date with its time where that is known, so that a day's runs have an order. */
    private String moment() {
        final String told = environment.value("date");
        return told.startsWith(date) ? told : date;
    }

    private String baseName() {
        return number == 1 ? name() : name().substring(0, name().lastIndexOf('.'));
    }

    private static void addIf(List<String> parts, boolean isTrue, String part) {
        if (isTrue) {
            parts.add(part);
        }
    }

    /** To how many numbers something grew in this run; none if the run may not be quoted. */
    long sizeCount(GrowthPoint.Series series) {
        return isQuotable()
                ? growth().stream()
                        .filter(point -> point.series() == series)
                        .mapToLong(GrowthPoint::x)
                        .distinct()
                        .count()
                : 0;
    }
}
