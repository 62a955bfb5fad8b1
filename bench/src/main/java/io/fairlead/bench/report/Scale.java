package io.fairlead.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * From values to a place on an axis, with the axis's ticks. A scale begins and ends at a tick, and its ticks stand at one, two
 * or five times a power of ten unless they are told. <b>Immutable.</b>
 */
final class Scale {
    private static final int TICK_COUNT = 6;
    private static final int DECADE_LIMIT = 8;
    private static final double[] MANTISSAS = {1, 2, 5};

    private final double low;
    private final double high;
    private final boolean isLogarithmic;
    private final List<Double> ticks;
    private final DoubleFunction<String> label;

    private Scale(boolean isLogarithmic, List<Double> ticks, DoubleFunction<String> label) {
        this.isLogarithmic = isLogarithmic;
        this.ticks = List.copyOf(ticks);
        this.label = label;
        low = ticks.get(0);
        high = ticks.get(ticks.size() - 1);
    }

    /**
     * Equal steps. Zero is always on it, so that lengths can be compared by eye.
     *
     * @param least value.
     * @param most value.
     * @param label of a tick.
     */
    static Scale linear(double least, double most, DoubleFunction<String> label) {
        check(least, most);
        final double low = Math.min(0, least);
        final double high = Math.max(most, 0) == low ? low + 1 : Math.max(most, 0);
        return new Scale(false, steps(low, high), label);
    }

    /**
     * Equal ratios.
     *
     * @param least value, above 0.
     * @param most value.
     * @param label of a tick.
     */
    static Scale logarithmic(double least, double most, DoubleFunction<String> label) {
        check(least, most);
        if (least <= 0) {
            throw new IllegalArgumentException("no logarithm of " + least);
        }
        final double low = floor(least);
        double high = floor(most);
        if (high < most || high == low) {
            high = next(high);
        }
        return new Scale(true, logarithmicTicks(low, high), label);
    }

    /** Equal ratios, with these ticks and no others: at least one, ascending, above 0. */
    static Scale logarithmicAt(List<Double> values, DoubleFunction<String> label) {
        final List<Double> ticks = new ArrayList<>(values);
        if (ticks.size() == 1) {
            ticks.add(2 * ticks.get(0));
        }
        return new Scale(true, ticks, label);
    }

    /** Percentiles from the 50th to the 99.99th by {@code 1 / (1 - p)}, so that each further nine takes the same room. */
    static Scale percentile() {
        return new Scale(true, List.of(2.0, 10.0, 100.0, 1_000.0, 10_000.0), Scale::percentText);
    }

    /** Where a value stands: 0 at the scale's beginning, 1 at its end. */
    double position(double value) {
        return isLogarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    }

    List<Double> ticks() {
        return ticks;
    }

    String label(double tick) {
        return label.apply(tick);
    }

    private static String percentText(double value) {
        final String text = String.format(Locale.ROOT, "%.2f", 100 - 100 / value);
        return text.replaceAll("\\.?0+$", "") + " %";
    }

    private static void check(double least, double most) {
        if (!Double.isFinite(least) || !Double.isFinite(most) || least > most) {
            throw new IllegalArgumentException("no range from " + least + " to " + most);
        }
    }

    private static List<Double> steps(double low, double high) {
        final double wanted = (high - low) / TICK_COUNT;
        final double atMost = floor(wanted);
        final double step = atMost < wanted ? next(atMost) : atMost;
        final List<Double> ticks = new ArrayList<>();
        final long first = (long) Math.floor(low / step);
        final long last = (long) Math.ceil(high / step - 1e-9);
        for (long i = first; i <= last; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private static List<Double> logarithmicTicks(double low, double high) {
        final double decades = Math.log10(high / low);
        if (decades < 1 - 1e-9) {
            final List<Double> steps = steps(0, high - low);
            return steps.stream()
                    .map(step -> Math.min(low + step, high))
                    .distinct()
                    .toList();
        }
        final List<Double> ticks = new ArrayList<>(List.of(low));
        final int every = (int) Math.ceil(decades / DECADE_LIMIT);
        for (double tick = next(low); tick < high * (1 - 1e-9); tick = next(tick)) {
            final long exponent = Math.round(Math.log10(tick));
            final boolean isPower = Math.abs(Math.log10(tick) - exponent) < 1e-9;
            if (decades <= 3 || (isPower && exponent % every == 0)) {
                ticks.add(tick);
            }
        }
        ticks.add(high);
        return ticks;
    }

    /** The greatest of 1, 2 and 5 times a power of ten that is not above a value. */
    private static double floor(double value) {
        final int exponent = (int) Math.floor(Math.log10(value) + 1e-12);
        double found = Math.pow(10, exponent);
        for (final double mantissa : MANTISSAS) {
            final double candidate = scaled(mantissa, exponent);
            if (candidate <= value * (1 + 1e-12)) {
                found = candidate;
            }
        }
        return found;
    }

    private static double next(double tick) {
        final int exponent = (int) Math.floor(Math.log10(tick) + 1e-12);
        for (final double mantissa : MANTISSAS) {
            final double candidate = scaled(mantissa, exponent);
            if (candidate > tick * (1 + 1e-12)) {
                return candidate;
            }
        }
        return scaled(1, exponent + 1);
    }

    /** Exact for negative exponents too: 2 / 10 is the double nearest to 0.2, 2 * 0.1 need not be. */
    private static double scaled(double mantissa, int exponent) {
        return exponent < 0 ? mantissa / Math.pow(10, -exponent) : mantissa * Math.pow(10, exponent);
    }
}
