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

/** Lives of WebSockets in a closed loop. */
@Command(
        name = "churn",
        description = "WebSockets that connect, upgrade, close and begin anew, from many addresses.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class ChurnCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ComparisonOptions options;

    @Option(names = "--connections", defaultValue = "20", description = "Lives at a time (${DEFAULT-VALUE}).")
    private int connections;

    @Override
    public Integer call() throws IOException {
        final List<Workload> workloads = new ArrayList<>();
        for (final Target target : options.targets()) {
            workloads.add(new ChurnWorkload(options.transport(), target, connections, options.sources()));
        }
        return options.run(
                "churn-" + connections,
                "Connect, upgrade, Close handshake and end, " + connections + " at a time",
                workloads,
                spec.commandLine().getOut());
    }
}
