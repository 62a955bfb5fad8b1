package io.fairlead.echo;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: one echo server as a process. Exit codes: 0 done, 1 start failure, 2 usage. */
@Command(
        name = "echo",
        description = "A WebSocket echo server. It answers 'whoami' with its name and the client address it saw.",
        versionProvider = EchoMain.Version.class,
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class EchoMain implements Callable<Integer> {
    private static final int FAILURE = 1;
    private static final int FIRST_UNPRIVILEGED_PORT = 1024;

    @Spec
    private CommandSpec spec;

    @Option(names = "--port", required = true, paramLabel = "PORT", description = "Port to listen on, 0 for any free.")
    private int port;

    @Option(names = "--name", defaultValue = "echo", paramLabel = "NAME", description = "Who it is (${DEFAULT-VALUE}).")
    private String name;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            paramLabel = "HOST",
            description = "Address to listen on (${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--prefix", defaultValue = "", paramLabel = "TEXT", description = "Begin every answer with this.")
    private String prefix;

    @Option(names = "--verbose", description = "Log every message.")
    private boolean verbose;

    private EchoMain() {}

    /**
     * Runs until the process is told to end.
     *
     * @param args the flags
     */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command line, not yet told anything. */
    static CommandLine commandLine() {
        return new CommandLine(new EchoMain())
                .setParameterExceptionHandler((e, args) -> {
                    e.getCommandLine().getErr().println("echo: " + e.getMessage() + " (--help explains)");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((e, commandLine, parsed) -> {
                    commandLine.getErr().println("echo: " + e);
                    return FAILURE;
                });
    }

    @Override
    public Integer call() throws InterruptedException {
        EchoServer server;
        try {
            server = EchoServer.start(options());
        } catch (UnknownHostException e) {
            return fail("cannot resolve '" + host + "': give --host an address or a name of this machine");
        } catch (IOException e) {
            return fail("cannot listen on " + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + ": "
                    + e.getMessage() + ": " + advice(e));
        }
        onSignalEnd(server);
        PrintWriter out = spec.commandLine().getOut();
        out.println("echo " + name + " listening on " + Addresses.format(server.address()));
        out.flush();
        server.awaitEnd();
        return server.hasFailed() ? FAILURE : 0;
    }

    private EchoOptions options() throws UnknownHostException {
        PrintWriter out = spec.commandLine().getOut();
        InetAddress address = InetAddress.getByName(host);
        try {
            return new EchoOptions(address, port, name, prefix, verbose, line -> {
                out.println(line);
                out.flush();
            });
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int fail(String sentence) {
        spec.commandLine().getErr().println("echo: " + sentence);
        return FAILURE;
    }

    // The JDK has one exception for all three reasons, so the likely one is told from the address.
    private String advice(IOException e) {
        if (e instanceof BindException && !isLocal()) {
            return "give --host an address of this machine";
        }
        if (port > 0 && port < FIRST_UNPRIVILEGED_PORT) {
            return "choose a --port from " + FIRST_UNPRIVILEGED_PORT + " on, or run with the right to bind low ports";
        }
        return "stop what listens there, or choose another --port (0 takes a free one)";
    }

    private boolean isLocal() {
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException expected) {
            return false;
        }
    }

    // A JVM that a signal ends has the exit code 128 + the signal's number, whatever its hooks do, unless one of them
    // halts it.
    private static void onSignalEnd(EchoServer server) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.close();
                            Runtime.getRuntime().halt(server.hasFailed() ? FAILURE : 0);
                        },
                        "echo-shutdown"));
    }

    /** The version that the jar's manifest states. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = EchoMain.class.getPackage().getImplementationVersion();
            return new String[] {"echo " + (version == null ? "unreleased" : version)};
        }
    }
}
