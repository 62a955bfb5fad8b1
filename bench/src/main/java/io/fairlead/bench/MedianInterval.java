package io.fairlead.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * The median of some rounds, and between which two of them the true median lies. Distribution-free: of {@code n} independent
 * values sorted, the {@code k}-th least and the {@code k}-th most hold the true median between them unless fewer than
 * {@code k} values fell on one side of it, and a value falls on a side as a fair coin does. The coverage is therefore
 * {@code 1 - 2 P(B(n, 1/2) < k)} (H. A. David and H. N. Nagaraja, <i>Order Statistics</i>, 3rd edition, 7.1). The narrowest
 * pair with at least 95 % is taken; below six values none has as much, and the least and the most are told with what they
 * have. <b>Immutable.</b>
 *
 * @param median of the values; the mean of the middle two of an even number.
 * @param low the lower end.
 * @param high the upper end.
 * @param coverage the probability with which the ends hold the true median between them; 0 for one value.
 */
public record MedianInterval(double median, double low, double high, double coverage) {
    private static final double WANTED_COVERAGE = 0.95;

    /**
     * Of some values.
     *
     * @param values at least one, in any order.
     */
    public static MedianInterval of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int count = sorted.length;
        final double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
        final int rank = rank(count);
        return new MedianInterval(median, sorted[rank - 1], sorted[count - rank], coverage(count, rank));
    }

    /**
     * Which from either end: the greatest rank that covers enough, or 1.
     *
     * @param count of values.
     */
    public static int rank(int count) {
        int rank = 1;
        while (2 * (rank + 1) <= count && coverage(count, rank + 1) >= WANTED_COVERAGE) {
            rank++;
        }
        return rank;
    }

    /**
     * How probably the true median lies between the {@code rank}-th least and the {@code rank}-th most.
     *
     * @param count of values.
     * @param rank from 1.
     */
    public static double coverage(int count, int rank) {
        double probability = Math.pow(0.5, count);
        double below = 0;
        for (int i = 0; i < rank; i++) {
            below += probability;
            probability = probability * (count - i) / (i + 1);
        }
        return Math.max(0, 1 - 2 * below);
    }

    /**
     * What the interval is, as a sentence for below a table.
     *
     * @param count of values, the rounds of a run.
     */
    public static String explanation(int count) {
        if (count == 1) {
            return "One round: nothing tells how far it is from others.";
        }
        final double coverage = coverage(count, rank(count));
        return String.format(
                Locale.ROOT,
                coverage >= WANTED_COVERAGE
                        ? "Medians of %d rounds; in parentheses the interval that holds the true median in %.1f %% of cases."
                        : "Medians of %d rounds; in parentheses the least and the most, which hold the true median in"
                                + " %.1f %% of cases only.",
                count,
                100 * coverage);
    }

    /** The median, with the ends in parentheses; a dash where in some round nothing could be told. */
    @Override
    public String toString() {
        return Double.isFinite(low) && Double.isFinite(high)
                ? String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", median, low, high)
                : "–";
    }
}
