package io.fairlead.bench.load;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Messages and their echoes, in a closed or an open loop. */
@Command(
        name = "rtt",
        description =
                "WebSockets that each send a message, wait for its echo, and send again; or messages at a given rate.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class RttCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ComparisonOptions options;

    @Option(
            names = "--size",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "64",
            description = "Bytes of a message (${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--connections",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "100",
            description = "WebSockets a target (${DEFAULT-VALUE}).")
    private int connectionCount;

    @Option(
            names = "--rate",
            paramLabel = "R",
            converter = Rate.Converter.class,
            description = "Messages a second over all WebSockets of a target, whether echoes come or not.")
    private Rate rate;

    @Override
    public Integer call() throws IOException {
        return new Run(options, spec)
                .execute(
                        "rtt-" + size + "x" + connectionCount + Rate.suffix(rate),
                        "Round trips of " + size + " bytes on " + connectionCount + " WebSockets" + Rate.title(rate),
                        rate != null,
                        this::open,
                        (comparison, workloads) -> "");
    }

    private Workload open(Target target) throws IOException {
        final MessageWorkload workload =
                new MessageWorkload(options.transport, target, size, 1, Rate.schedule(rate), options.sources());
        workload.herd().open(connectionCount);
        return workload;
    }
}
