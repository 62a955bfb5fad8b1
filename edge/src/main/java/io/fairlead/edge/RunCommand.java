package io.fairlead.edge;

import io.fairlead.core.BalancerContext;
import io.fairlead.core.TransportKind;
import io.fairlead.core.loop.BalancePolicy;
import io.fairlead.core.loop.PeekMode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fairlead run}: a balancer as the flags say. */
@Command(
        name = "run",
        header = "Balance connections between backends.",
        description = {
            "",
            "Accepts connections on each --listen address and forwards each to one of the backends. A WebSocket client"
                    + " stays on the backend that answered it, by its source address, for as long as that backend takes"
                    + " connections.",
            ""
        },
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        showDefaultValues = true,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        optionListHeading = "Options:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:stopped, every connection had ended",
            "1:could not start, or had to stop because of a failure",
            "2:the command line makes no sense",
            "3:stopped, connections were closed because the drain limit had passed or a second signal came"
        },
        footerHeading = "%nSignals: ",
        footer = {
            "TERM and INT drain, a second one stops at once.",
            "",
            "Durations are written like 500ms, 5s, 10m, 1h30m or 2d.",
            "",
            "Examples:",
            "  fairlead run --listen 0.0.0.0:8080 --backend 10.0.0.1:8765 --backend 10.0.0.2:8765",
            "  fairlead run --listen [::]:8080 --backend name=b1,[2001:db8::1]:8765 \\",
            "               --backend name=b2,10.0.0.2:8765,weight=2 --admin 127.0.0.1:9900 --access-log -"
        })
final class RunCommand implements Callable<Integer> {
    private static final int LONGEST_DRAIN_DAYS = 3650;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--listen",
            required = true,
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "Accept connections here: 0.0.0.0:8080, [::]:8080. May be repeated; port 0 picks a free one.")
    private List<HostPort> listen;

    @Option(
            names = "--backend",
            required = true,
            paramLabel = "BACKEND",
            converter = BackendFlag.Converter.class,
            description = "Forward to this backend: 10.0.0.1:8765, or words with commas between, such as"
                    + " name=b2,10.0.0.2:8765,weight=2. The name is its identity: it decides which clients it gets, and"
                    + " stands in metrics and logs. source=10.0.0.5+10.0.0.6 connects it from these addresses in turn,"
                    + " each good for some 28000 connections. max-connections=N is the most it may have: further clients go"
                    + " to the next in their order. backup keeps it for when the others do not suffice. agent=PORT asks a"
                    + " program there how it is (75%%, drain, maint, up, down #reason: as HAProxy's agent-check). May be"
                    + " repeated.")
    private List<BackendFlag> backends;

    @Option(
            names = "--balance",
            paramLabel = "POLICY",
            defaultValue = "source",
            converter = Choice.Policy.class,
            description = "How a client without a pin gets its backend: source (by its address, always the same one),"
                    + " round-robin or least-connections.")
    private BalancePolicy policy;

    @Option(
            names = "--pin",
            paramLabel = "on|off",
            defaultValue = "on",
            converter = Choice.OnOff.class,
            description = "Keep a client on the backend that answered it.")
    private Choice.Switch pin;

    @Option(
            names = "--pin-timeout",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = DurationFlag.class,
            description = "How long a pin outlives its client's last connection.")
    private Duration pinTimeout;

    @Option(names = "--pin-limit", paramLabel = "N", defaultValue = "1000000", description = "Most pins held.")
    private int pinLimit;

    @Option(
            names = "--client-prefix",
            paramLabel = "V4/V6",
            defaultValue = "32/64",
            converter = ClientPrefix.Converter.class,
            description = "How many leading bits of an IPv4 and of an IPv6 address make one client.")
    private ClientPrefix clientPrefix;

    @Option(
            names = "--transport",
            paramLabel = "KIND",
            defaultValue = "auto",
            converter = Choice.Transport.class,
            description =
                    "What moves the bytes: epoll (Linux on JDK 22 or newer, the fastest), nio (any system, any JDK)"
                            + " or auto (epoll where it can be used, else nio). What was chosen, and why, is said at the start.")
    private TransportKind transport;

    @Option(
            names = "--splice",
            paramLabel = "auto|off",
            defaultValue = "auto",
            converter = Choice.Splicing.class,
            description = "Whether the bytes of a direction that carries many may pass from socket to socket inside the"
                    + " kernel, on the epoll transport.")
    private Choice.Splice splice;

    @Option(
            names = "--peek",
            paramLabel = "MODE",
            defaultValue = "auto",
            converter = Choice.Peek.class,
            description = "What to do with a connection's first bytes: auto (WebSocket frames are counted, anything"
                    + " else passes untouched), required (only WebSockets pass) or off (for protocols in which the"
                    + " server speaks first).")
    private PeekMode peek;

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "Serve /healthz, /readyz, /metrics, /api/v1/backends and /api/v1/connections here, without"
                    + " authentication:"
                    + " 127.0.0.1:9900. Off if not given.")
    private HostPort admin;

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationFlag.class,
            description = "How long one attempt to connect a backend may take.")
    private Duration connectTimeout;

    @Option(
            names = "--attempts",
            paramLabel = "N",
            defaultValue = "3",
            description = "Most backends tried for one connection, up to " + BalancerContext.MAX_ATTEMPTS + ".")
    private int attempts;

    @Option(
            names = "--peek-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationFlag.class,
            description = "How long a client may take for its request head.")
    private Duration peekTimeout;

    @Option(
            names = "--upgrade-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationFlag.class,
            description = "How long a backend may take to answer an upgrade.")
    private Duration upgradeTimeout;

    @Option(
            names = "--websocket-idle-timeout",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = DurationFlag.class,
            description = "How long a WebSocket may go without a byte.")
    private Duration webSocketIdleTimeout;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            defaultValue = "10m",
            converter = DurationFlag.class,
            description = "How long any other connection may go without a byte.")
    private Duration idleTimeout;

    @Option(
            names = "--half-closed-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationFlag.class,
            description = "How long a connection may go without a byte once one end has closed.")
    private Duration halfClosedTimeout;

    @Option(
            names = "--stall-timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = DurationFlag.class,
            description = "How long a peer may take nothing of what waits for it.")
    private Duration stallTimeout;

    @Option(
            names = "--user-timeout",
            paramLabel = "TIME",
            converter = DurationFlag.class,
            description = "How long what was sent may go without an acknowledgement, or what is to be sent without room"
                    + " at the peer, before the connection is reset"
                    + " (TCP_USER_TIMEOUT). Without it twice --stall-timeout, at least 30s; 0s for the system's quarter of an hour."
                    + " On the epoll transport alone.")
    private Duration userTimeout;

    @Option(
            names = "--defer-accept",
            paramLabel = "TIME",
            defaultValue = "0s",
            converter = DurationFlag.class,
            description =
                    "How long the system keeps a connection to itself that has not sent a byte (TCP_DEFER_ACCEPT),"
                            + " in whole seconds; not with --peek off. On the epoll transport alone.")
    private Duration deferAccept;

    @Option(
            names = "--not-sent-limit",
            paramLabel = "BYTES",
            defaultValue = "0",
            description = "With how many bytes not sent yet a socket is not written any more (TCP_NOTSENT_LOWAT): less"
                    + " memory in the kernel for a slow reader, more wake-ups; 0 for no limit. On the epoll transport"
                    + " alone.")
    private int notSentLimit;

    @Option(
            names = "--reuse-port",
            paramLabel = "off|on|N",
            defaultValue = "off",
            converter = PortSharing.Converter.class,
            description = "Share the --listen addresses with other processes of this user (SO_REUSEPORT), one for each"
                    + " core: N is how many there are, and the kernel sends each client to one of them. on spreads the"
                    + " connections of each client, and needs --pin off. On the epoll transport alone.")
    private PortSharing reusePort;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "Most connections at a time. Without it as many as the descriptor limit ('ulimit -n') allows"
                    + " at two each, less what pipes and the process itself take, and no more than 65536.")
    private Integer maxConnections;

    @Option(
            names = "--drain-timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = DurationFlag.class,
            description = "How long connections may live on after TERM or INT.")
    private Duration drainTimeout;

    @Option(
            names = "--access-log",
            paramLabel = "FILE|-",
            description = "Append a line for each upgrade and each end to this file, or write it to standard output.")
    private String accessLog;

    @Mixin
    private HealthFlags health;

    @Mixin
    private LimitFlags limits;

    private final Terminal terminal;

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws StartException, InterruptedException {
        rejectDoubles();
        requirePositive("--max-connections", maxConnections == null ? 1 : maxConnections);
        requirePositive("--attempts", attempts);
        requirePositive("--pin-limit", pinLimit);
        rejectEndlessDrain();
        reject(health.fault(policy));
        reject(limits.fault());
        rejectLoneBackups();
        final List<InetSocketAddress> listeners = new ArrayList<>();
        for (final HostPort address : listen) {
            listeners.add(address.resolve("listen"));
        }
        final ServiceOptions options = new ServiceOptions(
                listeners,
                admin == null ? null : admin.resolve("admin"),
                accessLog,
                drainTimeout,
                maxConnections == null ? 0 : maxConnections);
        return new Service(terminal, context(listeners), options).run(ready -> {});
    }

    private BalancerContext context(List<InetSocketAddress> listeners) throws StartException {
        final BalancerContext context = new BalancerContext()
                .policy(policy)
                .pinning(pin == Choice.Switch.ON)
                .pinTimeout(pinTimeout)
                .pinLimit(pinLimit)
                .clientPrefix(clientPrefix.bits4(), clientPrefix.bits6())
                .connectTimeout(connectTimeout)
                .attemptLimit(attempts)
                .peekTimeout(peekTimeout)
                .upgradeTimeout(upgradeTimeout)
                .webSocketIdleTimeout(webSocketIdleTimeout)
                .idleTimeout(idleTimeout)
                .halfClosedTimeout(halfClosedTimeout)
                .stallTimeout(stallTimeout)
                .connectionLimit(maxConnections == null ? 0 : maxConnections);
        context.transportKind(transport).deferAccept(deferAccept).notSentLimit(notSentLimit);
        if (userTimeout != null) {
            context.userTimeout(userTimeout);
        }
        reusePort.applyTo(context);
        if (splice == Choice.Splice.OFF) {
            context.pipeLimit(0);
        }
        for (final InetSocketAddress address : listeners) {
            context.listen(address, peek);
        }
        for (final BackendFlag backend : backends) {
            backend.requireOwnSources();
            backend.addTo(context);
        }
        health.applyTo(context.health());
        limits.applyTo(context.limits());
        return context;
    }

    private void rejectDoubles() {
        final Set<HostPort> addresses = new HashSet<>();
        for (final HostPort address : listen) {
            if (address.port() != 0 && !addresses.add(address)) {
                throw usage("--listen " + address + " is given twice");
            }
        }
        final Set<String> names = new HashSet<>();
        for (final BackendFlag backend : backends) {
            final String name = backend.name() == null ? backend.address().toString() : backend.name();
            if (!names.add(name)) {
                throw usage("two backends are named " + name + ": give each its own name, as in name=b2,"
                        + backend.address());
            }
        }
    }

    private void reject(String fault) {
        if (fault != null) {
            throw usage(fault);
        }
    }

    private void rejectLoneBackups() {
        if (backends.stream().allMatch(BackendFlag::backup)) {
            throw usage("all backends are backups: one at least must be there for them to stand by");
        }
    }

    /** Longer ones do not fit the nanoseconds the drain is timed by, and nobody means them. */
    private void rejectEndlessDrain() {
        if (drainTimeout.compareTo(Duration.ofDays(LONGEST_DRAIN_DAYS)) > 0) {
            throw usage("--drain-timeout must be at most " + LONGEST_DRAIN_DAYS + "d");
        }
    }

    private void requirePositive(String flag, int value) {
        if (value < 1) {
            throw usage(flag + " must be at least 1, not " + value);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
