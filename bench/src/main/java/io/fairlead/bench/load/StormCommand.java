package io.fairlead.bench.load;

import io.fairlead.bench.MedianInterval;
import io.fairlead.bench.load.StormWorkload.Storm;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** All clients lost at once, and all back at once. */
@Command(
        name = "storm",
        description = {
            "WebSockets that rest, are all reset at once and all connect again at once; those that fail try again after 100"
                    + " ms. One is back when its backend has told its name. --seconds means nothing here: a storm takes what"
                    + " it takes."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class StormCommand implements Callable<Integer> {
    private static final double NS_PER_MS = 1e6;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ComparisonOptions options;

    @Option(
            names = "--connections",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "1000",
            description = "WebSockets a target (${DEFAULT-VALUE}).")
    private int connectionCount;

    @Override
    public Integer call() throws IOException {
        return new Run(options, spec)
                .note("From the reset to the backend's name, all clients of all rounds.")
                .execute(
                        "storm-" + connectionCount,
                        connectionCount + " WebSockets lost at once, and all back",
                        false,
                        target -> new StormWorkload(options.transport, target, connectionCount, options.sources()),
                        StormCommand::table);
    }

    private static String table(Comparison comparison, List<Workload> workloads) {
        final StringBuilder table = new StringBuilder(
                "\n| subject | the last one back after, ms | connects tried again | clients moved |\n");
        table.append("|---|---|---|---|\n");
        int index = 0;
        for (final Workload workload : workloads) {
            // All were measured, so that the comparison names them in the order of the first round, which is theirs.
            final String subject = List.copyOf(comparison.subjects()).get(index++);
            final List<Storm> storms = ((StormWorkload) workload).storms();
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %d |%n",
                    subject,
                    spread(storms, storm -> storm.lastNs() / NS_PER_MS),
                    spread(storms, Storm::retryCount),
                    storms.stream().mapToLong(Storm::movedCount).sum()));
        }
        return table.append("\nMoved: it found another backend than before, in any of the rounds.\n")
                .toString();
    }

    private static MedianInterval spread(List<Storm> storms, ToDoubleFunction<Storm> measure) {
        return MedianInterval.of(storms.stream().mapToDouble(measure).toArray());
    }
}
