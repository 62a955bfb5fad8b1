package io.fairlead.bench.report;

import java.util.Arrays;

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
record MedianInterval(double median, double low, double high, double coverage) {
    private static final double WANTED_COVERAGE = 0.95;

    /** Of some values, at least one. */
    static MedianInterval of(double... values) {
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

    /** Which from either end: the greatest rank that covers enough, or 1. */
    static int rank(int count) {
        int rank = 1;
        while (2 * (rank + 1) <= count && coverage(count, rank + 1) >= WANTED_COVERAGE) {
            rank++;
        }
        return rank;
    }

    /** How probably the true median lies between the {@code rank}-th least and the {@code rank}-th most. */
    static double coverage(int count, int rank) {
        double probability = Math.pow(0.5, count);
        double below = 0;
        for (int i = 0; i < rank; i++) {
            below += probability;
            probability = probability * (count - i) / (i + 1);
        }
        return Math.max(0, 1 - 2 * below);
    }

    /** The median, with the ends in parentheses. */
    @Override
    public String toString() {
        return Figures.plain(median) + " (" + Figures.plain(low) + "–" + Figures.plain(high) + ")";
    }
}
