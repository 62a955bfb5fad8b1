package io.fairlead.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A picture being drawn: a card of its own background, readable in a light page and in a dark one, without script and without
 * anything from elsewhere. The colours are those of M. Okabe and K. Ito, <i>Color Universal Design</i>, some of them lighter in
 * the dark. <b>Owned by the thread that draws it.</b>
 */
final class Svg {
    static final int WIDTH = 760;
    static final int PADDING = 20;
    static final double TEXT_SIZE = 12;

    private static final double TITLE_SIZE = 16;
    private static final String STYLE = """
            .chart{--card:#ffffff;--ink:#1f2328;--muted:#57606a;--rule:#d8dee4;--frame:#d0d7de;\
            --fairlead:#d55e00;--nginx:#009e73;--haproxy:#0072b2;--c:#b0568a;--direct:#6e7781;--other:#b07800;\
            font-family:system-ui,sans-serif;font-size:12px}
            @media (prefers-color-scheme:dark){.chart{--card:#161b22;--ink:#e6edf3;--muted:#9da7b3;--rule:#30363d;\
            --frame:#3d444d;--fairlead:#ff8a3d;--nginx:#2cc79a;--haproxy:#56b4e9;--c:#e29ac4;--direct:#9da7b3;--other:#f0e442}}
            .card{fill:var(--card);stroke:var(--frame)}
            .rule{stroke:var(--rule)}
            .axis{stroke:var(--muted)}
            .mark{stroke:var(--muted);stroke-dasharray:4 4}
            .whisker{stroke:var(--ink);stroke-width:1.5}
            text{fill:var(--ink)}
            .title{font-size:16px;font-weight:600}
            .muted{fill:var(--muted)}
            .strong{font-weight:700}
            .failed{fill:var(--muted);text-decoration:line-through}
            .line{fill:none;stroke-width:1.75;stroke-linejoin:round}
            .line.fairlead{stroke-width:3}
            .fairlead{--own:var(--fairlead)}.nginx{--own:var(--nginx)}.haproxy{--own:var(--haproxy)}\
            .c{--own:var(--c)}.direct{--own:var(--direct)}.other{--own:var(--other)}
            .line{stroke:var(--own)}
            .dot{fill:var(--own);stroke:var(--card)}
            .bar{fill:var(--own)}
            """;

    private final StringBuilder body = new StringBuilder();
    private final String title;
    private final String description;
    private double top = PADDING;

    /**
     * Begin with the title on top.
     *
     * @param title what is shown.
     * @param subtitle how to read it, shown beneath; may be empty.
     * @param description for those who hear the picture.
     */
    Svg(String title, String subtitle, String description) {
        this.title = title;
        this.description = description;
        for (final String line : wrap(title, TITLE_SIZE * 1.06, WIDTH - 2 * PADDING)) {
            top += 18;
            text(PADDING, top - 4, "start", "title", line);
        }
        for (final String line : wrap(subtitle, TEXT_SIZE, WIDTH - 2 * PADDING)) {
            top += 17;
            text(PADDING, top - 2, "start", "muted", line);
        }
        top += 10;
    }

    /** Where nothing is drawn yet. */
    double top() {
        return top;
    }

    /** Tell that all above has something drawn on it. */
    void advanceTo(double y) {
        top = y;
    }

    void text(double x, double y, String anchor, String cssClass, String text) {
        body.append(format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y, anchor, cssClass))
                .append(escape(text))
                .append("</text>\n");
    }

    void line(double x1, double y1, double x2, double y2, String cssClass) {
        body.append(format(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>%n", x1, y1, x2, y2, cssClass));
    }

    void rectangle(double x, double y, double width, double height, String cssClass) {
        body.append(format(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\" class=\"%s\"/>%n",
                x, y, width, height, cssClass));
    }

    /** A line through points, each an x and a y. */
    void path(List<double[]> points, Look look) {
        final StringBuilder d = new StringBuilder();
        for (final double[] point : points) {
            d.append(format("%s%.1f %.1f", d.length() == 0 ? "M" : "L", point[0], point[1]));
        }
        final String dash = look.dash().isEmpty() ? "" : " stroke-dasharray=\"" + look.dash() + "\"";
        body.append(format("<path d=\"%s\" class=\"line %s\"%s/>%n", d, look.cssClass(), dash));
    }

    void marker(double x, double y, Look look) {
        final double r = look.isAccented() ? 5 : 4;
        final String style = "class=\"dot " + look.cssClass() + "\"";
        body.append(
                switch (look.shape()) {
                    case CIRCLE -> format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" %s/>%n", x, y, r, style);
                    case SQUARE ->
                        format(
                                "<path d=\"M%.1f %.1fh%.1fv%.1fh-%.1fz\" %s/>%n",
                                x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8, r * 1.8, style);
                    case TRIANGLE ->
                        format(
                                "<path d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fz\" %s/>%n",
                                x, y - r * 1.15, x + r * 1.1, y + r * 0.85, x - r * 1.1, y + r * 0.85, style);
                    case DIAMOND ->
                        format(
                                "<path d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fL%.1f %.1fz\" %s/>%n",
                                x, y - r * 1.2, x + r * 1.2, y, x, y + r * 1.2, x - r * 1.2, y, style);
                });
    }

    /** The file. */
    @Override
    public String toString() {
        final long height = Math.round(top) + PADDING;
        return format(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                                + " role=\"img\" aria-labelledby=\"title desc\" class=\"chart\">%n",
                        WIDTH, height, WIDTH, height)
                + "<title id=\"title\">" + escape(title) + "</title>\n"
                + "<desc id=\"desc\">" + escape(description) + "</desc>\n"
                + "<style>\n" + STYLE + "</style>\n"
                + format(
                        "<rect x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"8\" class=\"card\"/>%n",
                        WIDTH - 1, height - 1)
                + body
                + "</svg>\n";
    }

    /** A text so that XML has it as it is; what XML cannot have at all becomes a replacement character. */
    static String escape(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x20-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]", "\uFFFD")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** How wide a text is at the most, about: the font is the reader's. */
    static double width(String text, double size) {
        return size
                * text.chars()
                        .mapToDouble(c -> {
                            if ("iljtfr.,:;'|!()[] ".indexOf(c) >= 0) {
                                return 0.36;
                            }
                            return "mwMW%@".indexOf(c) >= 0 || c > 0x2FF
                                    ? 0.95
                                    : Character.isUpperCase(c) ? 0.72 : 0.61;
                        })
                        .sum();
    }

    private static List<String> wrap(String text, double size, double width) {
        final List<String> lines = new ArrayList<>();
        String line = "";
        for (final String word : text.split(" ", -1)) {
            final String longer = line.isEmpty() ? word : line + " " + word;
            if (!line.isEmpty() && width(longer, size) > width) {
                lines.add(line);
                line = word;
            } else {
                line = longer;
            }
        }
        if (!line.isEmpty()) {
            lines.add(line);
        }
        return lines;
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form.replace("%n", "\n"), values);
    }
}
