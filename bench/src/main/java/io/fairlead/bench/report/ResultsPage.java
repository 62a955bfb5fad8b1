package io.fairlead.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The page over all runs: how to read them, the newest of each kind, the list of all, how to repeat them. What is not figures
 * is in {@code head.md} and {@code tail.md} beside this class. Static and stateless.
 */
final class ResultsPage {
    static final String FILE_NAME = "README.md";

    private ResultsPage() {}

    /**
     * The page.
     *
     * @param runs newest first.
     * @param pictures by the folder that they are in.
     */
    static String of(List<Run> runs, Map<String, Map<String, String>> pictures) throws IOException {
        final Markdown page = new Markdown();
        page.paragraph(template("head.md"));
        final Newest newest = new Newest(runs, pictures, page);
        newest.show(
                "Targets of the newest comparison",
                run -> !run.comparisons().isEmpty() && !Targets.of(run).isEmpty(),
                Sections::targets);
        newest.show("Newest comparison", run -> !run.comparisons().isEmpty(), Sections::comparisons);
        newest.show("Newest latencies", run -> !run.latencies().isEmpty(), Sections::latencies);
        newest.show(
                "Newest throughput",
                run -> pictures.get(run.name()).containsKey(Plots.THROUGHPUT),
                Sections::throughput);
        // A run of growth looks at some subjects' memory alone.
        newest.show(
                "Newest memory", run -> !run.memory().isEmpty() && run.growth().isEmpty(), Sections::memory);
        for (final GrowthPoint.Series series : GrowthPoint.Series.values()) {
            final long most =
                    runs.stream().mapToLong(run -> run.sizeCount(series)).max().orElse(0);
            newest.show(
                    "Fullest growth of " + series.label(),
                    run -> most > 0 && run.sizeCount(series) == most,
                    sections -> sections.growth(series));
        }
        newest.show("Newest failover", run -> !run.failover().isEmpty(), Sections::failover);
        newest.show("Newest benchmarks", run -> !run.jmh().isEmpty(), Sections::jmh);
        page.heading(2, "All runs");
        page.table(List.of("run", "date", "commit", "machine", "JDK", "kind", "holds"), rows(runs));
        page.paragraph(template("tail.md"));
        return page.toString();
    }

    private static List<List<String>> rows(List<Run> runs) throws IOException {
        final List<List<String>> rows = new ArrayList<>();
        for (final Run run : runs) {
            final String holdings = Markdown.escape(run.holdings());
            rows.add(List.of(
                    link(run, run.name()),
                    run.date(),
                    run.commit(),
                    Markdown.escape(run.machine()),
                    run.environment().jdk().isEmpty() ? "–" : run.environment().jdk(),
                    run.kind().isEmpty() ? "–" : Markdown.escape(run.kind()),
                    run.isQuotable() ? holdings : holdings + "; not for quoting"));
        }
        return rows;
    }

    private static String link(Run run, String text) {
        return "[" + Markdown.escape(text) + "](" + run.name().replace(" ", "%20") + "/" + Run.SUMMARY + ")";
    }

    private static String template(String name) throws IOException {
        try (InputStream in = ResultsPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing in this jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The newest of those that may be quoted, experiments aside. */
    private record Newest(List<Run> runs, Map<String, Map<String, String>> pictures, Markdown page) {
        void show(String title, Predicate<Run> isOfKind, Consumer<Sections> sections) {
            final Predicate<Run> isProduct = run -> run.isQuotable() && !run.isExperiment();
            runs.stream().filter(isProduct.and(isOfKind)).findFirst().ifPresent(run -> {
                page.heading(2, title);
                page.paragraph("From " + link(run, run.name()) + ".");
                sections.accept(new Sections(
                        run, page, 3, run.name() + "/", pictures.get(run.name()).keySet()));
            });
        }
    }
}
