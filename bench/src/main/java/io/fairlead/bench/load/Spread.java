package io.fairlead.bench.load;

import java.util.Arrays;
import java.util.Locale;

/**
 * A median with the least and the most. <b>Immutable.</b>
 *
 * @param median of the values; the mean of the middle two of an even number.
 * @param least of them.
 * @param most of them.
 */
record Spread(double median, double least, double most) {
    /** Of some values, at least one. */
    static Spread of(double... values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        final double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", median, least, most);
    }
}
