package io.fairlead.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One line of {@code samples.csv}: what one subject did in one round of one rig. <b>Immutable.</b>
 *
 * @param rig its name.
 * @param subject what was measured.
 * @param placement of the processes on the machine's cores.
 * @param round from 0.
 * @param count operations that were completed.
 * @param bytes payload of one of them; 0 where there is none.
 * @param wallNs time that passed.
 * @param processorNs processor time of the client, the backend and the subject together.
 * @param subjectNs processor time of the subject's own processes.
 * @param errorCount what went wrong.
 * @param missedCount operations that were not begun when they should have been.
 */
record Window(
        RigName rig,
        String subject,
        Placement placement,
        int round,
        long count,
        long bytes,
        long wallNs,
        long processorNs,
        long subjectNs,
        long errorCount,
        long missedCount) {
    private static final double NS_PER_US = 1000.0;
    private static final double MISSED_LIMIT = 0.01;

    /** The column that tells a file of the present form from those of before. */
    static final String PLACEMENT_COLUMN = "placement";

    /** All lines of a file, with the present header or the one of before, which knew one core alone. */
    static List<Window> read(Path file) throws IOException {
        final Csv csv = Csv.read(
                file,
                "rig",
                "subject",
                "round",
                "count",
                "wall_ns",
                "client_cpu_ns",
                "echo_cpu_ns",
                "subject_cpu_ns",
                "errors");
        final boolean hasPlacement = csv.hasColumn(PLACEMENT_COLUMN);
        final boolean hasBytes = csv.hasColumn("bytes");
        final boolean hasMissed = csv.hasColumn("missed");
        final List<Window> windows = new ArrayList<>();
        final Set<String> seen = new HashSet<>();
        for (final Csv.Row row : csv.rows()) {
            final RigName rig = RigName.of(row.name("rig"));
            final Placement placement = hasPlacement ? Placement.of(row, PLACEMENT_COLUMN) : Placement.ONE_CORE;
            final long subjectNs = row.number("subject_cpu_ns");
            final Window window = new Window(
                    rig,
                    row.name("subject"),
                    placement,
                    row.index("round"),
                    row.number("count"),
                    hasBytes ? row.number("bytes") : rig.messageLength(),
                    row.number("wall_ns"),
                    row.number("client_cpu_ns") + row.number("echo_cpu_ns") + subjectNs,
                    subjectNs,
                    row.number("errors"),
                    hasMissed ? row.number("missed") : 0);
            if (!seen.add(rig.name() + ',' + placement + ',' + window.round + ',' + window.subject)) {
                throw row.problem(window.subject + " is measured twice in round " + window.round + " of " + rig.name());
            }
            windows.add(window);
        }
        return windows;
    }

    /** Processor time of all that took part, in microseconds an operation. */
    double processorUs() {
        return processorNs / NS_PER_US / count;
    }

    /** Time, in microseconds an operation. */
    double wallUs() {
        return wallNs / NS_PER_US / count;
    }

    /** Processor time of the subject's processes, in microseconds an operation. */
    double ownUs() {
        return subjectNs / NS_PER_US / count;
    }

    double perSecond() {
        return count * 1e9 / wallNs;
    }

    /** The part of the time in which the processes of the measurement had the processor, when they shared one. */
    double busyFraction() {
        return (double) processorNs / wallNs;
    }

    /** Whether nothing can be told from it: there was an error, or more than 1 % of what was due was missed. */
    boolean isFailed() {
        return errorCount > 0 || missedCount > MISSED_LIMIT * (count + missedCount) || count == 0 || wallNs == 0;
    }
}
