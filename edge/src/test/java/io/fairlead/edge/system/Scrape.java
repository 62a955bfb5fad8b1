package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /metrics} said at one time. */
final class Scrape {
    private static final Pattern CAUSE = Pattern.compile("fairlead_terminations_total\\{.*cause=\"([a-z_]+)\".*");

    private final String text;
    private final Map<String, Double> values = new LinkedHashMap<>();

    Scrape(String text) {
        this.text = text;
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            final int end = line.lastIndexOf(' ');
            values.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)));
        });
    }

    /** The value of a series, with its labels as they stand in the text. */
    long value(String series) {
        final Double value = values.get(series);
        assertNotNull(value, () -> series + " is not in\n" + text);
        return value.longValue();
    }

    /** The value of a series of one backend. */
    long value(String family, String backend) {
        return value(family + "{backend=\"" + backend + "\"}");
    }

    /** Upgrade requests to a backend that had this result. */
    long handshakes(String backend, String result) {
        return value("fairlead_handshakes_total{backend=\"" + backend + "\",result=\"" + result + "\"}");
    }

    /** The value of a series of one backend in one direction. */
    long directed(String family, String backend, String direction) {
        return value(family + "{backend=\"" + backend + "\",direction=\"" + direction + "\"}");
    }

    /** Frames of an opcode. */
    long frames(String backend, String direction, String opcode) {
        return value("fairlead_frames_total{backend=\"" + backend + "\",direction=\"" + direction + "\",opcode=\""
                + opcode + "\"}");
    }

    long connectionsActive() {
        return value("fairlead_connections_active");
    }

    long accepted() {
        return value("fairlead_connections_accepted_total");
    }

    /** How many connections have ended, by their cause; those that never occurred are left out. */
    Map<String, Long> terminations() {
        final Map<String, Long> counts = new TreeMap<>();
        values.forEach((series, value) -> {
            final Matcher matcher = CAUSE.matcher(series);
            if (matcher.matches() && value > 0) {
                counts.put(matcher.group(1), value.longValue());
            }
        });
        return counts;
    }

    long terminations(String cause) {
        return terminations().getOrDefault(cause, 0L);
    }

    /**
     * Whether no byte is on its way and the books are balanced (I9, as far as it shows outside): connections are conserved,
     * so are bytes, and no slab is held. A byte that has just arrived here may not have been counted there yet.
     */
    boolean isBalanced() {
        final long ended =
                terminations().values().stream().mapToLong(Long::longValue).sum();
        final long in = value("fairlead_read_bytes_total{side=\"client\"}")
                + value("fairlead_read_bytes_total{side=\"backend\"}")
                + value("fairlead_originated_bytes_total")
                + value("fairlead_replayed_bytes_total");
        final long out = value("fairlead_written_bytes_total{side=\"client\"}")
                + value("fairlead_written_bytes_total{side=\"backend\"}")
                + value("fairlead_discarded_bytes_total");
        return accepted() == connectionsActive() + ended
                && in == out
                && value("fairlead_slabs_in_use") == 0
                && value("fairlead_pipes_in_use") == 0;
    }

    /** Nobody went elsewhere than to a usable pin (I10), nothing broke, nothing was lost. */
    void assertHealthy() {
        assertEquals(0, value("fairlead_mispins_total"));
        assertEquals(0, value("fairlead_internal_errors_total"));
        assertEquals(0, value("fairlead_tracking_lost_total"));
        assertEquals(0, value("fairlead_events_lost_total"));
        assertEquals(0, value("fairlead_access_log_lines_lost_total"));
    }

    @Override
    public String toString() {
        return text;
    }
}
