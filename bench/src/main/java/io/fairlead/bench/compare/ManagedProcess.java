package io.fairlead.bench.compare;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server process of a run, with its output in a file. <b>Thread safe.</b>
 *
 * <p>Where it is to run on a core of its own, {@code taskset} has to be there.
 */
public final class ManagedProcess implements AutoCloseable {
    private static final long START_LIMIT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int PROBE_TIMEOUT_MS = 500;
    private static final int STOP_LIMIT_S = 5;

    private final String name;
    private final Process process;
    private final int port;
    private final Path log;

    private ManagedProcess(String name, Process process, int port, Path log) {
        this.name = name;
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * Start, and return when it listens.
     *
     * @param name for its log, and for people.
     * @param core to run on.
     * @param port of 127.0.0.1 that it is going to listen on.
     * @param directory for its log.
     * @param command and its arguments.
     * @throws IOException with what it printed, if it does not come to listen.
     */
    static ManagedProcess start(String name, int core, int port, Path directory, List<String> command)
            throws IOException, InterruptedException {
        final List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
        pinned.addAll(command);
        final ManagedProcess managed = launch(name, port, directory, pinned);
        try {
            managed.awaitListening();
            return managed;
        } catch (final IOException | InterruptedException e) {
            managed.close();
            throw e;
        }
    }

    /**
     * Start, on whatever core, and do not wait for anything.
     *
     * @param name for its log, and for people.
     * @param port of 127.0.0.1 that it is going to listen on.
     * @param directory for its log.
     * @param command and its arguments.
     * @throws IOException if there is no such program.
     */
    public static ManagedProcess launch(String name, int port, Path directory, List<String> command)
            throws IOException {
        // setsid: Ctrl-C at the terminal is for the rig, which ends its window, and not for what it measures.
        final List<String> own = new ArrayList<>(List.of("setsid"));
        own.addAll(command);
        final Path log = directory.resolve(name + ".log");
        final Process process = new ProcessBuilder(own)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process.getOutputStream().close();
        return new ManagedProcess(name, process, port, log);
    }

    /** A port of 127.0.0.1 that nobody listens on now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
            return socket.getLocalPort();
        }
    }

    /** Its name, for people. */
    public String name() {
        return name;
    }

    int port() {
        return port;
    }

    /** Whether it has not ended. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** It and its children: nginx works in a child. */
    public List<Long> processIds() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    /** Move it, all its threads and children to a core. */
    void pin(int core) throws IOException {
        for (final long processId : processIds()) {
            if (Shell.output("taskset", "-a", "-p", "-c", Integer.toString(core), Long.toString(processId)) == null) {
                throw new IOException(name + " cannot be moved to core " + core);
            }
        }
    }

    /**
     * What it printed.
     *
     * @throws IOException if that cannot be read.
     */
    public String output() throws IOException {
        return Files.readString(log).strip();
    }

    /** Ask it to end, and do not wait. */
    public void terminate() {
        process.destroy();
    }

    /** Have the kernel end it and its children at once, and do not wait. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /**
     * Send it a signal that Java has no word for.
     *
     * @param signal its name, such as STOP.
     * @throws IOException if it cannot be sent.
     */
    public void signal(String signal) throws IOException {
        if (Shell.output("kill", "-s", signal, Long.toString(process.pid())) == null) {
            throw new IOException(name + " cannot be sent SIG" + signal);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(STOP_LIMIT_S, TimeUnit.SECONDS)) {
                return;
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kill();
    }

    /**
     * Wait until it listens.
     *
     * @throws IOException with what it printed, if it does not come to.
     * @throws InterruptedException if this thread is to end.
     */
    public void awaitListening() throws IOException, InterruptedException {
        final long endNs = System.nanoTime() + START_LIMIT_NS;
        while (process.isAlive() && System.nanoTime() < endNs) {
            if (isListening()) {
                return;
            }
            process.waitFor(50, TimeUnit.MILLISECONDS);
        }
        throw new ConnectException(name + " does not listen on 127.0.0.1:" + port + ". It says: " + output());
    }

    private boolean isListening() {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress(loopback(), port), PROBE_TIMEOUT_MS);
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    /** 127.0.0.1, whatever java.net.preferIPv6Addresses says. */
    private static InetAddress loopback() throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }
}
