package io.fairlead.bench.report;

import io.fairlead.bench.LeastSquares;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One line of {@code memory.csv}: memory with so many WebSockets open. <b>Immutable.</b>
 *
 * @param subject whose processes.
 * @param connectionCount WebSockets.
 * @param pssKib its processes' proportional set.
 * @param rssKib its processes' resident set.
 * @param tcpPageCount pages of all socket buffers, as {@code /proc/net/sockstat} tells them, more than before the first herd;
 *     less where others gave theirs back meanwhile.
 * @param slabKib the kernel's slabs likewise.
 */
record MemoryPoint(String subject, long connectionCount, long pssKib, long rssKib, long tcpPageCount, long slabKib) {
    private static final double BYTES_PER_KIB = 1024;

    static List<MemoryPoint> read(Path file) throws IOException {
        final Csv csv =
                Csv.read(file, "subject", "connections", "pss_kib", "rss_kib", "sockstat_tcp_pages", "slab_kib");
        final List<MemoryPoint> points = new ArrayList<>();
        for (final Csv.Row row : csv.rows()) {
            points.add(new MemoryPoint(
                    row.name("subject"),
                    row.number("connections"),
                    row.number("pss_kib"),
                    row.number("rss_kib"),
                    row.difference("sockstat_tcp_pages"),
                    row.difference("slab_kib")));
        }
        return points;
    }

    /**
     * The slope of the least-squares line through some points: how much one WebSocket more takes.
     *
     * @param points of one subject.
     * @param kib what grows, in KiB.
     * @return bytes; NaN of fewer than two sizes.
     */
    static double slope(List<MemoryPoint> points, ToDoubleFunction<MemoryPoint> kib) {
        return BYTES_PER_KIB * LeastSquares.slope(points, MemoryPoint::connectionCount, kib);
    }
}
