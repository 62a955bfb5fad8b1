package io.fairlead.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The straight line that comes nearest to some points. */
public final class LeastSquares {
    private LeastSquares() {}

    /**
     * By how much y grows with x: the slope of the line with the least sum of squared distances.
     *
     * @param points any number of them.
     * @param x of a point.
     * @param y of a point.
     * @return the slope; NaN of points with fewer than two different x.
     * @param <T> what a point is.
     */
    public static <T> double slope(List<T> points, ToDoubleFunction<T> x, ToDoubleFunction<T> y) {
        final double meanX = points.stream().mapToDouble(x).average().orElse(0);
        final double meanY = points.stream().mapToDouble(y).average().orElse(0);
        double products = 0;
        double squares = 0;
        for (final T point : points) {
            final double distance = x.applyAsDouble(point) - meanX;
            products += distance * (y.applyAsDouble(point) - meanY);
            squares += distance * distance;
        }
        return squares == 0 ? Double.NaN : products / squares;
    }
}
