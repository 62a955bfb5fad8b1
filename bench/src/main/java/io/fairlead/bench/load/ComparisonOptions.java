package io.fairlead.bench.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** What the rigs that compare have in common on the command line. */
final class ComparisonOptions {
    @Option(
            names = "--target",
            required = true,
            paramLabel = "NAME=HOST:PORT[@PID,…]",
            converter = Target.Converter.class,
            description = "Whom to load, and the processes whose CPU time is its own. Repeatable: measured in turn.")
    private List<Target> targets;

    @Option(names = "--rounds", defaultValue = "7", description = "Rounds to measure (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "4",
            description = "Seconds for each target in each round (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--warmup",
            defaultValue = "10",
            description = "Seconds of load on each target before the first round (${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(names = "--echo-pid", defaultValue = "0", description = "The echo backend, for its CPU time.")
    private long echoProcessId;

    @Option(
            names = "--direct",
            defaultValue = "direct",
            description = "The target without a balancer (${DEFAULT-VALUE}).")
    private String direct;

    @Option(
            names = "--reference",
            defaultValue = "nginx",
            description = "The target that shares are divided by (${DEFAULT-VALUE}).")
    private String reference;

    @Option(names = "--sources", defaultValue = "200", description = "Client addresses used (${DEFAULT-VALUE}).")
    private int sourceCount;

    @Option(
            names = "--transport",
            defaultValue = "nio",
            paramLabel = "NAME",
            description = "What the client's sockets are: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private TransportKind transport;

    @Option(names = "--csv", description = "Append every window to this file.")
    private Path csv;

    @Option(names = "--summary", description = "Append the table to this file too.")
    private Path summary;

    List<Target> targets() {
        return targets;
    }

    TransportKind transport() {
        return transport;
    }

    SourceAddresses sources() {
        return new SourceAddresses(sourceCount);
    }

    /**
     * Measure, and tell.
     *
     * @param rig its name in results.
     * @param title of its table.
     * @param workloads one for each target.
     * @param out where to.
     * @return the exit code: 1 if anything went wrong.
     */
    int run(String rig, String title, List<? extends Workload> workloads, PrintWriter out) throws IOException {
        final Rounds schedule = new Rounds(rounds, ns(seconds), ns(warmUp), echoProcessId, out);
        final List<Sample> samples = schedule.run(rig, targets, workloads);
        for (final Workload workload : workloads) {
            workload.close();
        }
        if (csv != null) {
            append(csv, csv(rig, samples, !Files.exists(csv)));
        }
        final Comparison comparison = new Comparison(samples, direct, reference);
        final String text = "\n### " + title + "\n\n" + comparison.markdown();
        if (summary != null) {
            append(summary, text);
        }
        out.println(text);
        out.flush();
        return comparison.errorCount() == 0 ? 0 : 1;
    }

    private static String csv(String rig, List<Sample> samples, boolean hasHeader) {
        final StringBuilder lines = new StringBuilder(hasHeader ? Sample.CSV_HEADER + "\n" : "");
        samples.forEach(sample -> lines.append(sample.csv(rig)).append('\n'));
        return lines.toString();
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static long ns(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }
}
