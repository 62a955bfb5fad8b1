package io.fairlead.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * One line of {@code failover.csv}: what an event did to the clients of a subject. <b>Immutable.</b>
 *
 * @param subject between clients and backends.
 * @param event what happened.
 * @param observedMs for how long was looked on; what had not come by then, had not come.
 * @param clientCount clients in all.
 * @param affectedCount clients that the event is about: those of the backend that goes; of {@link FailoverEvent#THAW} those that
 *     had no answer before it; else none. The others are bystanders.
 * @param cutCount affected ones whose connection was ended by the other side.
 * @param gaveUpCount affected ones that ended it themselves because no reply came.
 * @param missingCount affected ones that were not back in the end.
 * @param back from the event to the first reply afterwards, of the affected.
 * @param affectedMoves changes of backend, of the affected.
 * @param reconnects connections that came to a reply, of the affected.
 * @param failedAttemptCount connects of any client that came to no reply.
 * @param bystandersCutCount bystanders whose connection ended, whoever ended it.
 * @param bystandersMovedCount bystanders that were answered by another backend than before.
 * @param bystandersMissingCount bystanders that had no reply in the end.
 * @param affectedAfter where the affected are in the end.
 * @param allAfter where everybody is in the end.
 * @param failures why connects failed, the most frequent first: {@code 12 x answered 503; 3 x refused}.
 */
public record FailoverResult(
        String subject,
        FailoverEvent event,
        long observedMs,
        long clientCount,
        long affectedCount,
        long cutCount,
        long gaveUpCount,
        long missingCount,
        Times back,
        Total affectedMoves,
        Total reconnects,
        long failedAttemptCount,
        long bystandersCutCount,
        long bystandersMovedCount,
        long bystandersMissingCount,
        List<Long> affectedAfter,
        List<Long> allAfter,
        String failures) {
    /** Where they are kept. */
    public static final String FILE_NAME = "failover.csv";

    private static final String HEADER =
            "subject,event,observed_ms,clients,affected,cut,gave_up,missing,back_p50_ms,back_p99_ms,"
                    + "back_max_ms,moves_max,moves_total,reconnects_max,reconnects_total,failed_attempts,bystanders_cut,"
                    + "bystanders_moved,bystanders_missing,affected_after,all_after,failures";

    private static final String NO_FAILURES = "none";

    /**
     * Times of some clients. Nothing is there where none were, or where too many had not come: a percentile counts those that
     * never came as the last.
     *
     * @param p50Ms half of them had come by then.
     * @param p99Ms 99 of 100.
     * @param maxMs all of them.
     */
    public record Times(OptionalDouble p50Ms, OptionalDouble p99Ms, OptionalDouble maxMs) {}

    /**
     * A number that every client has, of some of them.
     *
     * @param max the largest.
     * @param sum of all.
     */
    public record Total(long max, long sum) {}

    /**
     * Write some.
     *
     * @param file to make.
     * @param results in their order.
     * @throws IOException if it cannot be written.
     */
    public static void write(Path file, List<FailoverResult> results) throws IOException {
        final List<String> lines = new ArrayList<>(List.of(HEADER));
        results.forEach(result -> lines.add(result.line()));
        Files.write(file, lines);
    }

    /**
     * Read them.
     *
     * @param file written by {@link #write}.
     * @throws IOException if it is not such a file.
     */
    public static List<FailoverResult> read(Path file) throws IOException {
        final Csv csv = Csv.read(file, HEADER.split(",", -1));
        final List<FailoverResult> results = new ArrayList<>();
        for (final Csv.Row row : csv.rows()) {
            results.add(new FailoverResult(
                    row.name("subject"),
                    FailoverEvent.of(row),
                    row.number("observed_ms"),
                    row.number("clients"),
                    row.number("affected"),
                    row.number("cut"),
                    row.number("gave_up"),
                    row.number("missing"),
                    new Times(row.figure("back_p50_ms"), row.figure("back_p99_ms"), row.figure("back_max_ms")),
                    new Total(row.number("moves_max"), row.number("moves_total")),
                    new Total(row.number("reconnects_max"), row.number("reconnects_total")),
                    row.number("failed_attempts"),
                    row.number("bystanders_cut"),
                    row.number("bystanders_moved"),
                    row.number("bystanders_missing"),
                    row.numbers("affected_after"),
                    row.numbers("all_after"),
                    row.text("failures")));
        }
        return results;
    }

    /** Clients of each backend in the end, but of the one that the event is about. */
    List<Long> survivors() {
        final List<Long> survivors = new ArrayList<>(allAfter);
        if (event.backend() != FailoverEvent.NO_BACKEND) {
            survivors.remove(event.backend());
        }
        return survivors;
    }

    private String line() {
        return String.join(
                ",",
                subject,
                event.label(),
                Long.toString(observedMs),
                Long.toString(clientCount),
                Long.toString(affectedCount),
                Long.toString(cutCount),
                Long.toString(gaveUpCount),
                Long.toString(missingCount),
                cell(back.p50Ms()),
                cell(back.p99Ms()),
                cell(back.maxMs()),
                Long.toString(affectedMoves.max()),
                Long.toString(affectedMoves.sum()),
                Long.toString(reconnects.max()),
                Long.toString(reconnects.sum()),
                Long.toString(failedAttemptCount),
                Long.toString(bystandersCutCount),
                Long.toString(bystandersMovedCount),
                Long.toString(bystandersMissingCount),
                cell(affectedAfter),
                cell(allAfter),
                failures.isEmpty() ? NO_FAILURES : failures.replace(',', ' '));
    }

    private static String cell(OptionalDouble ms) {
        return ms.isPresent() ? String.format(Locale.ROOT, "%.1f", ms.getAsDouble()) : "";
    }

    private static String cell(List<Long> counts) {
        return String.join(" ", counts.stream().map(String::valueOf).toList());
    }
}
