package io.fairlead.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lines over one axis in one panel or more above each other, with one legend. <b>Immutable.</b>
 *
 * @param title what is shown.
 * @param subtitle how to read it.
 * @param panels at least one.
 */
record LineChart(String title, String subtitle, List<Panel> panels) {
    private static final double LEFT = 82;
    private static final double LABEL_HEIGHT = 14;
    private static final double HEIGHT_OF_ONE = 320;
    private static final double HEIGHT_OF_MANY = 210;
    private static final int FEW_POINTS = 12;
    private static final double LABEL_WIDTH_LIMIT = 240;

    /** How far before the edge a line may end and still have its name there. */
    private static final double LABEL_REACH = 60;

    /**
     * A place for lines. <b>Immutable.</b>
     *
     * @param xTitle what goes to the right, with its unit.
     * @param yTitle what goes up, with its unit.
     * @param x its scale.
     * @param y its scale.
     * @param lines each by the name of its subject, which gives its look.
     */
    record Panel(String xTitle, String yTitle, Scale x, Scale y, List<Line> lines) {}

    /**
     * One line. <b>Immutable.</b>
     *
     * @param subject its name.
     * @param points at least one, by ascending x.
     */
    record Line(String subject, List<Point> points) {}

    /** One point, in values. <b>Immutable.</b> */
    record Point(double x, double y) {}

    /** The picture. */
    String svg() {
        final Set<String> subjects = new LinkedHashSet<>();
        panels.forEach(panel -> panel.lines().forEach(line -> subjects.add(line.subject())));
        final Map<String, Look> looks = Look.of(subjects);
        final Svg svg = new Svg(title, subtitle, description(subjects));
        final double labelWidth = subjects.stream()
                .mapToDouble(subject -> labelWidth(subject, looks.get(subject)))
                .max()
                .orElse(0);
        final double right = Svg.WIDTH - Svg.PADDING - Math.min(LABEL_WIDTH_LIMIT, labelWidth + 10);
        for (final Panel panel : panels) {
            final double top = svg.top() + 26;
            final double bottom = top + (panels.size() == 1 ? HEIGHT_OF_ONE : HEIGHT_OF_MANY);
            svg.text(Svg.PADDING, top - 14, "start", "muted", panel.yTitle());
            new Plot(svg, panel, looks, LEFT, right, top, bottom).draw();
            svg.advanceTo(bottom + 42);
        }
        drawLegend(svg, looks);
        return svg.toString();
    }

    private String description(Set<String> subjects) {
        final List<String> texts = new ArrayList<>();
        texts.add(subtitle);
        for (final Panel panel : panels) {
            texts.add(panel.yTitle() + " by " + panel.xTitle() + ".");
        }
        texts.add("Lines: " + String.join(", ", subjects) + ".");
        return String.join(" ", texts).strip();
    }

    /** Strong letters are wider. */
    private static double labelWidth(String subject, Look look) {
        return Svg.width(subject, Svg.TEXT_SIZE * (look.isAccented() ? 1.14 : 1));
    }

    private static void drawLegend(Svg svg, Map<String, Look> looks) {
        double x = Svg.PADDING;
        double y = svg.top() + 4;
        for (final Map.Entry<String, Look> entry : looks.entrySet()) {
            final double width = 46 + labelWidth(entry.getKey(), entry.getValue()) + 16;
            if (x > Svg.PADDING && x + width > Svg.WIDTH - Svg.PADDING + 14) {
                x = Svg.PADDING;
                y += 20;
            }
            final Look look = entry.getValue();
            svg.path(List.of(new double[] {x, y}, new double[] {x + 38, y}), look);
            svg.marker(x + 19, y, look);
            svg.text(x + 46, y + 4, "start", look.isAccented() ? "strong" : "plain", entry.getKey());
            x += width;
        }
        svg.advanceTo(y + 4);
    }

    /** One panel being drawn. */
    private record Plot(
            Svg svg, Panel panel, Map<String, Look> looks, double left, double right, double top, double bottom) {
        void draw() {
            drawAxes();
            final List<Line> lines = new ArrayList<>(panel.lines());
            lines.sort(Comparator.comparing(line -> looks.get(line.subject()).family()));
            lines.forEach(this::drawLine);
            drawLabels(lines);
        }

        private double x(double value) {
            return left + panel.x().position(value) * (right - left);
        }

        private double y(double value) {
            return bottom - panel.y().position(value) * (bottom - top);
        }

        private void drawAxes() {
            double free = Double.MAX_VALUE;
            for (final double tick : panel.y().ticks()) {
                svg.line(left, y(tick), right, y(tick), "rule");
                if (y(tick) <= free) {
                    svg.text(left - 8, y(tick) + 4, "end", "muted", panel.y().label(tick));
                    free = y(tick) - LABEL_HEIGHT;
                }
            }
            free = 0;
            for (final double tick : panel.x().ticks()) {
                svg.line(x(tick), top, x(tick), bottom, "rule");
                final String label = panel.x().label(tick);
                final double half = Svg.width(label, Svg.TEXT_SIZE) / 2;
                if (x(tick) - half >= free) {
                    svg.text(x(tick), bottom + 17, "middle", "muted", label);
                    free = x(tick) + half + 6;
                }
            }
            svg.line(left, bottom, right, bottom, "axis");
            svg.text(right, bottom + 34, "end", "muted", panel.xTitle());
        }

        private void drawLine(Line line) {
            final Look look = looks.get(line.subject());
            svg.path(
                    line.points().stream()
                            .map(point -> new double[] {x(point.x()), y(point.y())})
                            .toList(),
                    look);
            for (final Point point : line.points()) {
                if (line.points().size() <= FEW_POINTS || isAtTick(point.x())) {
                    svg.marker(x(point.x()), y(point.y()), look);
                }
            }
        }

        private boolean isAtTick(double value) {
            return panel.x().ticks().stream().anyMatch(tick -> Math.abs(tick - value) <= tick * 1e-9);
        }

        /** Names at the ends of lines, Fairlead's first; one that has no room is in the legend alone. */
        private void drawLabels(List<Line> lines) {
            final List<Double> taken = new ArrayList<>();
            for (int i = lines.size() - 1; i >= 0; i--) {
                final Line line = lines.get(i);
                final Point last = line.points().get(line.points().size() - 1);
                final double place = y(last.y());
                final boolean isAtEdge = right - x(last.x()) < LABEL_REACH
                        && right + 10 + labelWidth(line.subject(), looks.get(line.subject())) <= Svg.WIDTH - 4;
                if (isAtEdge && taken.stream().noneMatch(other -> Math.abs(other - place) < LABEL_HEIGHT)) {
                    final String emphasis = looks.get(line.subject()).isAccented() ? "strong" : "plain";
                    svg.text(right + 10, place + 4, "start", emphasis, line.subject());
                    taken.add(place);
                }
            }
        }
    }
}
