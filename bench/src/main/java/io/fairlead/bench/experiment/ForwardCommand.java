package io.fairlead.bench.experiment;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fairlead-bench forward}: a forwarder of the experiment as a process, to be compared with others. */
@Command(
        name = "forward",
        description =
                "Runs a minimal forwarder of the io_uring experiment; see docs/io-uring.md. Needs Linux and JDK 22.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class ForwardCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--with", required = true, paramLabel = "epoll|uring", description = "What it forwards with.")
    private Kind kind;

    @Parameters(
            paramLabel = "LISTEN_PORT",
            index = "0",
            description = "Port of 127.0.0.1 to listen on; 0 for any that is free.")
    private int port;

    @Parameters(paramLabel = "BACKEND_PORT", index = "1", description = "Port of 127.0.0.1 to forward to.")
    private int backendPort;

    @Option(
            names = "--buffer",
            paramLabel = "BYTES",
            defaultValue = "65536",
            description = "Bytes received at once (${DEFAULT-VALUE}).")
    private int bufferLength;

    private enum Kind {
        EPOLL,
        URING
    }

    @Override
    public Integer call() {
        final String missing = kind == Kind.EPOLL ? Foreign.missing() : UringForwarder.missing();
        if (missing != null) {
            throw new ParameterException(spec.commandLine(), "this " + missing);
        }
        final Forwarder forwarder = kind == Kind.EPOLL
                ? new EpollForwarder(port, backendPort, bufferLength)
                : new UringForwarder(port, backendPort, bufferLength, UringForwarder.OFFERED_TARGET);
        spec.commandLine().getOut().println("forwarding from 127.0.0.1:" + forwarder.port());
        forwarder.run();
        return 0;
    }
}
