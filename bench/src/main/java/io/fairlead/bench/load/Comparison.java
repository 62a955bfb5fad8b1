package io.fairlead.bench.load;

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
 * is the median, with the least and the most.
 */
final class Comparison {
    private static final double BUSY_LIMIT = 0.97;

    private final List<Sample> samples;
    private final String direct;
    private final String reference;
    private final int roundCount;

    /**
     * Compare.
     *
     * @param samples each subject once in each round.
     * @param direct the subject that has nothing in between; may be absent.
     * @param reference the subject that shares are divided by; may be absent.
     */
    Comparison(List<Sample> samples, String direct, String reference) {
        this.samples = samples;
        this.direct = direct;
        this.reference = reference;
        roundCount = 1 + samples.stream().mapToInt(Sample::round).max().orElse(-1);
    }

    /** A subject's microseconds each. */
    Spread each(String subject, ToDoubleFunction<Sample> measure) {
        return perRound(round -> measure.applyAsDouble(sample(subject, round)));
    }

    /** What a subject adds to a direct connection. */
    Spread share(String subject, ToDoubleFunction<Sample> measure) {
        return perRound(round -> share(subject, round, measure));
    }

    /** A subject's share over the reference's. */
    Spread ratio(String subject, ToDoubleFunction<Sample> measure) {
        return perRound(round -> share(subject, round, measure) / share(reference, round, measure));
    }

    /** The table, in Markdown. */
    String markdown() {
        final Set<String> subjects = subjects();
        final boolean hasShares = subjects.contains(direct);
        final boolean hasRatios = hasShares && subjects.contains(reference);
        final StringBuilder table = new StringBuilder();
        table.append("| subject | each, µs | share, µs | share / ")
                .append(reference)
                .append("'s | CPU each, µs | CPU share, µs");
        table.append(" | CPU share / ").append(reference).append("'s | own CPU, µs | errors |\n");
        table.append("|---|---|---|---|---|---|---|---|---|\n");
        for (final String subject : subjects) {
            final boolean isShared = hasShares && !subject.equals(direct);
            final List<String> cells = new ArrayList<>();
            cells.add(subject);
            for (final ToDoubleFunction<Sample> measure :
                    List.<ToDoubleFunction<Sample>>of(Sample::wallUs, Sample::processorUs)) {
                cells.add(each(subject, measure).toString());
                cells.add(isShared ? share(subject, measure).toString() : "–");
                cells.add(isShared && hasRatios ? ratio(subject, measure).toString() : "–");
            }
            cells.add(each(subject, sample -> sample.subjectNs() / 1000.0 / sample.count())
                    .toString());
            cells.add(Long.toString(errorCount(subject)));
            table.append("| ").append(String.join(" | ", cells)).append(" |\n");
        }
        return table.append(disturbance()).toString();
    }

    /** Errors of all subjects. */
    long errorCount() {
        return samples.stream().mapToLong(Sample::errorCount).sum();
    }

    private long errorCount(String subject) {
        return samples.stream()
                .filter(sample -> sample.subject().equals(subject))
                .mapToLong(Sample::errorCount)
                .sum();
    }

    private String disturbance() {
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

    private Set<String> subjects() {
        final Set<String> subjects = new LinkedHashSet<>();
        samples.forEach(sample -> subjects.add(sample.subject()));
        return subjects;
    }

    private double share(String subject, int round, ToDoubleFunction<Sample> measure) {
        return measure.applyAsDouble(sample(subject, round)) - measure.applyAsDouble(sample(direct, round));
    }

    private Sample sample(String subject, int round) {
        return samples.stream()
                .filter(sample -> sample.round() == round && sample.subject().equals(subject))
                .findFirst()
                .orElseThrow();
    }

    private Spread perRound(IntToDoubleFunction value) {
        final double[] values = new double[roundCount];
        for (int round = 0; round < roundCount; round++) {
            values[round] = value.applyAsDouble(round);
        }
        return Spread.of(values);
    }
}
