package io.fairlead.bench.load;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lives of WebSockets, in a closed or an open loop. */
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

    @Option(
            names = "--connections",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "20",
            description = "Lives at a time; with --rate, at most (${DEFAULT-VALUE}).")
    private int connectionCount;

    @Option(
            names = "--rate",
            paramLabel = "R",
            converter = Rate.Converter.class,
            description = "Lives begun a second, whether the ones before have ended or not.")
    private Rate rate;

    @Option(
            names = "--first-source",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Which of the --sources the first life comes from; each comes from the next (${DEFAULT-VALUE}).")
    private int firstSource;

    @Override
    public Integer call() throws IOException {
        return new Run(options, spec)
                .execute(
                        "churn-" + connectionCount + Rate.suffix(rate),
                        "Connect, upgrade, Close handshake and end, " + (rate == null ? "" : "at most ")
                                + connectionCount + " at a time" + Rate.title(rate),
                        rate != null,
                        target -> new ChurnWorkload(
                                options.transport,
                                target,
                                connectionCount,
                                Rate.schedule(rate),
                                options.sources(),
                                firstSource),
                        (comparison, workloads) -> "");
    }
}
