package io.fairlead.bench.gate;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What the figures are expected to be, and how much more is let pass. <b>Immutable.</b> As a file, a line a figure; those of {@link
 * #SETTINGS} are decided, not counted, and survive an update.
 */
final class Baseline {
    /** Name of the packaged one, beside this class. */
    static final String RESOURCE = "baseline.properties";

    private static final String RATIO_LIMIT = "limit.ratio";
    private static final String INSTRUCTION_TOLERANCE = "tolerance-percent.instructions";
    /** Nobody makes an operation that much cheaper unseen: it was not counted. */
    private static final double LOST_FRACTION = 0.8;

    private static final List<String> SETTINGS = List.of(RATIO_LIMIT, INSTRUCTION_TOLERANCE);
    private static final String INSTRUCTIONS = ".instructions";
    private static final int DECIMAL_COUNT = 4;
    private static final String HEADER = """
            # What an operation takes: the regression gate's baseline. `fairlead-bench.jar gate --update` writes it; commit a new one
            # with the reason for each change. bench/gate.md says what the figures are.
            """;

    private final Properties lines;

    private Baseline(Properties lines) {
        this.lines = lines;
    }

    /** Read one. */
    static Baseline read(Reader reader) throws IOException {
        final Properties lines = new Properties();
        lines.load(reader);
        for (final String setting : SETTINGS) {
            if (lines.getProperty(setting) == null) {
                throw new IOException("the baseline has no " + setting);
            }
        }
        return new Baseline(lines);
    }

    /** The one that was packaged with this class. */
    static Baseline packaged() {
        try (InputStream in = Baseline.class.getResourceAsStream(RESOURCE)) {
            return read(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ratio of CPU time that is too much. */
    double ratioLimit() {
        return number(RATIO_LIMIT);
    }

    /**
     * The same without some figures.
     *
     * @param isDropped tells them by name.
     */
    Baseline without(Predicate<String> isDropped) {
        final Properties kept = new Properties();
        for (final String name : lines.stringPropertyNames()) {
            if (!isDropped.test(name)) {
                kept.setProperty(name, lines.getProperty(name));
            }
        }
        return new Baseline(kept);
    }

    /**
     * Compare.
     *
     * @param figures as counted.
     * @return a finding for each, in their order, then those that are missing.
     */
    List<Finding> compare(Map<String, Double> figures) {
        final List<Finding> findings = new ArrayList<>();
        figures.forEach((figure, found) -> findings.add(compare(figure, rounded(found))));
        for (final String figure : new TreeSet<>(lines.stringPropertyNames())) {
            if (!figures.containsKey(figure) && !SETTINGS.contains(figure)) {
                findings.add(new Finding(figure, number(figure), Double.NaN, Finding.Verdict.MISSING));
            }
        }
        return findings;
    }

    private Finding compare(String figure, double found) {
        if (lines.getProperty(figure) == null) {
            return new Finding(figure, Double.NaN, found, Finding.Verdict.UNKNOWN);
        }
        final double expected = number(figure);
        final double tolerance = figure.endsWith(INSTRUCTIONS) ? expected * number(INSTRUCTION_TOLERANCE) / 100 : 0;
        if (found > expected + tolerance) {
            return new Finding(figure, expected, found, Finding.Verdict.WORSE);
        }
        if (found < expected * LOST_FRACTION) {
            return new Finding(figure, expected, found, Finding.Verdict.LOST);
        }
        final boolean isBetter = found < expected - tolerance;
        return new Finding(figure, expected, found, isBetter ? Finding.Verdict.BETTER : Finding.Verdict.SAME);
    }

    /**
     * The text of a new baseline.
     *
     * @param figures that are expected from now on.
     * @param isKept tells figures by name that stay as they are in this one, behind the others: who counted could not count
     *     them.
     * @return with this one's settings.
     */
    String updated(Map<String, Double> figures, Predicate<String> isKept) {
        final StringBuilder text = new StringBuilder(HEADER);
        for (final String setting : SETTINGS) {
            text.append(setting).append('=').append(lines.getProperty(setting)).append('\n');
        }
        figures.forEach((figure, found) ->
                text.append(figure).append('=').append(text(found)).append('\n'));
        for (final String figure : new TreeSet<>(lines.stringPropertyNames())) {
            if (isKept.test(figure)) {
                text.append(figure)
                        .append('=')
                        .append(lines.getProperty(figure))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private double number(String name) {
        return Double.parseDouble(lines.getProperty(name));
    }

    /** As it stands in a baseline: at most four decimals, which tells one more among 10,000. */
    static String text(double value) {
        return Double.isNaN(value) ? "–" : decimal(value).toPlainString();
    }

    private static double rounded(double value) {
        return decimal(value).doubleValue();
    }

    private static BigDecimal decimal(double value) {
        final BigDecimal rounded = BigDecimal.valueOf(value)
                .setScale(DECIMAL_COUNT, RoundingMode.HALF_UP)
                .stripTrailingZeros();
        return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
    }
}
