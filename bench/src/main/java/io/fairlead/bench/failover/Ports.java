package io.fairlead.bench.failover;

import io.fairlead.bench.load.ProcFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that stay free while their server is down. Those that a socket gets when it asks for any are of no use here: the kernel
 * gives them to connections as well, so that a balancer's attempt to reach a dead server could take its port, or even meet itself there.
 * Static and stateless.
 */
final class Ports {
    private static final String RANGE = "sys/net/ipv4/ip_local_port_range";
    private static final int USUAL_FIRST = 32_768;
    private static final int LEAST = 10_000;
    private static final int ATTEMPT_LIMIT = 1000;

    private Ports() {}

    /**
     * A port of 127.0.0.1 that nobody listens on.
     *
     * @throws IOException if none was found.
     */
    static int free() throws IOException {
        final int end = firstOfConnections();
        for (int i = 0; i < ATTEMPT_LIMIT && end > LEAST; i++) {
            final int port = ThreadLocalRandom.current().nextInt(LEAST, end);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
                return port;
            } catch (final IOException ignored) {
                // Somebody has it: another.
            }
        }
        throw new IOException(
                "there is no port from " + LEAST + " up to those that connections get (/proc/" + RANGE + ")");
    }

    private static int firstOfConnections() throws IOException {
        try {
            return Integer.parseInt(ProcFile.text(RANGE).strip().split("\\s+", -1)[0]);
        } catch (final NoSuchFileException e) {
            return USUAL_FIRST; // Not Linux.
        }
    }
}
