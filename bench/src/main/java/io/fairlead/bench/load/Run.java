package io.fairlead.bench.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/**
 * One run of a rig that compares: finds its targets or starts them, measures, and tells.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class Run {
    private final ComparisonOptions options;
    private final Stop stop;
    private final PrintWriter out;
    private String note;

    /**
     * Not begun.
     *
     * @param options of the command.
     * @param spec of the command.
     */
    Run(ComparisonOptions options, CommandSpec spec) {
        this.options = options;
        out = spec.commandLine().getOut();
        stop = LoadMain.stop(spec);
    }

    /** Makes the clients of a target, connected where the rig wants them to be. */
    @FunctionalInterface
    interface WorkloadFactory {
        /** A workload at rest. */
        Workload open(Target target) throws IOException;
    }

    /** What a rig tells beside the comparison. */
    @FunctionalInterface
    interface Supplement {
        /** Markdown, of the rounds in which every target was measured. */
        String markdown(Comparison comparison, List<Workload> workloads);
    }

    /** Tell this below the latencies, instead of what holds for a closed loop. */
    Run note(String text) {
        note = text;
        return this;
    }

    /**
     * Measure, and tell.
     *
     * @param rig its name in results.
     * @param title of its tables.
     * @param isOpen whether a schedule sets the rate.
     * @param factory of workloads.
     * @param supplement told behind the comparison.
     * @return the exit code: 1 if anything went wrong, 130 if the run was stopped.
     */
    int execute(String rig, String title, boolean isOpen, WorkloadFactory factory, Supplement supplement)
            throws IOException {
        if (!options.targets.isEmpty()) {
            return measure(rig, title, isOpen, options.targets, options.echo, factory, supplement);
        }
        try (OwnFleet fleet = OwnFleet.start(options.direct)) {
            return measure(rig, title, isOpen, fleet.targets(), fleet.echo(), factory, supplement);
        }
    }

    private int measure(
            String rig,
            String title,
            boolean isOpen,
            List<Target> targets,
            List<Long> echo,
            WorkloadFactory factory,
            Supplement supplement)
            throws IOException {
        final List<Workload> workloads = new ArrayList<>();
        final List<Target> opened = new ArrayList<>();
        try {
            for (final Target target : targets) {
                try {
                    workloads.add(factory.open(target));
                    opened.add(target);
                } catch (final ConnectException e) {
                    // One target that cannot be had is no reason to learn nothing of the others.
                    out.println(rig + ": LEFT OUT: " + e.getMessage());
                    out.flush();
                }
            }
            if (opened.isEmpty()) {
                return 1;
            }
            final Rounds rounds =
                    new Rounds(options.roundCount, options.windowNs(), options.warmUpNs(), echo, stop, out);
            final Rounds.Outcome outcome = rounds.run(rig, opened, workloads);
            final List<Long> processIds = Stream.concat(
                            echo.stream(), targets.stream().flatMap(target -> target.processIds().stream()))
                    .toList();
            final boolean isOneCore = Affinity.isOneCore(processIds);
            final int exitCode = report(rig, title, isOpen, isOneCore, outcome, opened, workloads, supplement);
            return exitCode == 0 && opened.size() < targets.size() ? 1 : exitCode;
        } finally {
            workloads.forEach(Workload::close);
        }
    }

    private int report(
            String rig,
            String title,
            boolean isOpen,
            boolean isOneCore,
            Rounds.Outcome outcome,
            List<Target> targets,
            List<Workload> workloads,
            Supplement supplement)
            throws IOException {
        final List<Window> windows = outcome.windows();
        if (options.csv != null && !windows.isEmpty()) {
            append(options.csv, csv(rig, windows, !Files.exists(options.csv)));
        }
        final Latencies latencies = new Latencies(windows, isOpen);
        if (options.histograms != null) {
            latencies.write(options.histograms, rig);
        }
        final StringBuilder text = new StringBuilder("\n### " + title + "\n\n");
        if (outcome.isAborted()) {
            text.append("**Aborted after round ")
                    .append(outcome.roundCount())
                    .append(" of ")
                    .append(outcome.plannedCount())
                    .append(".**\n\n");
        }
        if (outcome.roundCount() > 0) {
            final List<String> names = targets.stream().map(Target::name).toList();
            final List<Sample> samples = outcome.completeRounds().stream()
                    .map(Window::sample)
                    .sorted(Comparator.comparingInt(Sample::round)
                            .thenComparingInt(sample -> names.indexOf(sample.subject())))
                    .toList();
            final Comparison comparison = new Comparison(samples, options.direct, options.reference, isOpen);
            final Latencies completed = new Latencies(outcome.completeRounds(), isOpen);
            text.append(comparison.markdown())
                    .append(isOneCore && !isOpen ? comparison.disturbance() : "")
                    .append(isOpen ? "" : new ClientLimit(samples, options.direct).verdict())
                    .append(note == null ? completed.markdown() : completed.markdown(note))
                    .append(supplement.markdown(comparison, workloads));
        }
        if (options.summary != null) {
            append(options.summary, text.toString());
        }
        out.println(text);
        out.flush();
        if (outcome.isAborted()) {
            return Stop.EXIT_CODE;
        }
        final long completed =
                windows.stream().mapToLong(window -> window.sample().count()).sum();
        boolean isFaultless = completed > 0;
        if (completed == 0) {
            out.println("FAILED: nothing was completed in any window");
        }
        for (int i = 0; i < workloads.size(); i++) {
            final Workload workload = workloads.get(i);
            if (workload.errorCount() > 0) {
                isFaultless = false;
                out.println("FAILED: " + targets.get(i).name() + ": " + workload.errorCount() + " errors, the first: "
                        + workload.firstError());
            }
        }
        out.flush();
        return isFaultless && !latencies.hasMissed() ? 0 : 1;
    }

    private String csv(String rig, List<Window> windows, boolean hasHeader) {
        final StringBuilder lines = new StringBuilder(hasHeader ? Sample.CSV_HEADER + "\n" : "");
        final String placement = options.placement.replaceAll("[,\"\\r\\n]", " ");
        windows.forEach(
                window -> lines.append(window.sample().csv(rig, placement)).append('\n'));
        return lines.toString();
    }

    /**
     * Append to a file, which is made with its folders if it is not there.
     *
     * @param file where to.
     * @param text what.
     */
    static void append(Path file, String text) throws IOException {
        final Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
