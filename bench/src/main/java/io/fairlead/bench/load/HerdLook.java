package io.fairlead.bench.load;

import io.fairlead.bench.LeastSquares;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a target takes for a herd of idle WebSockets. <b>Immutable.</b>
 *
 * @param subject its name.
 * @param count WebSockets.
 * @param process the memory of its processes; all 0 if it has none.
 * @param kernel how much more the kernel takes than before the first herd.
 */
record HerdLook(String subject, int count, ProcessMemory process, KernelMemory kernel) {
    /** The columns of {@link #csv}. */
    static final String CSV_HEADER = "subject,connections,pss_kib,rss_kib,sockstat_tcp_pages,slab_kib";

    /** One line, without its end. */
    String csv() {
        return String.format(
                Locale.ROOT,
                "%s,%d,%d,%d,%d,%d",
                subject,
                count,
                process.pssKib(),
                process.rssKib(),
                kernel.tcpPages(),
                kernel.slabKib());
    }

    /**
     * By how much something grows with each WebSocket: the slope of the least-squares line.
     *
     * @param looks at herds of at least two sizes.
     * @param measure what.
     */
    static double slope(List<HerdLook> looks, ToDoubleFunction<HerdLook> measure) {
        return LeastSquares.slope(looks, HerdLook::count, measure);
    }
}
