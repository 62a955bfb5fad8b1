package io.fairlead.bench.failover;

import io.fairlead.bench.compare.ManagedProcess;
import io.fairlead.bench.compare.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Three servers on Debian's {@code python3-websockets}, each a process, and what may befall them.
 *
 * <p><b>Owned by one thread.</b>
 */
final class Fleet implements AutoCloseable {
    /** Their names, in the order of their numbers. */
    static final List<String> NAMES = List.of("b1", "b2", "b3");

    /** The one that Debian's packages belong to, whichever else comes first in the path. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final String SCRIPT = "name_server.py";

    private final Path directory;
    private final Path script;
    private final List<Integer> ports = new ArrayList<>();
    private final List<ManagedProcess> servers = new ArrayList<>();
    private final Set<Integer> down = new HashSet<>();

    /**
     * Start them, and wait until they listen.
     *
     * @param directory for their files.
     * @throws IOException if one does not.
     */
    Fleet(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        script = directory.resolve(SCRIPT);
        try (InputStream in = Fleet.class.getResourceAsStream(SCRIPT)) {
            if (in == null) {
                throw new IOException(SCRIPT + " is missing in this jar");
            }
            Files.copy(in, script);
        }
        try {
            for (int i = 0; i < NAMES.size(); i++) {
                ports.add(Ports.free());
                servers.add(launch(i));
            }
            for (final ManagedProcess server : servers) {
                server.awaitListening();
            }
        } catch (final IOException | InterruptedException e) {
            close();
            throw e;
        }
    }

    /** Why there can be no such server here, with what to do; null if there can. */
    static String missing() {
        return Shell.output(PYTHON, "-c", "import websockets") == null
                ? "python3-websockets is not installed: apt-get install python3-websockets"
                : null;
    }

    /** What the servers are. */
    static String version() {
        return Shell.output(
                PYTHON,
                "-c",
                "import sys, websockets; print('Python', sys.version.split()[0], 'websockets', websockets.__version__)");
    }

    /** Where they listen on 127.0.0.1, in the order of their names. */
    List<Integer> ports() {
        return List.copyOf(ports);
    }

    /** All their processes that live. */
    List<Long> processIds() {
        return servers.stream()
                .filter(ManagedProcess::isAlive)
                .flatMap(server -> server.processIds().stream())
                .toList();
    }

    /** SIGKILL. */
    void kill(int number) {
        down.add(number);
        servers.get(number).kill();
    }

    /** SIGSTOP. */
    void freeze(int number) throws IOException {
        servers.get(number).signal("STOP");
    }

    /** SIGCONT. */
    void thaw(int number) throws IOException {
        servers.get(number).signal("CONT");
    }

    /** SIGTERM, which does not wait. */
    void terminate(int number) {
        down.add(number);
        servers.get(number).terminate();
    }

    /** Whether its process is gone. */
    boolean hasEnded(int number) {
        return !servers.get(number).isAlive();
    }

    /**
     * Start one that has ended, on its old port, and do not wait.
     *
     * @throws IOException if that cannot be.
     */
    void start(int number) throws IOException {
        servers.set(number, launch(number));
        down.remove(number);
    }

    /** Names of servers that have ended without being told to, with what they said. */
    List<String> fallen() throws IOException {
        final List<String> fallen = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            final ManagedProcess server = servers.get(i);
            if (!server.isAlive() && !down.contains(i)) {
                fallen.add(server.name() + " has ended. It says: " + server.output());
            }
        }
        return fallen;
    }

    private ManagedProcess launch(int number) throws IOException {
        final int port = ports.get(number);
        return ManagedProcess.launch(
                NAMES.get(number),
                port,
                directory,
                List.of(PYTHON, script.toString(), NAMES.get(number), Integer.toString(port)));
    }

    /** They are killed: one that is frozen would not hear anything else. */
    @Override
    public void close() {
        servers.forEach(ManagedProcess::kill);
    }
}
