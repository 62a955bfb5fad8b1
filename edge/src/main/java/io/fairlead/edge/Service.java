package io.fairlead.edge;

import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import io.fairlead.core.status.Addresses;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.LoopCounter;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A balancer with what surrounds it in a process: access log, admin endpoint, status line and signals, from start to
 * exit code.
 */
final class Service {
    /**
     * Where a running service listens, with actual ports.
     *
     * @param listeners for connections.
     * @param admin for admin requests, or null.
     */
    record Ready(List<InetSocketAddress> listeners, InetSocketAddress admin) {}

    private final Terminal terminal;
    private final BalancerContext context;
    private final ServiceOptions options;
    private final Lifecycle lifecycle;
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

    /**
     * Prepare.
     *
     * @param terminal to talk to the user.
     * @param context complete but for handlers.
     * @param options what is not the balancer's.
     */
    Service(Terminal terminal, BalancerContext context, ServiceOptions options) {
        this.terminal = terminal;
        this.context = context;
        this.options = options;
        this.lifecycle = new Lifecycle(terminal, () -> Runtime.getRuntime().halt(ExitCode.DRAIN_LIMIT_PASSED));
    }

    /**
     * Serve until told to stop.
     *
     * @param whenReady told once connections are accepted and the addresses are printed.
     * @return the exit code.
     * @throws StartException if it cannot start.
     * @throws InterruptedException if the thread is interrupted.
     */
    int run(Consumer<Ready> whenReady) throws StartException, InterruptedException {
        int code = ExitCode.FAILED;
        try {
            code = serve(whenReady);
            return code;
        } finally {
            exitCode.complete(code);
        }
    }

    private int serve(Consumer<Ready> whenReady) throws StartException, InterruptedException {
        // Closed in reverse: the balancer's last events still reach the log.
        try (AccessLog log = openAccessLog();
                AdminServer admin = bindAdmin();
                Balancer balancer = launch()) {
            warnOfLimit(balancer.connectionLimit());
            if (admin != null) {
                serveAdmin(admin, balancer, log);
            }
            terminal.note("fairlead transport: " + balancer.transportName() + " (" + balancer.transportReason() + ")");
            for (final InetSocketAddress address : balancer.listenAddresses()) {
                terminal.line("fairlead listening on " + Addresses.canonical(address));
            }
            whenReady.accept(new Ready(balancer.listenAddresses(), admin == null ? null : admin.address()));
            return serve(balancer, log);
        }
    }

    private int serve(Balancer balancer, AccessLog log) throws InterruptedException {
        final BalancerStatus status = balancer.status();
        try (Ticker ticker = new Ticker(terminal)) {
            start(ticker, status, log);
            ticker.eachSecond("defect report", new DefectReport(balancer, terminal)::run);
            return lifecycle.await(
                    balancer::drain, () -> status.count(LoopCounter.CONNECTIONS_ACTIVE), options.drainTimeout());
        } finally {
            terminal.live("");
        }
    }

    private AccessLog openAccessLog() throws StartException {
        if (options.accessLog() == null) {
            return null;
        }
        final AccessLog log = AccessLog.open(options.accessLog(), terminal);
        context.connectionListener(log);
        return log;
    }

    private AdminServer bindAdmin() throws StartException {
        if (options.admin() == null) {
            return null;
        }
        try {
            return AdminServer.bind(options.admin(), terminal);
        } catch (final IOException e) {
            throw BindErrors.explain("serve admin requests", List.of(options.admin()), e);
        }
    }

    private Balancer launch() throws StartException {
        handleSignals();
        context.fatalHandler(lifecycle::failed);
        context.noticeListener(new NoticeLog(terminal));
        try {
            return Balancer.launch(context);
        } catch (final BindException e) {
            throw BindErrors.explain("listen", options.listeners(), e);
        } catch (final IOException e) {
            throw new StartException("cannot start: " + e.getMessage(), e);
        } catch (final IllegalArgumentException | IllegalStateException e) {
            throw new StartException(e.getMessage(), e);
        } catch (final UnsupportedOperationException e) {
            throw new StartException(e.getMessage() + "; use --transport auto or nio", e);
        }
    }

    private void warnOfLimit(int limit) {
        if (options.wantedConnections() > limit) {
            terminal.note("fairlead: warning: room for " + limit + " connections, not " + options.wantedConnections()
                    + ": each needs two descriptors; raise 'ulimit -n' above "
                    + (2L * options.wantedConnections() + 1024));
        }
    }

    private void serveAdmin(AdminServer admin, Balancer balancer, AccessLog log) {
        final BalancerStatus status = balancer.status();
        final MetricsPage metrics = new MetricsPage(status, facts(balancer), () -> log == null ? 0 : log.linesLost());
        final Map<String, Reply.Page> pages = new LinkedHashMap<>();
        pages.put("/healthz", request -> HealthPages.healthz());
        pages.put("/readyz", request -> HealthPages.readyz(status));
        pages.put("/metrics", metrics);
        pages.put("/api/v1/backends", request -> BackendsPage.reply(status));
        pages.put(
                "/api/v1/connections",
                new ConnectionsPage(
                        balancer::connections,
                        balancer.listenAddresses().stream()
                                .map(Addresses::canonical)
                                .toList()));
        admin.serve(pages);
        if (!admin.address().getAddress().isLoopbackAddress()) {
            terminal.note("fairlead: warning: the admin endpoint on " + Addresses.canonical(admin.address())
                    + " has no authentication; bind it to 127.0.0.1 or keep others out");
        }
        terminal.note("fairlead admin on " + Addresses.canonical(admin.address()));
    }

    private static MetricsPage.Facts facts(Balancer balancer) {
        return new MetricsPage.Facts(balancer.transportName(), balancer.transportReason(), balancer.connectionLimit());
    }

    private void start(Ticker ticker, BalancerStatus status, AccessLog log) {
        if (log != null) {
            ticker.eachSecond("access log", log::flush);
        }
        if (terminal.interactive() && !AccessLog.STANDARD_OUTPUT.equals(options.accessLog())) {
            final int columns = StatusLine.columns(System.getenv("COLUMNS"));
            final StatusLine line = new StatusLine(status, columns, System.nanoTime());
            ticker.eachSecond("status line", () -> terminal.live(line.text(System.nanoTime())));
        }
    }

    private void handleSignals() {
        final boolean handled = Signals.handle("TERM", lifecycle::stop);
        if (!handled) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::stopInHook, "fairlead-stop"));
            return;
        }
        Signals.handle("INT", lifecycle::stop);
        Signals.handle("HUP", lifecycle::reload);
    }

    /** The JVM is already going down: hold it until the drain is done, then leave with the drain's exit code. */
    private void stopInHook() {
        if (!exitCode.isDone()) {
            lifecycle.stop();
            Runtime.getRuntime().halt(exitCode.join());
        }
    }
}
