package io.fairlead.bench.report;

import io.fairlead.bench.MedianInterval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Messages and bytes a second by the length of a message: from JMH's forwarding benchmark where a run has one with several
 * lengths, or else from the closed loops of several lengths. <b>Immutable.</b>
 *
 * @param source where the figures are from, as the picture tells it.
 * @param perSecond messages a second by length, by subject.
 */
record Throughput(String source, Map<String, SortedMap<Long, Double>> perSecond) {
    /** The parameter by which a benchmark tells the length and the connections: {@code 64x100}. */
    static final String LENGTH_PARAMETER = "size";

    private static final double BYTES_PER_MB = 1e6;

    /** Of a run; empty when it holds fewer than two lengths. */
    static Optional<Throughput> of(Run run) {
        final Throughput jmh = ofJmh(run.jmh());
        if (jmh.lengths().size() > 1) {
            return Optional.of(jmh);
        }
        for (final Placement placement : Placement.values()) {
            final Throughput rigs = ofRigs(run.comparisons(), placement);
            if (rigs.lengths().size() > 1) {
                return Optional.of(rigs);
            }
        }
        return Optional.empty();
    }

    LineChart chart() {
        final List<LineChart.Line> messages = new ArrayList<>();
        final List<LineChart.Line> bytes = new ArrayList<>();
        perSecond.forEach((subject, byLength) -> {
            final List<LineChart.Point> counts = new ArrayList<>();
            final List<LineChart.Point> sizes = new ArrayList<>();
            byLength.forEach((length, count) -> {
                counts.add(new LineChart.Point(length, count));
                sizes.add(new LineChart.Point(length, count * length / BYTES_PER_MB));
            });
            messages.add(new LineChart.Line(subject, counts));
            bytes.add(new LineChart.Line(subject, sizes));
        });
        return new LineChart(
                "Throughput by the length of a message",
                source,
                List.of(panel("messages a second", messages), panel("MB a second of payload", bytes)));
    }

    private LineChart.Panel panel(String yTitle, List<LineChart.Line> lines) {
        return new LineChart.Panel(
                "bytes of a message",
                yTitle,
                Scale.logarithmicAt(
                        lengths().stream().map(Long::doubleValue).toList(), length -> Figures.bytes((long) length)),
                Plots.logarithmic(lines, Figures::count),
                lines);
    }

    private List<Long> lengths() {
        return perSecond.values().stream()
                .flatMap(byLength -> byLength.keySet().stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static Throughput ofJmh(List<JmhResult> results) {
        final List<JmhResult> forwarding =
                results.stream().filter(JmhResult::isForwardingByLength).toList();
        final boolean isOneBenchmark =
                forwarding.stream().map(JmhResult::benchmark).distinct().count() <= 1;
        final Map<String, SortedMap<Long, Double>> perSecond = new LinkedHashMap<>();
        for (final JmhResult result : forwarding) {
            final String variant = result.parameters().entrySet().stream()
                    .filter(parameter -> !parameter.getKey().equals(LENGTH_PARAMETER))
                    .map(parameter -> " " + parameter.getKey() + "=" + parameter.getValue())
                    .collect(Collectors.joining());
            final String subject = "fairlead" + (isOneBenchmark ? "" : " " + result.benchmark()) + variant;
            final String[] size = result.parameters().get(LENGTH_PARAMETER).split("x", 2);
            final String connections = size.length > 1 ? ", " + size[1] + " connections" : "";
            add(perSecond, subject + connections, length(size[0]), result.perSecond());
        }
        return new Throughput("JMH: " + names(forwarding), perSecond);
    }

    private static Throughput ofRigs(List<RigComparison> comparisons, Placement placement) {
        final Map<String, SortedMap<Long, Double>> perSecond = new LinkedHashMap<>();
        final List<String> rigs = new ArrayList<>();
        for (final RigComparison comparison : comparisons) {
            if (comparison.placement() != placement
                    || comparison.rig().isOpenLoop()
                    || !comparison.rig().isOfMessages()) {
                continue;
            }
            rigs.add(comparison.rig().name());
            for (final String subject : comparison.subjects()) {
                if (!comparison.isFailed(subject)) {
                    final Optional<MedianInterval> median = comparison.of(subject, Window::perSecond);
                    add(
                            perSecond,
                            subject,
                            comparison.bytes(),
                            median.isPresent() ? OptionalDouble.of(median.get().median()) : OptionalDouble.empty());
                }
            }
        }
        return new Throughput(
                "Medians of " + String.join(", ", rigs) + "; " + placement.explanation() + ".", perSecond);
    }

    private static void add(
            Map<String, SortedMap<Long, Double>> perSecond, String subject, long length, OptionalDouble value) {
        if (length > 0 && value.isPresent() && value.getAsDouble() > 0) {
            perSecond.computeIfAbsent(subject, key -> new TreeMap<>()).putIfAbsent(length, value.getAsDouble());
        }
    }

    private static String names(List<JmhResult> results) {
        return results.stream().map(JmhResult::benchmark).distinct().collect(Collectors.joining(", "));
    }

    private static long length(String text) {
        return text != null && text.matches("\\d{1,12}") ? Long.parseLong(text) : 0;
    }
}
