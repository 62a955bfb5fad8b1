package io.fairlead.bench.load;

import java.util.Arrays;
import java.util.Locale;

/**
 * A median and an interval that is likely to hold the true one, whatever the distribution of the values: the narrowest
 * symmetric pair of order statistics whose coverage under the binomial distribution is at least 95 % (W. J. Conover,
 * Practical Nonparametric Statistics, 3.2). Fewer than 6 values have no such pair: then it is the least and the most, and
 * {@link #coverage} says how little that is. <b>Immutable.</b>
 *
 * @param median of the values; the mean of the middle two of an even number.
 * @param low lower end of the interval.
 * @param high upper end of it.
 * @param coverage how often, from 0 to 1, such an interval holds the true median.
 */
public record Spread(double median, double low, double high, double coverage) {
    private static final double WANTED_COVERAGE = 0.95;

    /**
     * Of some values.
     *
     * @param values at least one, in any order.
     */
    public static Spread of(double... values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int count = sorted.length;
        final int middle = count / 2;
        final double median = count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        int lowIndex = 0;
        while (lowIndex + 1 < count - 1 - lowIndex - 1 && coverage(count, lowIndex + 1) >= WANTED_COVERAGE) {
            lowIndex++;
        }
        return new Spread(median, sorted[lowIndex], sorted[count - 1 - lowIndex], coverage(count, lowIndex));
    }

    /** How often the values but for so many at either end enclose the median: each value is below it as often as above. */
    private static double coverage(int count, int leftOutCount) {
        double outside = 0;
        double term = Math.pow(0.5, count);
        for (int i = 0; i <= leftOutCount; i++) {
            outside += term;
            term *= (double) (count - i) / (i + 1);
        }
        return Math.max(0, 1 - 2 * outside);
    }

    /** What the interval is, as a sentence for below a table. */
    static String explanation(int valueCount) {
        if (valueCount == 1) {
            return "One round: nothing tells how far it is from others.";
        }
        final double coverage = of(new double[valueCount]).coverage;
        return String.format(
                Locale.ROOT,
                coverage >= WANTED_COVERAGE
                        ? "Medians of %d rounds; in parentheses the interval that holds the true median in %.1f %% of cases."
                        : "Medians of %d rounds; in parentheses the least and the most, which hold the true median in"
                                + " %.1f %% of cases only.",
                valueCount,
                100 * coverage);
    }

    @Override
    public String toString() {
        if (!Double.isFinite(low) || !Double.isFinite(high)) {
            return "–"; // In some round nothing was completed.
        }
        return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", median, low, high);
    }
}
