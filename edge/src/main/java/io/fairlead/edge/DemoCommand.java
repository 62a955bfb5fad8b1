package io.fairlead.edge;

import io.fairlead.core.BalancerContext;
import io.fairlead.core.status.Addresses;
import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code fairlead demo}: a balancer with backends of its own, to see pinning with a browser and nothing else. */
@Command(
        name = "demo",
        header = "Try it: three echo backends behind a balancer, with a page for the browser.",
        description = {
            "",
            "Starts three WebSocket echo backends, b1 to b3, on free ports of 127.0.0.1, and a balancer in front of them."
                    + " Open its address in a browser: the page shows which backend you are pinned to.",
            ""
        },
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "Options:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:stopped", "1:could not start", "2:the command line makes no sense"},
        footerHeading = "%nExample:%n",
        footer = "  fairlead demo --listen 127.0.0.1:8081")
final class DemoCommand implements Callable<Integer> {
    private static final int BACKEND_COUNT = 3;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8080",
            converter = HostPort.Converter.class,
            description = "Accept connections here; port 0 picks a free one.")
    private HostPort listen;

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9900",
            converter = HostPort.Converter.class,
            description = "Serve /healthz, /readyz, /metrics and /api/v1/backends here.")
    private HostPort admin;

    private final Terminal terminal;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws StartException, InterruptedException {
        final InetSocketAddress listener = listen.resolve("listen");
        final InetSocketAddress adminAddress = admin.resolve("admin");
        final List<EchoServer> backends = new ArrayList<>();
        try {
            final BalancerContext context = new BalancerContext().listen(listener);
            for (int i = 1; i <= BACKEND_COUNT; i++) {
                final EchoServer backend =
                        EchoServer.start(EchoOptions.named("b" + i).withLog(terminal::note));
                backends.add(backend);
                context.backend(backend.name(), backend.address(), 1);
            }
            // Nobody depends on a demo: when it is to stop, it stops.
            final ServiceOptions options = new ServiceOptions(List.of(listener), adminAddress, null, Duration.ZERO, 0);
            return new Service(terminal, context, options).run(this::explain);
        } catch (final IOException e) {
            throw new StartException("cannot start an echo backend on 127.0.0.1: " + e.getMessage(), e);
        } finally {
            backends.forEach(EchoServer::close);
        }
    }

    private void explain(Service.Ready ready) {
        terminal.line("");
        terminal.line("  open      http://" + browsable(ready.listeners().get(0)) + "/ in a browser");
        terminal.line("  backends  http://" + browsable(ready.admin()) + "/api/v1/backends");
        terminal.line("  metrics   http://" + browsable(ready.admin()) + "/metrics");
        terminal.line("  stop      Ctrl-C");
        terminal.line("");
    }

    /** A wildcard is no address to connect to. */
    private static String browsable(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress()
                ? "localhost:" + address.getPort()
                : Addresses.canonical(address);
    }
}
