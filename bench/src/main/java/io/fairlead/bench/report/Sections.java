package io.fairlead.bench.report;

import io.fairlead.bench.MedianInterval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tables of a run, each with its picture, for its own page and for the page over all. <b>Owned by the thread that
 * writes.</b>
 */
final class Sections {
    private static final String NOTHING = "–";

    private final Run run;
    private final Markdown page;
    private final int level;
    private final String path;
    private final Set<String> pictures;

    /**
     * Begin.
     *
     * @param run whose figures.
     * @param page to write to.
     * @param level of the headings.
     * @param path from the page to the run's folder; empty or ends in a slash.
     * @param pictures that are in the folder.
     */
    Sections(Run run, Markdown page, int level, String path, Set<String> pictures) {
        this.run = run;
        this.page = page;
        this.level = level;
        this.path = path;
        this.pictures = pictures;
    }

    void targets() {
        final Targets targets = Targets.of(run);
        if (!targets.isEmpty()) {
            page.heading(level, "Targets");
            page.paragraph(targets.markdown());
        }
    }

    void failover() {
        FailoverTables.write(run.failover(), page, level);
    }

    void comparisons() {
        for (final RigComparison comparison : run.comparisons()) {
            final Optional<String> best = comparison.bestPeer();
            page.heading(
                    level,
                    comparison.rig().title() + ", " + comparison.placement().explanation());
            page.paragraph(String.format(
                    Locale.ROOT,
                    "`%s`, %s; in parentheses %s.%s",
                    comparison.rig().name().replace('`', '\''),
                    Markdown.counted(comparison.roundCount(), "round"),
                    spreadText(comparison),
                    best.map(peer -> " Best peer: " + Markdown.escape(peer) + ".")
                            .orElse("")));
            comparisonTable(comparison, best);
            if (comparison.isWallTimeTold()) {
                page.paragraph(disturbance(comparison));
            }
            picture(comparison.rig().title(), Plots.comparisonName(comparison));
        }
    }

    void latencies() {
        Plots.byRig(run.latencies()).forEach((rig, latencies) -> {
            page.heading(level, "Latency: " + rig.title());
            final List<List<String>> rows = new ArrayList<>();
            for (final Latency latency : latencies) {
                final boolean isFailed = Plots.isFailed(run, latency);
                final List<String> row = new ArrayList<>();
                row.add(name(latency.subject(), isFailed ? "FAIL" : ""));
                for (final double percent : new double[] {50, 99, 99.9}) {
                    row.add(struck(isFailed, durations(latency.percentile(percent))));
                }
                final boolean hasTail = latency.all().getTotalCount() >= 10_000;
                row.add(
                        hasTail
                                ? struck(isFailed, Figures.duration((double)
                                        latency.all().getValueAtPercentile(99.99)))
                                : NOTHING);
                row.add(struck(isFailed, Figures.duration((double) latency.all().getMaxValue())));
                row.add(String.format(Locale.ROOT, "%,d", latency.all().getTotalCount()));
                rows.add(row);
            }
            page.table(List.of("subject", "50 %", "99 %", "99.9 %", "99.99 %, all rounds", "most", "messages"), rows);
            picture("Latency: " + rig.title(), Plots.latencyName(rig));
        });
    }

    /** A picture alone: its figures are in the other tables. */
    void throughput() {
        if (pictures.contains(Plots.THROUGHPUT)) {
            page.heading(level, "Throughput by the length of a message");
            picture("Throughput by the length of a message", Plots.THROUGHPUT);
        }
    }

    void memory() {
        if (run.memory().isEmpty()) {
            return;
        }
        page.heading(level, "Memory by open WebSockets");
        final Map<String, List<MemoryPoint>> subjects = new LinkedHashMap<>();
        run.memory()
                .forEach(point -> subjects.computeIfAbsent(point.subject(), subject -> new ArrayList<>())
                        .add(point));
        final List<MemoryPoint> direct = subjects.getOrDefault(RigComparison.DIRECT, List.of());
        final double directSlab = MemoryPoint.slope(direct, MemoryPoint::slabKib);
        final List<List<String>> slopes = new ArrayList<>();
        final List<List<String>> rows = new ArrayList<>();
        subjects.forEach((subject, points) -> {
            final boolean isDirect = subject.equals(RigComparison.DIRECT);
            final double slab = MemoryPoint.slope(points, MemoryPoint::slabKib);
            slopes.add(List.of(
                    name(subject, ""),
                    isDirect ? NOTHING : bytes(MemoryPoint.slope(points, MemoryPoint::pssKib)),
                    bytes(isDirect ? slab : slab - directSlab)));
            points.forEach(point -> rows.add(List.of(
                    name(subject, ""),
                    number(point.connectionCount()),
                    number(point.pssKib()),
                    number(point.rssKib()),
                    number(point.tcpPageCount()),
                    number(point.slabKib()))));
        });
        page.table(List.of("subject", "process (PSS), bytes a WebSocket", "kernel (slab), bytes a WebSocket"), slopes);
        page.paragraph(
                "Slopes of least-squares lines through the herds below: what one WebSocket more takes. The kernel's of a"
                        + " balancer are less those of the direct connection, whose own stand in its row.");
        page.table(List.of("subject", "WebSockets", "PSS, KiB", "RSS, KiB", "TCP pages", "slab, KiB"), rows);
        page.paragraph(
                "TCP pages (`/proc/net/sockstat`) and slab are the kernel's, of the whole machine, and what they grew by"
                        + " since before a subject's first herd.");
        picture("Memory by open WebSockets", Plots.MEMORY);
    }

    void growth() {
        for (final GrowthPoint.Series series : GrowthPoint.Series.values()) {
            growth(series);
        }
    }

    void growth(GrowthPoint.Series series) {
        final List<List<String>> rows = new ArrayList<>();
        final List<GrowthPoint> points = run.growth().stream()
                .sorted(Comparator.comparing(GrowthPoint::subject).thenComparingLong(GrowthPoint::x))
                .toList();
        for (final GrowthPoint point : points) {
            if (point.series() == series) {
                final boolean isFailed = point.errorCount() > 0;
                rows.add(List.of(
                        name(point.subject(), isFailed ? "FAIL" : ""),
                        number(point.x()),
                        struck(isFailed, figure(point.messageUs())),
                        struck(isFailed, figure(point.pssKib())),
                        struck(isFailed, figure(point.connectionUs())),
                        number(point.errorCount())));
            }
        }
        if (!rows.isEmpty()) {
            page.heading(level, "Growth by " + series.label());
            page.table(
                    List.of(
                            "subject",
                            series.label(),
                            "CPU a message, µs",
                            "PSS, KiB",
                            "CPU a connection, µs",
                            "errors"),
                    rows);
            picture("Growth by " + series.label(), Plots.growthName(series));
        }
    }

    void jmh() {
        if (run.jmh().isEmpty()) {
            return;
        }
        page.heading(level, "JMH");
        final List<List<String>> rows = new ArrayList<>();
        for (final JmhResult result : run.jmh()) {
            final String parameters = result.parameters().entrySet().stream()
                    .map(parameter -> Markdown.escape(parameter.getKey() + "=" + parameter.getValue()))
                    .collect(Collectors.joining(", "));
            rows.add(List.of(
                    Markdown.escape(result.benchmark()),
                    parameters,
                    Figures.plain(result.score()),
                    Double.isFinite(result.error()) ? "± " + Figures.plain(result.error()) : NOTHING,
                    Markdown.escape(result.unit()),
                    figure(result.allocatedBytes())));
        }
        page.table(List.of("benchmark", "parameters", "score", "99.9 % interval", "unit", "B/op"), rows);
    }

    private void comparisonTable(RigComparison comparison, Optional<String> best) {
        final boolean hasReference = comparison.hasReference();
        final boolean isWallTimeTold = comparison.isWallTimeTold();
        final List<String> columns = new ArrayList<>(List.of("subject", "CPU each, µs", "share, µs"));
        best.ifPresent(peer -> columns.add("share / " + Markdown.escape(peer) + "'s"));
        if (hasReference) {
            columns.add("share / " + RigComparison.C_REFERENCE + "'s");
        }
        final Optional<String> least = comparison.leastForwarder();
        least.ifPresent(name -> columns.add("CPU each / " + name + "'s"));
        columns.add("own CPU, µs");
        if (isWallTimeTold) {
            columns.addAll(List.of("time each, µs", "time share, µs"));
        }
        columns.addAll(List.of("errors", "missed"));
        final List<List<String>> rows = new ArrayList<>();
        for (final String subject : comparison.subjects()) {
            final List<Optional<MedianInterval>> figures = new ArrayList<>();
            figures.add(comparison.of(subject, Window::processorUs));
            figures.add(comparison.share(subject));
            best.ifPresent(peer -> figures.add(comparison.ratio(subject, peer)));
            if (hasReference) {
                figures.add(comparison.ratio(subject, RigComparison.C_REFERENCE));
            }
            least.ifPresent(name -> figures.add(comparison.totalRatio(subject, name)));
            figures.add(comparison.of(subject, Window::ownUs));
            if (isWallTimeTold) {
                figures.add(comparison.of(subject, Window::wallUs));
                figures.add(comparison.wallShare(subject));
            }
            final boolean isFailed = comparison.isFailed(subject);
            final List<String> row = new ArrayList<>();
            row.add(name(subject, isFailed ? "FAIL" : ""));
            for (final Optional<MedianInterval> figure : figures) {
                row.add(struck(isFailed, figure.map(Sections::text).orElse(NOTHING)));
            }
            row.add(number(comparison.errorCount(subject)));
            row.add(number(comparison.missedCount(subject)));
            rows.add(row);
        }
        page.table(columns, rows);
    }

    private static String spreadText(RigComparison comparison) {
        return comparison.roundCount() < 2
                ? "nothing more than the one"
                : String.format(Locale.ROOT, "the %.1f %% interval of the median", 100 * comparison.coverage());
    }

    private static String disturbance(RigComparison comparison) {
        return String.format(
                Locale.ROOT,
                "The processes measured had the processor for at least %.0f %% of each window; %d of %d windows were"
                        + " below 97 %%.%s",
                Math.floor(100 * comparison.leastBusyFraction()),
                comparison.disturbedCount(),
                comparison.windowCount(),
                comparison.disturbedCount() > 0
                        ? " **Something else ran: believe the CPU columns, or measure again.**"
                        : "");
    }

    private void picture(String title, String file) {
        if (pictures.contains(file)) {
            page.picture(title, path + file);
        }
    }

    private static String name(String subject, String mark) {
        final String escaped = Markdown.escape(subject);
        return mark.isEmpty() ? escaped : "~~" + escaped + "~~ **" + mark + "**";
    }

    private static String struck(boolean isFailed, String figure) {
        return isFailed && !figure.equals(NOTHING) ? "~~" + figure + "~~" : figure;
    }

    private static String bytes(double value) {
        return Double.isFinite(value) ? number(Math.round(value)) : NOTHING;
    }

    private static String text(MedianInterval interval) {
        return Figures.plain(interval.median()) + " (" + Figures.plain(interval.low()) + "–"
                + Figures.plain(interval.high()) + ")";
    }

    private static String durations(MedianInterval interval) {
        return Figures.duration(interval.median())
                + (interval.coverage() > 0
                        ? " (" + Figures.duration(interval.low()) + "–" + Figures.duration(interval.high()) + ")"
                        : "");
    }

    private static String figure(OptionalDouble value) {
        return value.isPresent() ? Figures.plain(value.getAsDouble()) : NOTHING;
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
