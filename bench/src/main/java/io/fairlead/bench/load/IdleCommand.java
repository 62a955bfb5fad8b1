package io.fairlead.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A herd of WebSockets that say nothing. */
@Command(
        name = "idle",
        description = {
            "A herd of idle WebSockets that grows step by step. After each step it prints 'herd N' and waits for a line on"
                    + " standard input, so that the balancer can be looked at meanwhile. At the end every WebSocket sends"
                    + " one message and has to get its echo."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class IdleCommand implements Callable<Integer> {
    private static final int MESSAGE_LENGTH = 64;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--target",
            required = true,
            paramLabel = "NAME=HOST:PORT",
            converter = Target.Converter.class,
            description = "Whom to connect to.")
    private Target target;

    @Option(
            names = "--herds",
            split = ",",
            defaultValue = "3000,6000,9500",
            description = "WebSockets after each step (${DEFAULT-VALUE}).")
    private List<Integer> herds;

    @Option(names = "--sources", defaultValue = "200", description = "Client addresses used (${DEFAULT-VALUE}).")
    private int sourceCount;

    @Override
    public Integer call() throws IOException {
        final PrintWriter out = spec.commandLine().getOut();
        final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ClosedMessages workload =
                new ClosedMessages(TransportKind.NIO, target, MESSAGE_LENGTH, 1, new SourceAddresses(sourceCount))) {
            for (final int herd : herds) {
                workload.herd().open(herd);
                out.println("herd " + herd);
                out.flush();
                if (in.readLine() == null) {
                    break;
                }
            }
            workload.startClients();
            workload.rest();
            out.println("alive " + workload.completedCount());
            out.flush();
            return workload.completedCount() == herds.get(herds.size() - 1) && workload.errorCount() == 0 ? 0 : 1;
        }
    }
}
