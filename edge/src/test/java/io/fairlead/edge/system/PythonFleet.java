package io.fairlead.edge.system;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Three Debian Python echo servers, b1 to b3, each a process. */
final class PythonFleet implements AutoCloseable {
    static final List<String> NAMES = List.of("b1", "b2", "b3");

    private final Map<String, Subprocess> servers = new LinkedHashMap<>();
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final Map<String, Integer> questions = new LinkedHashMap<>();

    PythonFleet() throws IOException, InterruptedException {
        for (final String name : NAMES) {
            start(name, 0);
        }
    }

    int port(String name) {
        return ports.get(name);
    }

    /** What {@code run} is told about them. */
    List<String> flags() {
        return NAMES.stream()
                .map(name -> "--backend=name=" + name + ",127.0.0.1:" + port(name))
                .toList();
    }

    /** End one without a word. */
    void kill(String name) {
        servers.get(name).kill();
    }

    /** Send one a signal, by its name without SIG. */
    void signal(String name, String signal) throws InterruptedException {
        servers.get(name).signal(signal);
    }

    /** Start one that was killed, on its old port. */
    void restart(String name) throws IOException, InterruptedException {
        start(name, ports.get(name));
    }

    /** What one says about itself, asked directly and not through the balancer. */
    Counts counts(String name) throws IOException {
        try (RawPeer peer = RawPeer.connect(port(name))) {
            peer.upgrade();
            final String[] words = peer.ask("counts").split(" ", 2);
            final int asked = questions.merge(name, 1, Integer::sum);
            return new Counts(Integer.parseInt(words[0]) - 1, Integer.parseInt(words[1]) - asked);
        }
    }

    /** How many clients a server has, and how many it had since it started, those who ask for this left out. */
    record Counts(int active, int total) {}

    @Override
    public void close() {
        for (final Subprocess server : servers.values()) {
            server.close();
        }
    }

    private void start(String name, int port) throws IOException, InterruptedException {
        final Subprocess server = Peers.pythonEcho(name, port);
        servers.put(name, server);
        questions.put(name, 0);
        ports.put(name, Integer.parseInt(server.awaitOut("port ")));
    }
}
