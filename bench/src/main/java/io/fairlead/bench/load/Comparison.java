package io.fairlead.bench.load;

import io.fairlead.bench.MedianInterval;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;

/**
 * From samples to a table. Figures of one round are compared with each other alone: a share is a subject's time less the
 * direct connection's of the same round, a ratio a share over the reference's of the same round. What is told of all rounds
 * is their median with its interval, see {@link MedianInterval}. <b>Immutable.</b>
 */
final class Comparison {
    private static final double BUSY_LIMIT = 0.97;

    private final List<Sample> samples;
    private final String direct;
    private final String reference;
    private final boolean isOpen;
    private final int roundCount;

    /**
     * Compare.
     *
     * @param samples each subject once in each round.
     * @param direct the subject that has nothing in between; may be absent.
     * @param reference the subject that shares are divided by; may be absent.
     * @param isOpen whether an open loop set the rate: then times between ends mean nothing, nor does the client's own
     *     processor time, which it spends on waiting.
     */
    Comparison(List<Sample> samples, String direct, String reference, boolean isOpen) {
        this.samples = samples;
        this.direct = direct;
        this.reference = reference;
        this.isOpen = isOpen;
        roundCount = 1 + samples.stream().mapToInt(Sample::round).max().orElse(-1);
    }

    /** A subject's figure each. */
    MedianInterval each(String subject, ToDoubleFunction<Sample> measure) {
        return perRound(round -> measure.applyAsDouble(sample(subject, round)));
    }

    /** What a subject adds to a direct connection. */
    MedianInterval share(String subject, ToDoubleFunction<Sample> measure) {
        return perRound(round -> share(subject, round, measure));
    }

    /** A subject's share over the reference's. */
    MedianInterval ratio(String subject, ToDoubleFunction<Sample> measure) {
        return perRound(round -> share(subject, round, measure) / share(reference, round, measure));
    }

    /** Errors of all subjects. */
    long errorCount() {
        return samples.stream().mapToLong(Sample::errorCount).sum();
    }

    /** The table, in Markdown. */
    String markdown() {
        final List<String> head = new ArrayList<>(List.of("subject"));
        if (isOpen) {
            head.add("a second");
        } else {
            addHead(head, "each, µs", "share, µs", "share");
        }
        final String what = isOpen ? "CPU of all but the client" : "CPU";
        addHead(head, what + " each, µs", "CPU share, µs", "CPU share");
        head.addAll(List.of("own CPU, µs", "client's CPU, µs", "client's part of all CPU", "errors"));
        if (isOpen) {
            head.add("missed");
        }
        final StringBuilder table = new StringBuilder();
        addRow(table, head);
        table.append("|---".repeat(head.size())).append("|\n");
        for (final String subject : subjects()) {
            addRow(table, row(subject));
        }
        return table.append('\n')
                .append(MedianInterval.explanation(roundCount))
                .append('\n')
                .toString();
    }

    /** A table of payload moved, for operations that are many bytes. */
    String volume() {
        final StringBuilder table =
                new StringBuilder("\n| subject | MB/s each way | CPU for a MB each way, µs | own CPU for it, µs |\n");
        table.append("|---|---|---|---|\n");
        for (final String subject : subjects()) {
            addRow(
                    table,
                    List.of(
                            subject,
                            each(subject, Sample::megabytesPerSecond).toString(),
                            each(subject, sample -> sample.processorUs() * 1e6 / sample.length())
                                    .toString(),
                            each(subject, sample -> sample.subjectUs() * 1e6 / sample.length())
                                    .toString()));
        }
        return table.append("\nA MB is 10^6 bytes of payload; each way: it went there and came back.\n")
                .toString();
    }

    /** Whether the one core that all share was theirs alone. */
    String disturbance() {
        final long disturbed = samples.stream()
                .filter(sample -> sample.busyFraction() < BUSY_LIMIT)
                .count();
        final double least =
                samples.stream().mapToDouble(Sample::busyFraction).min().orElse(0);
        return String.format(
                Locale.ROOT,
                "%nThe processes measured had the processor for at least %.0f %% of each window;"
                        + " %d of %d windows were below %.0f %%.%s%n",
                100 * least,
                disturbed,
                samples.size(),
                100 * BUSY_LIMIT,
                disturbed > 0 ? " **Something else ran: believe the CPU columns, or measure again.**" : "");
    }

    Set<String> subjects() {
        final Set<String> subjects = new LinkedHashSet<>();
        samples.forEach(sample -> subjects.add(sample.subject()));
        return subjects;
    }

    private List<String> row(String subject) {
        final List<String> cells = new ArrayList<>(List.of(subject));
        if (isOpen) {
            cells.add(each(subject, Sample::rate).toString());
        } else {
            addCells(cells, subject, Sample::wallUs);
        }
        addCells(cells, subject, isOpen ? Sample::serverUs : Sample::processorUs);
        cells.add(each(subject, Sample::subjectUs).toString());
        cells.add(each(subject, Sample::clientUs).toString());
        cells.add(String.format(
                Locale.ROOT,
                "%.0f %%",
                100 * each(subject, Sample::clientFraction).median()));
        cells.add(Long.toString(sum(subject, Sample::errorCount)));
        if (isOpen) {
            cells.add(Long.toString(sum(subject, Sample::missedCount)));
        }
        return cells;
    }

    private void addHead(List<String> head, String each, String share, String ratio) {
        head.add(each);
        if (hasShares()) {
            head.add(share);
        }
        if (hasRatios()) {
            head.add(ratio + " / " + reference + "'s");
        }
    }

    private void addCells(List<String> cells, String subject, ToDoubleFunction<Sample> measure) {
        final boolean isShared = !subject.equals(direct);
        cells.add(each(subject, measure).toString());
        if (hasShares()) {
            cells.add(isShared ? share(subject, measure).toString() : "–");
        }
        if (hasRatios()) {
            cells.add(isShared ? ratio(subject, measure).toString() : "–");
        }
    }

    private static void addRow(StringBuilder table, List<String> cells) {
        table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private boolean hasShares() {
        return subjects().contains(direct);
    }

    private boolean hasRatios() {
        return hasShares() && subjects().contains(reference);
    }

    private long sum(String subject, ToDoubleFunction<Sample> measure) {
        return (long) samples.stream()
                .filter(sample -> sample.subject().equals(subject))
                .mapToDouble(measure)
                .sum();
    }

    private double share(String subject, int round, ToDoubleFunction<Sample> measure) {
        final Sample own = sample(subject, round);
        final Sample base = sample(direct, round);
        // What went wrong is compared with nothing.
        return own.errorCount() + base.errorCount() > 0
                ? Double.NaN
                : measure.applyAsDouble(own) - measure.applyAsDouble(base);
    }

    private Sample sample(String subject, int round) {
        return samples.stream()
                .filter(sample -> sample.round() == round && sample.subject().equals(subject))
                .findFirst()
                .orElseThrow();
    }

    private MedianInterval perRound(IntToDoubleFunction value) {
        final double[] values = new double[roundCount];
        for (int round = 0; round < roundCount; round++) {
            values[round] = value.applyAsDouble(round);
        }
        return MedianInterval.of(values);
    }
}
