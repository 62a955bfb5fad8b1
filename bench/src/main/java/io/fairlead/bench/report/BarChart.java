package io.fairlead.bench.report;

import io.fairlead.bench.MedianInterval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Horizontal bars from the least to the most, with the interval of each as a whisker and its figures at the bar. Whose
 * measurement failed stands last, without a bar. <b>Immutable.</b>
 *
 * @param title what is shown.
 * @param subtitle how to read it.
 * @param unit of the axis.
 * @param mark a value that all are seen against; NaN for none.
 * @param bars in any order.
 */
record BarChart(String title, String subtitle, String unit, double mark, List<Bar> bars) {
    private static final double ROW_HEIGHT = 26;
    private static final double BAR_HEIGHT = 15;
    private static final double GAP = 8;

    /**
     * One bar. <b>Immutable.</b>
     *
     * @param subject its label.
     * @param value and its whisker.
     * @param note at its end, with the figures.
     */
    record Bar(String subject, MedianInterval value, String note) {
        /** One whose measurement failed, with the reason. */
        static Bar failed(String subject, String reason) {
            return new Bar(subject, null, "FAIL: " + reason);
        }

        boolean isFailed() {
            return value == null;
        }
    }

    /** The picture. */
    String svg() {
        final List<Bar> sorted = new ArrayList<>(bars);
        sorted.sort(Comparator.comparing(Bar::isFailed)
                .thenComparingDouble(bar -> bar.isFailed() ? 0 : bar.value().median()));
        final Svg svg = new Svg(title, subtitle, description(sorted));
        final Map<String, Look> looks =
                Look.of(sorted.stream().map(Bar::subject).toList());
        final double left = Svg.PADDING
                + GAP
                + sorted.stream()
                        .mapToDouble(bar -> Svg.width(bar.subject(), Svg.TEXT_SIZE * 1.06))
                        .max()
                        .orElse(0);
        final double noteWidth = sorted.stream()
                .mapToDouble(bar -> Svg.width(bar.note(), Svg.TEXT_SIZE * 1.06))
                .max()
                .orElse(0);
        final double right = Math.max(left + 120, Svg.WIDTH - Svg.PADDING - GAP - noteWidth);
        final double top = svg.top();
        final double bottom = top + ROW_HEIGHT * sorted.size();
        final Scale scale = scale(sorted);
        drawAxis(svg, scale, left, right, top, bottom);
        for (int i = 0; i < sorted.size(); i++) {
            final Bar bar = sorted.get(i);
            drawBar(svg, scale, bar, looks.get(bar.subject()), left, right, top + ROW_HEIGHT * (i + 0.5));
        }
        svg.text(right, bottom + 34, "end", "muted", unit);
        svg.advanceTo(bottom + 30);
        return svg.toString();
    }

    private static Scale scale(List<Bar> bars) {
        final double least = bars.stream()
                .filter(bar -> !bar.isFailed())
                .mapToDouble(bar -> bar.value().low())
                .min()
                .orElse(0);
        final double most = bars.stream()
                .filter(bar -> !bar.isFailed())
                .mapToDouble(bar -> bar.value().high())
                .max()
                .orElse(1);
        return Scale.linear(least, most, Figures::count);
    }

    private void drawAxis(Svg svg, Scale scale, double left, double right, double top, double bottom) {
        for (final double tick : scale.ticks()) {
            final double x = left + scale.position(tick) * (right - left);
            svg.line(x, top, x, bottom, tick == 0 ? "axis" : "rule");
            svg.text(x, bottom + 16, "middle", "muted", scale.label(tick));
        }
        if (Double.isFinite(mark)) {
            final double x = left + scale.position(mark) * (right - left);
            svg.line(x, top, x, bottom, "mark");
        }
    }

    private static void drawBar(Svg svg, Scale scale, Bar bar, Look look, double left, double right, double middle) {
        final String emphasis = look.isAccented() ? "strong" : "plain";
        svg.text(left - GAP, middle + 4, "end", bar.isFailed() ? "failed" : emphasis, bar.subject());
        if (bar.isFailed()) {
            svg.text(left + scale.position(0) * (right - left) + GAP, middle + 4, "start", "muted", bar.note());
            return;
        }
        final double zero = left + scale.position(0) * (right - left);
        final double end = left + scale.position(bar.value().median()) * (right - left);
        final double low = left + scale.position(bar.value().low()) * (right - left);
        final double high = left + scale.position(bar.value().high()) * (right - left);
        svg.rectangle(
                Math.min(zero, end),
                middle - BAR_HEIGHT / 2,
                Math.abs(end - zero),
                BAR_HEIGHT,
                "bar " + look.cssClass());
        svg.line(low, middle, high, middle, "whisker");
        svg.line(low, middle - 4, low, middle + 4, "whisker");
        svg.line(high, middle - 4, high, middle + 4, "whisker");
        svg.text(Math.max(high, zero) + GAP, middle + 4, "start", emphasis, bar.note());
    }

    private String description(List<Bar> sorted) {
        final StringBuilder text = new StringBuilder(subtitle).append(' ');
        for (final Bar bar : sorted) {
            text.append(bar.subject()).append(": ").append(bar.note()).append("; ");
        }
        return text.append("in ").append(unit).append('.').toString();
    }
}
