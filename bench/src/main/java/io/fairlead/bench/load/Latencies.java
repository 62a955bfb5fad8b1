package io.fairlead.bench.load;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * The distributions of all windows, as a table and as files. <b>Immutable.</b>
 */
final class Latencies {
    private static final long LEAST_NS = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long MOST_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int DIGITS = 3;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};
    private static final double NS_PER_US = 1000.0;

    private final List<Window> windows;
    private final boolean isOpen;

    /**
     * Of some windows.
     *
     * @param windows in the order of their rounds.
     * @param isOpen whether they come from an open loop.
     */
    Latencies(List<Window> windows, boolean isOpen) {
        this.windows = windows;
        this.isOpen = isOpen;
    }

    /** An empty histogram for nanoseconds, from 1 µs to 60 s. */
    static Histogram histogram() {
        return new Histogram(LEAST_NS, MOST_NS, DIGITS);
    }

    /** Record, without an allocation and whatever the value. */
    static void record(Histogram histogram, long latencyNs) {
        histogram.recordValue(Math.min(MOST_NS, Math.max(0, latencyNs)));
    }

    /** Whether a subject missed its rate in any round. */
    boolean hasMissed(String subject) {
        return of(subject).stream().anyMatch(window -> !window.sample().hasKeptRate());
    }

    /** Whether it missed its rate or had an error in any round: what failed had no latency to be counted. */
    private boolean hasFailed(String subject) {
        return hasMissed(subject)
                || of(subject).stream().anyMatch(window -> window.sample().errorCount() > 0);
    }

    /** Whether any subject missed its rate in any round. */
    boolean hasMissed() {
        return subjects().stream().anyMatch(this::hasMissed);
    }

    /** The table, in Markdown, with what its kind of loop has to be told. */
    String markdown() {
        return markdown(explanation());
    }

    /**
     * The table, in Markdown.
     *
     * @param note what is to be told below it.
     */
    String markdown(String note) {
        final StringBuilder table =
                new StringBuilder("\n| subject | p50, µs | p90, µs | p99, µs | p99.9, µs | p99.99, µs | max, µs |");
        table.append(isOpen ? " sent late by the client | result |\n" : "\n")
                .append("|---|---|---|---|---|---|---|")
                .append(isOpen ? "---|---|\n" : "\n");
        for (final String subject : subjects()) {
            final Histogram sum = histogram();
            of(subject).forEach(window -> sum.add(window.latencies()));
            final List<String> cells = new ArrayList<>(List.of(subject));
            for (final double percentile : PERCENTILES) {
                cells.add(us(sum.getValueAtPercentile(percentile)));
            }
            cells.add(us(sum.getMaxValue()));
            if (isOpen) {
                cells.add(lateness(subject));
                cells.add(hasMissed(subject) ? "**FAIL**: the rate was missed" : "rate kept");
            }
            table.append("| ").append(String.join(" | ", cells)).append(" |\n");
        }
        return table.append('\n').append(note).append('\n').toString();
    }

    private String lateness(String subject) {
        final List<Window> own = of(subject);
        final long late = own.stream().mapToLong(Window::lateCount).sum();
        return own.stream().anyMatch(Window::isClientLate) ? "**" + late + ": the client was too slow**" : "" + late;
    }

    private String explanation() {
        return isOpen
                ? "Open loop: from the moment each was due, whether it could be begun then or not. Late is what the client"
                        + " itself began more than 1 ms too late; what had no answer counts with the time it had waited."
                : "Closed loop: each begins when the one before has ended, so these are service times, and hide the waiting"
                        + " that a pause would cause others.";
    }

    /**
     * Write a log of each subject, an interval a round, in nanoseconds: {@code <rig>-<subject>.hdr}, or {@code .hdr.FAIL}
     * if the subject missed its rate or had an error in any round.
     *
     * @param directory made if it is not there.
     * @param rig its name.
     */
    void write(Path directory, String rig) throws IOException {
        Files.createDirectories(directory);
        for (final String subject : subjects()) {
            if (of(subject).stream().allMatch(window -> window.latencies().getTotalCount() == 0)) {
                continue; // Nothing came back: there is no distribution, and the CSV tells the errors.
            }
            final Path kept = directory.resolve(rig + "-" + subject + ".hdr");
            final Path missed = directory.resolve(rig + "-" + subject + ".hdr.FAIL");
            Files.deleteIfExists(hasFailed(subject) ? kept : missed);
            write((hasFailed(subject) ? missed : kept).toFile(), rig, of(subject));
        }
    }

    private static void write(File file, String rig, List<Window> windows) throws IOException {
        final HistogramLogWriter log = new HistogramLogWriter(file);
        try {
            log.outputComment("[" + rig + ", nanoseconds, one interval a round]");
            log.outputLogFormatVersion();
            log.outputStartTime(windows.get(0).latencies().getStartTimeStamp());
            log.outputLegend();
            windows.forEach(window -> log.outputIntervalHistogram(window.latencies()));
        } finally {
            log.close();
        }
    }

    private Set<String> subjects() {
        final Set<String> subjects = new LinkedHashSet<>();
        windows.forEach(window -> subjects.add(window.sample().subject()));
        return subjects;
    }

    private List<Window> of(String subject) {
        return windows.stream()
                .filter(window -> window.sample().subject().equals(subject))
                .toList();
    }

    private static String us(long ns) {
        return String.format(Locale.ROOT, "%.1f", ns / NS_PER_US);
    }
}
