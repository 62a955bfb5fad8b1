package io.fairlead.bench.load;

import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A bare balancer as a subject: core alone, with switches that the process has no flags for. */
@Command(
        name = "balancer",
        description = "Runs core's balancer alone, to compare what the process has no flags for.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class BalancerCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--listen",
            required = true,
            paramLabel = "NAME=HOST:PORT",
            converter = Target.Converter.class,
            description = "What to call itself, and where to listen.")
    private Target listen;

    @Option(
            names = "--backend",
            required = true,
            paramLabel = "NAME=HOST:PORT",
            converter = Target.Converter.class,
            description = "The backend.")
    private Target backend;

    @Option(
            names = "--frame-tracking",
            arity = "1",
            defaultValue = "true",
            description = "Whether WebSocket frames are followed (${DEFAULT-VALUE}).")
    private boolean frameTracking;

    @Option(
            names = "--read-buffer",
            defaultValue = "65536",
            description = "Bytes read at once, and length of a slab (${DEFAULT-VALUE}).")
    private int readBufferLength;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final CountDownLatch failed = new CountDownLatch(1);
        final BalancerContext context = new BalancerContext()
                .listen(listen.address())
                .backend(backend.name(), backend.address(), 1)
                .frameTracking(frameTracking)
                .readBufferLength(readBufferLength)
                .fatalHandler(error -> failed.countDown());
        try (Balancer balancer = Balancer.launch(context)) {
            final PrintWriter out = spec.commandLine().getOut();
            out.println(listen.name() + " listening on " + balancer.listenAddresses());
            out.flush();
            failed.await();
        }
        return 1;
    }
}
