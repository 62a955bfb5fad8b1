package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet as it is meant: three Debian Python WebSocket servers behind {@code run}, and 200 clients of Node's {@code ws} from
 * as many source addresses. Where a client is, is what its backend says; where it should be, is computed here.
 */
@Timeout(180)
@EnabledOnOs(value = OS.LINUX, disabledReason = "only there all of 127.0.0.0/8 is local")
class FleetIT {
    private static final int CLIENT_COUNT = 200;
    private static final int RECONNECT_COUNT = 10;
    private static final List<String> NAMES = PythonFleet.NAMES;
    private static final List<String> ADDRESSES =
            IntStream.range(0, CLIENT_COUNT).mapToObj(Rendezvous::address).toList();
    private static final Pattern LOG_LINE = Pattern.compile("([\\d.]+):\\d+ \\[\\S+\\] 127\\.0\\.0\\.1:\\d+ (b\\d)"
            + " key=([\\d.]+)/32 owner=(b\\d) why=(owner|pin|retry) \\S+ \\d+/\\d+ \\d+/\\d+ (\\S+) ws=(\\S+) \\d+/\\d+"
            + " ([01]) event=(open|end)");

    /** Where everybody is. */
    private final Map<String, String> homes = new TreeMap<>();

    /** How many connections each client had. */
    private final Map<String, Integer> connects = new HashMap<>();

    @Test
    void shouldKeepEachClientOnItsBackendWhileBackendsDieAndComeBack(@TempDir Path folder) throws Exception {
        Peers.requirePython();
        Peers.requireNode();
        final Path log = folder.resolve("access.log");
        try (PythonFleet fleet = new PythonFleet()) {
            final List<String> flags = new ArrayList<>(fleet.flags());
            // Each orphan is to find out for itself that its backend is dead.
            flags.addAll(List.of("--access-log", log.toString(), "--eject-after", "0"));
            try (BalancerProcess balancer = BalancerProcess.run(flags);
                    FleetClients clients = new FleetClients(balancer.webSocketUrl())) {
                spread(clients);
                reconnect(clients);
                assertCountsAgree(balancer, fleet);

                final String killed = "b2";
                final List<String> orphans = clientsOf(killed);
                fleet.kill(killed);
                failOver(clients, orphans, killed);
                assertCounts(balancer, fleet, 1, orphans.size());

                fleet.restart(killed);
                assertEquals(homes.keySet(), clients.echo(), "a backend that came back cost a connection");
                reconnectAll(clients, true);
                assertEquals(0, fleet.counts(killed).total(), "somebody pinned elsewhere moved to " + killed);
                serveNewcomers(clients, killed);

                clients.close(homes.size());
                balancer.awaitSound(0);
                balancer.stop();
            }
            assertLogged(Files.readAllLines(log), orphansOf("b2"));
        }
    }

    private void spread(FleetClients clients) throws IOException, InterruptedException {
        clients.add(ADDRESSES);
        homes.putAll(joined(clients));
        final Map<String, String> owners = new TreeMap<>();
        ADDRESSES.forEach(address -> owners.put(address, order(address).get(0)));
        assertEquals(owners, homes);
        NAMES.forEach(name -> {
            final int share = clientsOf(name).size();
            // Two thirds and four thirds of an even share: four standard deviations.
            assertTrue(
                    share > CLIENT_COUNT * 2 / 9 && share < CLIENT_COUNT * 4 / 9,
                    () -> name + " got " + share + " clients");
        });
        System.out.println("spread of " + CLIENT_COUNT + " clients: " + shares());
    }

    /** In turns with a Close and without. */
    private void reconnect(FleetClients clients) throws IOException, InterruptedException {
        for (int i = 0; i < RECONNECT_COUNT; i++) {
            reconnectAll(clients, i % 2 == 0);
        }
    }

    private void reconnectAll(FleetClients clients, boolean isPolite) throws IOException, InterruptedException {
        if (isPolite) {
            assertEquals(
                    Map.of("1000", (long) homes.size()),
                    clients.close(homes.size()).values().stream()
                            .collect(Collectors.groupingBy(code -> code, Collectors.counting())));
        } else {
            clients.abort();
        }
        assertEquals(homes, joined(clients), "somebody moved");
    }

    /** The clients of the dead go to the next in their order, each; nobody else notices. */
    private void failOver(FleetClients clients, List<String> orphans, String killed)
            throws IOException, InterruptedException {
        assertEquals(orphans, List.copyOf(clients.awaitLost(orphans.size()).keySet()));
        assertEquals(CLIENT_COUNT - orphans.size(), clients.echo().size(), "the death of " + killed + " harmed others");
        final Map<String, String> moved = joined(clients);
        assertEquals(
                orphans.stream()
                        .collect(Collectors.toMap(
                                address -> address, address -> order(address).get(1))),
                moved);
        homes.putAll(moved);
        System.out.println("after the end of " + killed + " " + orphans.size() + " moved: " + shares());
        reconnectAll(clients, true);
        reconnectAll(clients, false);
    }

    /** It takes clients again: those that have not been anywhere yet. */
    private void serveNewcomers(FleetClients clients, String name) throws IOException, InterruptedException {
        final List<String> newcomers =
                Rendezvous.addresses(CLIENT_COUNT + 10, List.of(name), NAMES).subList(CLIENT_COUNT, CLIENT_COUNT + 10);
        clients.add(newcomers);
        final Map<String, String> joined = joined(clients);
        assertEquals(newcomers.stream().collect(Collectors.toMap(address -> address, address -> name)), joined);
        homes.putAll(joined);
    }

    private Map<String, String> joined(FleetClients clients) throws IOException, InterruptedException {
        final Map<String, String> joined = clients.connect();
        joined.keySet().forEach(address -> connects.merge(address, 1, Integer::sum));
        return joined;
    }

    private void assertCountsAgree(BalancerProcess balancer, PythonFleet fleet) throws IOException {
        final Scrape scrape = assertCounts(balancer, fleet, 0, 0);
        final long rounds = RECONNECT_COUNT + 1;
        for (final String name : NAMES) {
            final long connections = clientsOf(name).size() * rounds;
            assertEquals(connections, scrape.handshakes(name, "switched"));
            assertEquals(connections, fleet.counts(name).total());
            // One "whoami" and one answer for each connection.
            assertEquals(connections, scrape.directed("fairlead_messages_total", name, "client_to_backend"));
            assertEquals(connections, scrape.directed("fairlead_messages_total", name, "backend_to_client"));
            // In five of the ten rounds they said goodbye.
            assertEquals(
                    clientsOf(name).size() * 5L,
                    scrape.value("fairlead_closes_total{backend=\"" + name + "\",code=\"1000\",initiator=\"client\"}"));
        }
        assertEquals(CLIENT_COUNT * rounds, scrape.accepted());
        assertEquals(CLIENT_COUNT, scrape.value("fairlead_affinity_total{result=\"owner\"}"));
        assertEquals(CLIENT_COUNT * (rounds - 1), scrape.value("fairlead_affinity_total{result=\"pin\"}"));
    }

    /** What the balancer, the backends and the clients count is the same; {@code dead} backends count nothing. */
    private Scrape assertCounts(BalancerProcess balancer, PythonFleet fleet, int dead, int retried) throws IOException {
        final Scrape scrape = balancer.awaitSound(CLIENT_COUNT);

        assertEquals(CLIENT_COUNT, scrape.value("fairlead_websockets_active"));
        assertEquals(CLIENT_COUNT, scrape.value("fairlead_pins_live"));
        assertEquals(CLIENT_COUNT, scrape.value("fairlead_pins"));
        assertEquals(retried, scrape.value("fairlead_affinity_total{result=\"retry\"}"));
        final String page = balancer.get("/api/v1/backends");
        int silent = 0;
        for (final String name : NAMES) {
            final int count = clientsOf(name).size();
            assertEquals(count, scrape.value("fairlead_backend_websockets_active", name));
            assertEquals(count, scrape.value("fairlead_backend_connections_active", name));
            final Matcher shown = Pattern.compile("\"name\":\"" + name + "\".*?\"connections_active\":(\\d+),"
                            + "\"websockets_active\":(\\d+)")
                    .matcher(page);
            assertTrue(shown.find(), page);
            assertEquals(Integer.toString(count), shown.group(1));
            assertEquals(Integer.toString(count), shown.group(2));
            if (count == 0) {
                silent++;
            } else {
                assertEquals(count, fleet.counts(name).active());
            }
        }
        assertEquals(dead, silent);
        return scrape;
    }

    /** Two lines for each connection, and in each what the client saw. */
    private void assertLogged(List<String> lines, List<String> orphans) {
        final Map<String, Integer> opens = new HashMap<>();
        final Map<String, Integer> ends = new HashMap<>();
        final Map<String, Integer> retries = new TreeMap<>();
        final Map<String, String> lastHomes = new TreeMap<>();
        for (final String line : lines) {
            final Matcher fields = LOG_LINE.matcher(line);
            assertTrue(fields.matches(), line);
            final String client = fields.group(1);
            assertEquals(client, fields.group(3), line);
            assertEquals(order(client).get(0), fields.group(4), line);
            if (fields.group(9).equals("open")) {
                assertEquals("- -/-", fields.group(6) + " " + fields.group(7), line);
                opens.merge(client, 1, Integer::sum);
                lastHomes.put(client, fields.group(2));
                retries.merge(client, Integer.parseInt(fields.group(8)), Integer::sum);
            } else {
                assertTrue(List.of("-- 1000/client", "-- -/-").contains(fields.group(6) + " " + fields.group(7)), line);
                ends.merge(client, 1, Integer::sum);
            }
        }
        assertEquals(connects, opens);
        assertEquals(connects, ends);
        assertEquals(homes, lastHomes);
        retries.values().removeIf(count -> count == 0);
        assertEquals(orphans.stream().collect(Collectors.toMap(client -> client, client -> 1)), retries);
    }

    private List<String> clientsOf(String name) {
        return homes.keySet().stream()
                .filter(client -> homes.get(client).equals(name))
                .toList();
    }

    private static List<String> orphansOf(String name) {
        return ADDRESSES.stream()
                .filter(address -> order(address).get(0).equals(name))
                .toList();
    }

    private Map<String, Integer> shares() {
        final Map<String, Integer> shares = new TreeMap<>();
        NAMES.forEach(name -> shares.put(name, clientsOf(name).size()));
        return shares;
    }

    private static List<String> order(String address) {
        return Rendezvous.order(address, NAMES);
    }
}
