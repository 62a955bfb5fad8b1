package io.fairlead.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Messages in a closed loop. */
@Command(
        name = "rtt",
        description = "WebSockets that each send a message, wait for its echo, and send again.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class RttCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ComparisonOptions options;

    @Option(names = "--size", defaultValue = "64", description = "Bytes of a message (${DEFAULT-VALUE}).")
    private int size;

    @Option(names = "--connections", defaultValue = "100", description = "WebSockets a target (${DEFAULT-VALUE}).")
    private int connections;

    @Override
    public Integer call() throws IOException {
        final List<ClosedMessages> workloads = new ArrayList<>();
        for (final Target target : options.targets()) {
            final ClosedMessages workload = new ClosedMessages(options.transport(), target, size, 1, options.sources());
            workload.herd().open(connections);
            workloads.add(workload);
        }
        return options.run(
                "rtt-" + size + "x" + connections,
                "Round trips of " + size + " bytes on " + connections + " WebSockets",
                workloads,
                spec.commandLine().getOut());
    }
}
