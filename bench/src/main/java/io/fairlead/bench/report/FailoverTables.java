package io.fairlead.bench.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;

/** What a failover run tells: a table for each event, with a line for each subject. Static and stateless. */
public final class FailoverTables {
    private static final double MS_PER_S = 1000;
    private static final double PERCENT = 100;
    private static final String NOTHING = "–";

    private static final List<Column> OUTAGE = List.of(
            new Column("subject", result -> Markdown.escape(result.subject())),
            new Column("its clients", result -> Long.toString(result.affectedCount())),
            new Column("cut", result -> Long.toString(result.cutCount())),
            new Column("gave up", result -> Long.toString(result.gaveUpCount())),
            new Column("never back", result -> Long.toString(result.missingCount())),
            new Column(
                    "back after, s: p50",
                    result -> seconds(result, result.back().p50Ms())),
            new Column("p99", result -> seconds(result, result.back().p99Ms())),
            new Column("max", result -> seconds(result, result.back().maxMs())),
            new Column(
                    "moves: most",
                    result -> Long.toString(result.affectedMoves().max())),
            new Column("all", result -> Long.toString(result.affectedMoves().sum())),
            new Column(
                    "reconnects: most",
                    result -> Long.toString(result.reconnects().max())),
            new Column("all", result -> Long.toString(result.reconnects().sum())),
            new Column("failed connects", result -> Long.toString(result.failedAttemptCount())),
            new Column("bystanders cut", result -> Long.toString(result.bystandersCutCount())),
            new Column("bystanders moved", result -> Long.toString(result.bystandersMovedCount())),
            new Column("its clients, now on b1 / b2 / b3", result -> joined(result.affectedAfter())),
            new Column("all, largest / smallest share of the others", FailoverTables::shares));

    private static final List<Column> RETURN = List.of(
            new Column("subject", result -> Markdown.escape(result.subject())),
            new Column("cut", result -> Long.toString(result.bystandersCutCount())),
            new Column("moved", result -> Long.toString(result.bystandersMovedCount())),
            new Column("failed connects", result -> Long.toString(result.failedAttemptCount())),
            new Column("without a reply before it", result -> Long.toString(result.affectedCount())),
            new Column("of those never back", result -> Long.toString(result.missingCount())),
            new Column(
                    "back after, s: p50",
                    result -> seconds(result, result.back().p50Ms())),
            new Column("max", result -> seconds(result, result.back().maxMs())),
            new Column("all, now on b1 / b2 / b3", result -> joined(result.allAfter())));

    private FailoverTables() {}

    private record Column(String heading, Function<FailoverResult, String> cell) {}

    /**
     * All of them as Markdown.
     *
     * @param results of a run.
     */
    public static String markdown(List<FailoverResult> results) {
        final Markdown page = new Markdown();
        write(results, page, 2);
        return page.toString();
    }

    /** Write them to a page, under headings of a level. */
    static void write(List<FailoverResult> results, Markdown page, int level) {
        for (final FailoverEvent event : FailoverEvent.values()) {
            final List<FailoverResult> lines =
                    results.stream().filter(result -> result.event() == event).toList();
            if (!lines.isEmpty()) {
                page.heading(
                        level,
                        String.format(
                                Locale.ROOT,
                                "Failover, %,d clients: %s",
                                lines.get(0).clientCount(),
                                event.title()));
                table(page, event.isOutage() ? OUTAGE : RETURN, lines);
                failures(page, lines);
            }
        }
    }

    private static void table(Markdown page, List<Column> columns, List<FailoverResult> results) {
        final List<List<String>> rows = new ArrayList<>();
        for (final FailoverResult result : results) {
            rows.add(columns.stream().map(column -> column.cell().apply(result)).toList());
        }
        page.table(columns.stream().map(Column::heading).toList(), rows);
    }

    private static void failures(Markdown page, List<FailoverResult> results) {
        final StringBuilder lines = new StringBuilder();
        results.stream()
                .filter(result -> result.failedAttemptCount() > 0)
                .forEach(result -> lines.append("- ")
                        .append(Markdown.escape(result.subject()))
                        .append(": ")
                        .append(Markdown.escape(result.failures()))
                        .append('\n'));
        if (lines.length() > 0) {
            page.paragraph("Why connects failed:");
            page.paragraph(lines.toString());
        }
    }

    /** Who has not come by the end has taken longer. */
    private static String seconds(FailoverResult result, OptionalDouble ms) {
        if (result.affectedCount() == 0) {
            return NOTHING;
        }
        return ms.isPresent()
                ? String.format(Locale.ROOT, "%.2f", ms.getAsDouble() / MS_PER_S)
                : String.format(Locale.ROOT, "> %.0f", Math.floor(result.observedMs() / MS_PER_S));
    }

    private static String joined(List<Long> counts) {
        return String.join(" / ", counts.stream().map(String::valueOf).toList());
    }

    private static String shares(FailoverResult result) {
        final List<Long> survivors = result.survivors();
        final double all = result.allAfter().stream().mapToLong(Long::longValue).sum();
        if (all == 0 || survivors.isEmpty()) {
            return NOTHING;
        }
        return String.format(
                Locale.ROOT,
                "%.1f %% / %.1f %%",
                PERCENT * Collections.max(survivors) / all,
                PERCENT * Collections.min(survivors) / all);
    }
}
