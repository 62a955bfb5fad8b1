package io.fairlead.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of {@code memory.csv}: memory with so many WebSockets open. <b>Immutable.</b>
 *
 * @param subject whose processes.
 * @param connectionCount WebSockets.
 * @param pssKib its processes' proportional set.
 * @param rssKib its processes' resident set.
 * @param tcpPageCount pages of all socket buffers, as {@code /proc/net/sockstat} tells them.
 * @param slabKib the kernel's slabs, all of them.
 */
record MemoryPoint(String subject, long connectionCount, long pssKib, long rssKib, long tcpPageCount, long slabKib) {
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
                    row.number("sockstat_tcp_pages"),
                    row.number("slab_kib")));
        }
        return points;
    }
}
