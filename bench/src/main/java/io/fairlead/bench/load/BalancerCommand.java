package io.fairlead.bench.load;

import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import io.fairlead.core.TransportKind;
import io.fairlead.core.status.Addresses;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
            description = "A backend. Repeatable.")
    private List<Target> backends;

    @Option(
            names = "--pin",
            defaultValue = "on",
            paramLabel = "on|off",
            description = "Whether a client is kept on the backend that answered it (${DEFAULT-VALUE}).")
    private Switch pin;

    @Option(names = "--pin-limit", description = "Most pins held.")
    private Integer pinLimit;

    @Option(names = "--connections", description = "Most connections at a time.")
    private Integer connectionLimit;

    @Option(
            names = "--frame-tracking",
            arity = "1",
            defaultValue = "true",
            description = "Whether WebSocket frames are followed (${DEFAULT-VALUE}).")
    private boolean frameTracking;

    @Option(
            names = "--read-buffer",
            defaultValue = "0",
            description = "Bytes read at once, and length of a slab; 0 for core's own default (${DEFAULT-VALUE}).")
    private int readBufferLength;

    @Option(
            names = "--transport",
            defaultValue = "auto",
            paramLabel = "auto|nio|epoll",
            description = "What the balancer's sockets are (${DEFAULT-VALUE}).")
    private TransportKind transport;

    @Option(
            names = "--splice",
            defaultValue = "auto",
            paramLabel = "auto|off",
            description = "Whether bytes may pass outside the JVM's memory, where the transport can have them do so"
                    + " (${DEFAULT-VALUE}).")
    private Splice splice;

    @Option(names = Tether.OPTION, hidden = true)
    private boolean isTethered;

    private enum Switch {
        ON,
        OFF
    }

    private enum Splice {
        AUTO,
        OFF
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (isTethered) {
            Tether.bind();
        }
        final CountDownLatch failed = new CountDownLatch(1);
        try (Balancer balancer = launch(failed)) {
            final PrintWriter out = spec.commandLine().getOut();
            out.println(listen.name() + " listening on "
                    + Addresses.canonical(balancer.listenAddresses().get(0)));
            out.flush();
            failed.await();
        }
        return 1;
    }

    private Balancer launch(CountDownLatch failed) throws IOException {
        final BalancerContext context = new BalancerContext()
                .listen(listen.address())
                .pinning(pin == Switch.ON)
                .frameTracking(frameTracking)
                .readBufferLength(readBufferLength)
                .transportKind(transport)
                .fatalHandler(error -> failed.countDown());
        for (final Target backend : backends) {
            context.backend(backend.name(), backend.address(), 1);
        }
        if (pinLimit != null) {
            context.pinLimit(pinLimit);
        }
        if (connectionLimit != null) {
            context.connectionLimit(connectionLimit);
        }
        if (splice == Splice.OFF) {
            context.pipeLimit(0);
        }
        try {
            return Balancer.launch(context);
        } catch (final IllegalArgumentException | UnsupportedOperationException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
