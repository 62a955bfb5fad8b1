package io.fairlead.bench.compare;

import io.fairlead.bench.report.Share;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Collects what {@code growth.csv} tells: one line for each number that something grew to. <b>Owned by one thread.</b> */
final class GrowthTable {
    private static final String HEADER = "series,subject,x,y_us_per_message,y_pss_kib,y_cpu_us_per_connection,errors";

    private final Map<Key, Point> points = new LinkedHashMap<>();

    /** Microseconds that a message adds, once for all. */
    void setMessage(String series, String subject, long x, Share share) {
        final Point point = point(series, subject, x);
        point.messageUs = share.us();
        point.errorCount = share.errorCount();
    }

    /** Microseconds that a message adds. */
    void addMessage(String series, String subject, long x, Share share) {
        final Point point = point(series, subject, x);
        point.messageUs = share.us();
        point.errorCount += share.errorCount();
    }

    /** Microseconds that a connection's life adds. */
    void addConnection(String series, String subject, long x, Share share) {
        final Point point = point(series, subject, x);
        point.connectionUs = share.us();
        point.errorCount += share.errorCount();
    }

    /** Memory of the process. */
    void addMemory(String series, String subject, long x, long pssKib) {
        point(series, subject, x).pssKib = pssKib;
    }

    /** Write them all. */
    void write(Path file) throws IOException {
        final List<String> lines = new ArrayList<>(List.of(HEADER));
        points.forEach((key, point) -> lines.add(String.join(
                ",",
                key.series,
                key.subject,
                Long.toString(key.x),
                cell(point.messageUs),
                point.pssKib < 0 ? "" : Long.toString(point.pssKib),
                cell(point.connectionUs),
                Long.toString(point.errorCount))));
        Files.write(file, lines);
    }

    private Point point(String series, String subject, long x) {
        return points.computeIfAbsent(new Key(series, subject, x), key -> new Point());
    }

    private static String cell(OptionalDouble us) {
        return us.isPresent() ? String.format(Locale.ROOT, "%.3f", us.getAsDouble()) : "";
    }

    /** What a line is about. */
    private record Key(String series, String subject, long x) {}

    /** What it tells. */
    private static final class Point {
        private OptionalDouble messageUs = OptionalDouble.empty();
        private OptionalDouble connectionUs = OptionalDouble.empty();
        private long pssKib = -1;
        private long errorCount;
    }
}
