package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Processes that share a port: each client comes to one of them, always the same. */
@EnabledOnOs(OS.LINUX)
@EnabledForJreRange(minVersion = 22)
@Timeout(120)
class ReusePortIT {
    private static final int PROCESS_COUNT = 2;
    private static final int CLIENT_COUNT = 24;
    private static final int FRAME_HEADER_LENGTH = 2;

    @Test
    void shouldBringEachClientToOneProcessWhenProcessesShareAPort() throws Exception {
        final List<EchoServer> backends = new ArrayList<>();
        final List<BalancerProcess> processes = new ArrayList<>();
        try {
            int port = 0;
            for (int i = 0; i < PROCESS_COUNT; i++) {
                // A backend of its own tells which process a client has come to.
                final EchoServer backend = EchoServer.start(EchoOptions.named("of" + i));
                backends.add(backend);
                final List<String> flags = new ArrayList<>(List.of(
                        "--reuse-port",
                        Integer.toString(PROCESS_COUNT),
                        "--backend",
                        "name=" + backend.name() + ",127.0.0.1:" + backend.port()));
                if (i > 0) {
                    flags.addAll(List.of("--listen", "127.0.0.1:" + port));
                }
                final BalancerProcess process = BalancerProcess.run(flags);
                processes.add(process);
                port = i == 0 ? process.port() : port;
            }
            final Set<String> used = new TreeSet<>();
            for (int client = 1; client <= CLIENT_COUNT; client++) {
                final String source = "127.0.9." + client;
                final String first = backendOf(source, port);
                for (int i = 0; i < 4; i++) {
                    assertEquals(first, backendOf(source, port), "for " + source);
                }
                used.add(first);
            }
            assertEquals(Set.of("of0", "of1"), used, "each has clients");
            for (final BalancerProcess process : processes) {
                process.awaitSound(0);
                process.stop();
            }
        } finally {
            processes.forEach(BalancerProcess::close);
            backends.forEach(EchoServer::close);
        }
    }

    private static String backendOf(String source, int port) throws IOException {
        try (RawPeer client = RawPeer.connect(source, port)) {
            client.send(WebSocketBytes.REQUEST);
            client.readHead();
            client.send(WebSocketBytes.maskedText("whoami"));
            final int length = client.read(FRAME_HEADER_LENGTH)[1];
            final String answer = client.readText(length);
            return answer.substring(0, answer.indexOf(' '));
        }
    }
}
