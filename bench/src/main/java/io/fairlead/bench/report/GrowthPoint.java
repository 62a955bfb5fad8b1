package io.fairlead.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * One line of {@code growth.csv}: what a message, the process and a connection cost as one number grows. <b>Immutable.</b>
 *
 * @param series what grows.
 * @param subject that was measured.
 * @param x the number that grows.
 * @param messageUs processor time of a message, in microseconds.
 * @param pssKib the processes' proportional set.
 * @param connectionUs processor time of a connection, in microseconds.
 * @param errorCount what went wrong.
 */
record GrowthPoint(
        Series series,
        String subject,
        long x,
        OptionalDouble messageUs,
        OptionalDouble pssKib,
        OptionalDouble connectionUs,
        long errorCount) {

    /** What grows. */
    enum Series {
        CONNECTIONS,
        BACKENDS,
        PINS;

        static Series of(Csv.Row row) throws InputException {
            final String text = row.name("series");
            for (final Series series : values()) {
                if (series.label().equals(text)) {
                    return series;
                }
            }
            throw row.problem("series is none of connections, backends and pins: " + text);
        }

        /** As files and their names have it. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static List<GrowthPoint> read(Path file) throws IOException {
        final Csv csv = Csv.read(
                file, "series", "subject", "x", "y_us_per_message", "y_pss_kib", "y_cpu_us_per_connection", "errors");
        final List<GrowthPoint> points = new ArrayList<>();
        for (final Csv.Row row : csv.rows()) {
            points.add(new GrowthPoint(
                    Series.of(row),
                    row.name("subject"),
                    row.number("x"),
                    row.figure("y_us_per_message"),
                    row.figure("y_pss_kib"),
                    row.figure("y_cpu_us_per_connection"),
                    row.number("errors")));
        }
        return points;
    }
}
