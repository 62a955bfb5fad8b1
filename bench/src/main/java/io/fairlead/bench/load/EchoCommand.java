package io.fairlead.bench.load;

import io.fairlead.core.status.Addresses;
import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** An echo backend. */
@Command(
        name = "echo",
        description = "Runs an echo backend. It answers 'whoami' with its name and the client address it saw.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class EchoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--listen",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Where to listen; port 0 for any that is free.")
    private String listen;

    @Option(names = "--name", defaultValue = "b1", description = "Who it is (${DEFAULT-VALUE}).")
    private String name;

    @Option(names = Tether.OPTION, hidden = true)
    private boolean isTethered;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (isTethered) {
            Tether.bind();
        }
        try (EchoServer server = EchoServer.start(options())) {
            final PrintWriter out = spec.commandLine().getOut();
            out.println(name + " listening on " + Addresses.canonical(server.address()));
            out.flush();
            server.awaitEnd();
            return server.hasFailed() ? 1 : 0;
        }
    }

    private EchoOptions options() throws IOException {
        try {
            final InetSocketAddress address = Target.Converter.address(listen);
            return EchoOptions.named(name).withBindAddress(address.getAddress()).withPort(address.getPort());
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "'" + listen + "': " + e.getMessage(), e);
        }
    }
}
