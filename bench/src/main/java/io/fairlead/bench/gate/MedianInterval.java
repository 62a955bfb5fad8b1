package io.fairlead.bench.gate;

import java.util.Arrays;
import java.util.Locale;

/**
 * A median and where the true one lies with at least 95 % confidence, whatever the values' distribution: between two order
 * statistics, as the count of values below the true median is binomial (the sign test's interval). <b>Immutable.</b>
 *
 * @param median of the values.
 * @param lower end of the interval.
 * @param upper end of the interval.
 * @param count of values.
 */
record MedianInterval(double median, double lower, double upper, int count) {
    private static final double TAIL = 0.025;

    /** Fewer values than this have no such interval. */
    static final int LEAST_COUNT = 6;

    /** What an interval says of a limit. */
    enum Verdict {
        /** The median is not above it. */
        WITHIN,
        /** The median is above it. */
        ABOVE,
        /** The limit lies in the interval: too much noise to say. */
        UNDECIDED
    }

    /** Of at least {@link #LEAST_COUNT} values. */
    static MedianInterval of(double... values) {
        if (values.length < LEAST_COUNT) {
            throw new IllegalArgumentException("at least " + LEAST_COUNT + " values, not " + values.length);
        }
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int count = sorted.length;
        final int rank = rank(count);
        final double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
        return new MedianInterval(median, sorted[rank - 1], sorted[count - rank], count);
    }

    /** The largest rank from either end beyond which the median lies with at most 2.5 %. */
    private static int rank(int count) {
        double probability = Math.pow(0.5, count);
        double below = probability;
        int rank = 0;
        while (below <= TAIL) {
            rank++;
            probability *= (count - rank + 1) / (double) rank;
            below += probability;
        }
        return rank;
    }

    /** Whether the true median is above a limit, as far as the interval tells. */
    Verdict against(double limit) {
        if (lower > limit) {
            return Verdict.ABOVE;
        }
        return upper <= limit ? Verdict.WITHIN : Verdict.UNDECIDED;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f (95 %%: %.2f to %.2f, %d rounds)", median, lower, upper, count);
    }
}
