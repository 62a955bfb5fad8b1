package io.fairlead.bench.load;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** What the rigs that compare have in common on the command line. */
final class ComparisonOptions {
    @Option(
            names = "--target",
            paramLabel = "NAME=HOST:PORT[@PID,…]",
            converter = Target.Converter.class,
            description = {
                "A target, and the processes whose CPU time counts as its own. Repeatable: measured in turn.",
                "Without any, this jar's own echo backend ('direct') and core balancer ('fairlead') are started."
            })
    List<Target> targets = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "7",
            description = "Rounds to measure (${DEFAULT-VALUE}).")
    int roundCount;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            converter = Seconds.class,
            defaultValue = "4",
            description = "Seconds for each target in each round (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--warmup",
            defaultValue = "10",
            description = "Seconds of load on each target before the first round (${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(
            names = "--echo-pid",
            split = ",",
            paramLabel = "PID",
            description = "The echo backend's processes, for their CPU time.")
    List<Long> echo = List.of();

    @Option(
            names = "--direct",
            defaultValue = "direct",
            paramLabel = "NAME",
            description = "The target without a balancer (${DEFAULT-VALUE}).")
    String direct;

    @Option(
            names = "--reference",
            paramLabel = "NAME",
            description = "The target whose share divides the others'; without it no ratios.")
    String reference;

    @Option(
            names = "--sources",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "200",
            description = "Client addresses used (${DEFAULT-VALUE}).")
    private int sourceCount;

    @Option(
            names = "--transport",
            defaultValue = "nio",
            paramLabel = "NAME",
            description = "What the client's sockets are: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    LoadTransport transport;

    @Option(
            names = "--placement",
            defaultValue = "free",
            paramLabel = "TEXT",
            description = "Which process runs where, for the CSV (${DEFAULT-VALUE}).")
    String placement;

    @Option(names = "--csv", paramLabel = "FILE", description = "Append every window to this file.")
    Path csv;

    @Option(
            names = "--hdr",
            paramLabel = "DIR",
            description = "Write histograms here, as <rig>-<target>.hdr; .hdr.FAIL if a rate was missed.")
    Path histograms;

    @Option(names = "--summary", paramLabel = "FILE", description = "Append the tables to this file too.")
    Path summary;

    SourceAddresses sources() {
        return new SourceAddresses(sourceCount);
    }

    long windowNs() {
        return ns(seconds);
    }

    long warmUpNs() {
        return ns(warmUp);
    }

    private static long ns(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }
}
