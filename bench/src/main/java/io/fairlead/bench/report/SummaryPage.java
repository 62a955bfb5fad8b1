package io.fairlead.bench.report;

import java.util.Set;

/** A run's own page. Static and stateless. */
final class SummaryPage {
    private SummaryPage() {}

    /** All its tables, with the pictures of the folder, and the environment. */
    static String of(Run run, Set<String> pictures) {
        final Markdown page = new Markdown();
        page.heading(1, title(run));
        page.paragraph("Compare within this page alone: the ratios of one run carry over, microseconds do not."
                + " [How to read it](../README.md#how-to-read-them).");
        if (!run.isQuotable()) {
            page.paragraph("**Measured with uncommitted changes: for looking at, not for quoting.**");
        }
        final Sections sections = new Sections(run, page, 2, "", pictures);
        sections.targets();
        sections.comparisons();
        sections.latencies();
        sections.throughput();
        sections.memory();
        sections.growth();
        sections.failover();
        sections.jmh();
        if (!run.environment().lines().isEmpty()) {
            page.heading(2, "Environment");
            page.code(run.environment().lines());
        }
        return page.toString();
    }

    private static String title(Run run) {
        final String date = run.environment().value("date");
        return "Measurements of " + run.commit() + ", " + (date.isEmpty() ? run.date() : date)
                + (run.kind().isEmpty() ? "" : ", " + run.kind());
    }
}
