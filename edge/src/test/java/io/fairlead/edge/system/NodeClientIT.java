package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Node's {@code ws} client talks to Debian's Python WebSocket servers through {@code run}. */
@Timeout(60)
class NodeClientIT {
    private static PythonFleet fleet;
    private static BalancerProcess balancer;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Peers.requirePython();
        Peers.requireNode();
        fleet = new PythonFleet();
        balancer = BalancerProcess.run(fleet.flags());
    }

    @AfterAll
    static void stop() {
        if (fleet != null) {
            fleet.close();
        }
        if (balancer != null) {
            balancer.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text",
                "binary",
                "many-at-once",
                "ping-from-client",
                "ping-from-backend",
                "fragments-from-client",
                "fragments-from-backend",
                "close-from-client",
                "close-without-code",
                "close-from-backend"
            })
    void shouldConverseWhenTheClientIsNode(String conversation) throws Exception {
        converse(conversation);
        balancer.awaitSound(0);
    }

    @Test
    void shouldCountWhatWasSaid() throws Exception {
        // All from one address, and so through one backend.
        final String backend = Rendezvous.order("127.0.0.1", PythonFleet.NAMES).get(0);
        converse("text");
        final Scrape before = balancer.awaitActive(0);
        converse("fragments-from-client");
        converse("fragments-from-backend");
        converse("ping-from-backend");
        converse("close-from-backend");
        final Scrape after = balancer.awaitActive(0);

        assertEquals(4, after.handshakes(backend, "switched") - before.handshakes(backend, "switched"));
        // One message in three frames, and the three words; and back the message, one in pieces, and "pong".
        assertEquals(4, messages(after, backend, "client_to_backend") - messages(before, backend, "client_to_backend"));
        assertEquals(3, messages(after, backend, "backend_to_client") - messages(before, backend, "backend_to_client"));
        assertEquals(6, frames(before, after, backend, "client_to_backend", "data"));
        // Python ends a message in pieces with an empty frame of its own.
        assertEquals(6, frames(before, after, backend, "backend_to_client", "data"));
        for (final String direction : new String[] {"client_to_backend", "backend_to_client"}) {
            assertEquals(1, frames(before, after, backend, direction, "ping"));
            assertEquals(1, frames(before, after, backend, direction, "pong"));
            assertEquals(4, frames(before, after, backend, direction, "close"));
        }
        assertEquals(0, after.value("fairlead_tracking_lost_total"));
    }

    private static void converse(String conversation) throws IOException, InterruptedException {
        try (Subprocess client = Peers.node("client.mjs", balancer.webSocketUrl(), conversation)) {
            assertEquals(0, client.awaitExit(), client::tail);
        }
    }

    private static long messages(Scrape scrape, String backend, String direction) {
        return scrape.directed("fairlead_messages_total", backend, direction);
    }

    private static long frames(Scrape before, Scrape after, String backend, String direction, String opcode) {
        return after.frames(backend, direction, opcode) - before.frames(backend, direction, opcode);
    }
}
