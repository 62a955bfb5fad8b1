package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Not enough of something: clients wait, are served when there is enough again, and those who are served notice nothing. */
@Timeout(120)
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs prlimit and /proc")
class ScarcityIT {
    private static final int DESCRIPTOR_LIMIT = 400;

    private EchoServer backend;
    private List<String> flags;

    @BeforeEach
    void startBackend() throws IOException {
        backend = EchoServer.start(EchoOptions.named("b1"));
        flags = List.of("--backend=name=b1,127.0.0.1:" + backend.port());
    }

    @AfterEach
    void stopBackend() {
        backend.close();
    }

    @Test
    void shouldLetClientsWaitWhenTheTableIsFull() throws Exception {
        final List<String> full = new ArrayList<>(flags);
        full.add("--max-connections=4");
        try (BalancerProcess balancer = BalancerProcess.run(full);
                RawPeer witness = open(balancer)) {
            final Queue<RawPeer> served = new ArrayDeque<>();
            for (int i = 0; i < 3; i++) {
                served.add(open(balancer));
            }
            final Queue<RawPeer> waiting = new ArrayDeque<>();
            for (int i = 0; i < 3; i++) {
                final RawPeer client = RawPeer.connect(balancer.port());
                client.send(WebSocketBytes.REQUEST);
                waiting.add(client);
            }
            Await.until(balancer::scrape, scrape -> scrape.value("fairlead_accept_pauses_total") > 0);
            for (final RawPeer client : waiting) {
                client.assertQuiet();
            }
            assertEquals(4, balancer.scrape().accepted());

            while (!waiting.isEmpty()) {
                assertEquals("still here", witness.ask("still here"));
                served.remove().close();
                final RawPeer next = waiting.remove();
                next.assertSwitched();
                served.add(next);
            }
            for (final RawPeer client : served) {
                assertEquals("served", client.ask("served"));
                client.close();
            }
            final Scrape scrape = balancer.awaitSound(1);

            assertEquals(7, scrape.accepted());
            assertEquals(6, scrape.terminations("completed"));
            assertEquals("still here", witness.ask("still here"));
        }
    }

    @Test
    void shouldServeAllInTurnWhenThereAreMoreClientsThanDescriptors() throws Exception {
        final int clientCount = DESCRIPTOR_LIMIT + 50;
        try (BalancerProcess balancer = BalancerProcess.runLimited(DESCRIPTOR_LIMIT, flags);
                RawPeer witness = open(balancer)) {
            final Queue<RawPeer> clients = new ArrayDeque<>();
            for (int i = 0; i < clientCount; i++) {
                final RawPeer client = RawPeer.connect(balancer.port());
                client.send(WebSocketBytes.REQUEST);
                clients.add(client);
            }
            final long limit = balancer.scrape().value("fairlead_connections_limit");
            assertTrue(limit < clientCount, () -> "room for " + limit);
            balancer.awaitActive(limit);
            while (!clients.isEmpty()) {
                try (RawPeer client = clients.remove()) {
                    client.assertSwitched();
                    assertEquals("served", client.ask("served"));
                }
                assertEquals("still here", witness.ask("still here"));
            }
            final Scrape scrape = balancer.awaitSound(1);

            assertEquals(clientCount + 1, scrape.accepted());
            assertEquals(clientCount, scrape.terminations("completed"));
            // The table is as large as descriptors allow, so they cannot run out for its sake.
            assertEquals(0, scrape.value("fairlead_local_resource_backoffs_total"));
        }
    }

    /** Something else in the process, or a lower limit, took the descriptors the table counts on. */
    @Test
    void shouldBackOffAndRecoverWhenDescriptorsRunOut() throws Exception {
        try (BalancerProcess balancer = BalancerProcess.runLimited(DESCRIPTOR_LIMIT, flags);
                RawPeer witness = open(balancer)) {
            final Queue<RawPeer> clients = new ArrayDeque<>();
            for (int i = 0; i < 10; i++) {
                clients.add(open(balancer));
            }
            // The scrape's own connection stands from now on.
            balancer.awaitActive(11);
            limitDescriptors(balancer, openDescriptors(balancer) + 5);
            final List<RawPeer> late = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                final RawPeer client = RawPeer.connect(balancer.port());
                client.send(WebSocketBytes.REQUEST);
                late.add(client);
            }
            Await.until(balancer::scrape, scrape -> scrape.value("fairlead_local_resource_backoffs_total") >= 3);
            assertEquals("still here", witness.ask("still here"));
            for (final RawPeer client : clients) {
                assertEquals("me too", client.ask("me too"));
            }

            limitDescriptors(balancer, DESCRIPTOR_LIMIT);
            int unavailable = 0;
            for (final RawPeer client : late) {
                final String head = client.readHead();
                if (head.startsWith("HTTP/1.1 503 ")) {
                    unavailable++;
                } else {
                    assertTrue(head.startsWith("HTTP/1.1 101 "), head);
                    assertEquals("served", client.ask("served"));
                }
                client.close();
            }
            for (final RawPeer client : clients) {
                client.close();
            }
            assertEquals("still here", witness.ask("still here"));
            final Scrape scrape = balancer.awaitSound(1);

            assertEquals(unavailable, scrape.terminations("local_resource"));
            assertEquals(30 - unavailable, scrape.terminations("completed"));
            System.out.println("out of descriptors: " + scrape.value("fairlead_local_resource_backoffs_total")
                    + " back-offs, " + unavailable + " of 20 clients got a 503, the others were served afterwards");
            assertTrue(unavailable < late.size(), "nobody was left to wait");
        }
    }

    private static RawPeer open(BalancerProcess balancer) throws IOException {
        final RawPeer client = RawPeer.connect(balancer.port());
        client.upgrade();
        return client;
    }

    private static void limitDescriptors(BalancerProcess balancer, long limit) throws InterruptedException {
        // The soft limit is the one that counts.
        final String limits = "--nofile=" + limit + ":" + DESCRIPTOR_LIMIT;
        assertTrue(Subprocess.succeeds("prlimit", "--pid", Long.toString(balancer.pid()), limits), "prlimit");
    }

    private static long openDescriptors(BalancerProcess balancer) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(balancer.pid()), "fd"))) {
            return descriptors.count();
        }
    }
}
