package io.fairlead.bench.load;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Many bytes: a closed loop with several messages under way on each WebSocket. */
@Command(
        name = "bulk",
        description = "WebSockets that always have several big messages under way.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class BulkCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ComparisonOptions options;

    @Option(
            names = "--size",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "1048576",
            description = "Bytes of a message (${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--connections",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "4",
            description = "WebSockets a target (${DEFAULT-VALUE}).")
    private int connectionCount;

    @Option(
            names = "--window",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "4",
            description = "Messages under way on each WebSocket (${DEFAULT-VALUE}).")
    private int underWayLimit;

    @Override
    public Integer call() throws IOException {
        return new Run(options, spec)
                .execute(
                        "bulk-" + size + "x" + connectionCount,
                        "Messages of " + size + " bytes, " + underWayLimit + " under way on each of " + connectionCount
                                + " WebSockets",
                        false,
                        this::open,
                        (comparison, workloads) -> comparison.volume());
    }

    private Workload open(Target target) throws IOException {
        final MessageWorkload workload =
                new MessageWorkload(options.transport, target, size, underWayLimit, null, options.sources());
        workload.herd().open(connectionCount);
        return workload;
    }
}
