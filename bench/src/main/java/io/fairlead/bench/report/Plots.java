package io.fairlead.bench.report;

import io.fairlead.bench.MedianInterval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/** The pictures of a run, and their names. Static and stateless. */
final class Plots {
    static final String THROUGHPUT = "throughput.svg";
    static final String MEMORY = "memory.svg";

    /** Beyond this ratio of the most to the least, equal steps would crowd the small ones. */
    private static final double LINEAR_RATIO_LIMIT = 50;

    private static final double KIB_PER_MIB = 1024;

    private Plots() {}

    /** All that its figures allow: text by the file's name. */
    static Map<String, String> of(Run run) {
        final Map<String, String> plots = new TreeMap<>();
        for (final RigComparison comparison : run.comparisons()) {
            plots.put(comparisonName(comparison), comparison(comparison).svg());
        }
        byRig(run.latencies())
                .forEach((rig, latencies) ->
                        latency(run, rig, latencies).ifPresent(chart -> plots.put(latencyName(rig), chart.svg())));
        Throughput.of(run)
                .ifPresent(
                        throughput -> plots.put(THROUGHPUT, throughput.chart().svg()));
        if (!run.memory().isEmpty()) {
            plots.put(MEMORY, memory(run.memory()).svg());
        }
        for (final GrowthPoint.Series series : GrowthPoint.Series.values()) {
            growth(run.growth(), series).ifPresent(chart -> plots.put(growthName(series), chart.svg()));
        }
        return plots;
    }

    static String comparisonName(RigComparison comparison) {
        return "comparison-" + comparison.rig().fileName() + "-"
                + comparison.placement().label() + ".svg";
    }

    static String latencyName(RigName rig) {
        return "latency-" + rig.fileName() + ".svg";
    }

    static String growthName(GrowthPoint.Series series) {
        return "growth-" + series.label() + ".svg";
    }

    static Map<RigName, List<Latency>> byRig(List<Latency> latencies) {
        final Map<RigName, List<Latency>> byRig = new LinkedHashMap<>();
        latencies.forEach(latency ->
                byRig.computeIfAbsent(latency.rig(), rig -> new ArrayList<>()).add(latency));
        return byRig;
    }

    /** Whether a rate was missed, or the run's windows of the same rig say that something went wrong. */
    static boolean isFailed(Run run, Latency latency) {
        return latency.isFailed()
                || run.comparisons().stream()
                        .anyMatch(comparison -> comparison.rig().equals(latency.rig())
                                && comparison.subjects().contains(latency.subject())
                                && comparison.isFailed(latency.subject()));
    }

    /** A scale that holds every point's y. */
    static Scale logarithmic(List<LineChart.Line> lines, DoubleFunction<String> label) {
        final double[] ys = values(lines, LineChart.Point::y);
        return Scale.logarithmic(least(ys), most(ys), label);
    }

    private static BarChart comparison(RigComparison comparison) {
        final Optional<String> best = comparison.bestPeer();
        final boolean hasShares =
                comparison.subjects().stream().anyMatch(subject -> isShown(comparison, subject, true));
        final List<BarChart.Bar> bars = new ArrayList<>();
        for (final String subject : comparison.subjects()) {
            if (comparison.isFailed(subject)) {
                bars.add(BarChart.Bar.failed(subject, failure(comparison, subject)));
            } else if (isShown(comparison, subject, hasShares)) {
                final MedianInterval value =
                        value(comparison, subject, hasShares).orElseThrow();
                final String ratio = best.flatMap(peer -> comparison.ratio(subject, peer))
                        .map(interval -> " · ×" + Figures.plain(interval.median()))
                        .orElse("");
                bars.add(new BarChart.Bar(subject, value, Figures.significant(value.median()) + " µs" + ratio));
            }
        }
        final String subtitle = String.format(
                Locale.ROOT,
                "%s; %s. Medians of %s, whiskers: their %.1f %% interval.%s",
                hasShares
                        ? "Processor time that each adds to a direct connection"
                        : "Processor time of all that takes part",
                comparison.placement().explanation(),
                Markdown.counted(comparison.roundCount(), "round"),
                100 * comparison.coverage(),
                best.map(peer -> " × and the dashed line: against " + peer + ", the best peer.")
                        .orElse(""));
        final double mark =
                best.flatMap(comparison::share).map(MedianInterval::median).orElse(Double.NaN);
        return new BarChart(comparison.rig().title(), subtitle, "µs an operation", mark, bars);
    }

    private static boolean isShown(RigComparison comparison, String subject, boolean isShare) {
        return !comparison.isFailed(subject)
                && value(comparison, subject, isShare).isPresent();
    }

    private static Optional<MedianInterval> value(RigComparison comparison, String subject, boolean isShare) {
        return isShare ? comparison.share(subject) : comparison.of(subject, Window::processorUs);
    }

    /** What went wrong with a subject that failed. */
    static String failure(RigComparison comparison, String subject) {
        final List<String> reasons = new ArrayList<>();
        if (comparison.errorCount(subject) > 0) {
            reasons.add(Markdown.counted(comparison.errorCount(subject), "error"));
        }
        if (comparison.missedCount(subject) > 0) {
            reasons.add(comparison.missedCount(subject) + " missed");
        }
        return reasons.isEmpty() ? "a round without an operation" : String.join(", ", reasons);
    }

    private static Optional<LineChart> latency(Run run, RigName rig, List<Latency> latencies) {
        final List<LineChart.Line> lines = new ArrayList<>();
        final Set<String> failed = new LinkedHashSet<>();
        for (final Latency latency : latencies) {
            if (isFailed(run, latency)) {
                failed.add(latency.subject());
            } else {
                lines.add(percentiles(latency));
            }
        }
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        final String subtitle = "All rounds together; each line as far as it has messages."
                + (failed.isEmpty() ? "" : " FAIL, not drawn: " + String.join(", ", failed) + ".");
        return Optional.of(new LineChart(
                "Latency: " + rig.title(),
                subtitle,
                List.of(new LineChart.Panel(
                        "percentile", "latency", Scale.percentile(), logarithmic(lines, Figures::duration), lines))));
    }

    private static LineChart.Line percentiles(Latency latency) {
        final List<LineChart.Point> points = new ArrayList<>();
        for (final double x : percentileSteps()) {
            if (points.isEmpty() || x <= latency.all().getTotalCount()) {
                final long ns = latency.all().getValueAtPercentile(100 - 100 / x);
                points.add(new LineChart.Point(x, Math.max(1, ns)));
            }
        }
        return new LineChart.Line(latency.subject(), points);
    }

    /** From the median on, ten for each further nine. */
    private static List<Double> percentileSteps() {
        final List<Double> steps = new ArrayList<>(List.of(2.0));
        for (int i = 4; i <= 40; i++) {
            steps.add(i % 10 == 0 ? Math.rint(Math.pow(10, i / 10.0)) : Math.pow(10, i / 10.0));
        }
        return steps;
    }

    private static LineChart memory(List<MemoryPoint> memory) {
        final Map<String, SortedMap<Long, Double>> bySubject = new LinkedHashMap<>();
        for (final MemoryPoint point : memory) {
            bySubject
                    .computeIfAbsent(point.subject(), subject -> new TreeMap<>())
                    .put(point.connectionCount(), point.pssKib() / KIB_PER_MIB);
        }
        final List<LineChart.Line> lines = lines(bySubject);
        return new LineChart(
                "Memory by open WebSockets",
                "Proportional set (PSS) of each balancer's processes. The kernel's socket buffers are not in it.",
                List.of(new LineChart.Panel(
                        "WebSockets",
                        "PSS, MiB",
                        linear(values(lines, LineChart.Point::x)),
                        linear(values(lines, LineChart.Point::y)),
                        lines)));
    }

    private static Optional<LineChart> growth(List<GrowthPoint> points, GrowthPoint.Series series) {
        final Map<String, Map<String, SortedMap<Long, Double>>> panels = new LinkedHashMap<>();
        for (final GrowthPoint point : points) {
            if (point.series() == series && point.errorCount() == 0) {
                point.messageUs().ifPresent(y -> add(panels, "µs of processor time a message", point, y));
                point.pssKib().ifPresent(y -> add(panels, "PSS, MiB", point, y / KIB_PER_MIB));
                point.connectionUs().ifPresent(y -> add(panels, "µs of processor time a connection", point, y));
            }
        }
        if (panels.isEmpty()) {
            return Optional.empty();
        }
        final List<LineChart.Panel> drawn = new ArrayList<>();
        panels.forEach((yTitle, bySubject) -> {
            final List<LineChart.Line> lines = lines(bySubject);
            final double[] xs = values(lines, LineChart.Point::x);
            final boolean isWide = least(xs) > 0 && most(xs) / least(xs) >= LINEAR_RATIO_LIMIT;
            drawn.add(new LineChart.Panel(
                    series.label(),
                    yTitle,
                    isWide ? Scale.logarithmic(least(xs), most(xs), Figures::count) : linear(xs),
                    linear(values(lines, LineChart.Point::y)),
                    lines));
        });
        return Optional.of(new LineChart("Growth by " + series.label(), "", drawn));
    }

    private static void add(
            Map<String, Map<String, SortedMap<Long, Double>>> panels, String yTitle, GrowthPoint point, double y) {
        panels.computeIfAbsent(yTitle, title -> new LinkedHashMap<>())
                .computeIfAbsent(point.subject(), subject -> new TreeMap<>())
                .put(point.x(), y);
    }

    private static List<LineChart.Line> lines(Map<String, SortedMap<Long, Double>> bySubject) {
        final List<LineChart.Line> lines = new ArrayList<>();
        bySubject.forEach((subject, byX) -> lines.add(new LineChart.Line(
                subject,
                byX.entrySet().stream()
                        .map(entry -> new LineChart.Point(entry.getKey(), entry.getValue()))
                        .toList())));
        return lines;
    }

    private static Scale linear(double... values) {
        return Scale.linear(least(values), most(values), Figures::count);
    }

    private static double[] values(List<LineChart.Line> lines, Function<LineChart.Point, Double> value) {
        return lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(value::apply)
                .toArray();
    }

    private static double least(double... values) {
        double least = Double.POSITIVE_INFINITY;
        for (final double value : values) {
            least = Math.min(least, value);
        }
        return least;
    }

    private static double most(double... values) {
        double most = Double.NEGATIVE_INFINITY;
        for (final double value : values) {
            most = Math.max(most, value);
        }
        return most;
    }
}
