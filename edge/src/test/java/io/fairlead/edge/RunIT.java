package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.fairlead.core.BalancerContext;
import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code fairlead run} as a process, in front of three echo backends. */
@Timeout(120)
class RunIT {
    private static final String ANY_PORT = "127.0.0.1:0";
    private static final List<EchoServer> BACKENDS = new ArrayList<>();

    @BeforeAll
    static void startBackends() throws IOException {
        for (int i = 1; i <= 3; i++) {
            BACKENDS.add(EchoServer.start(EchoOptions.named("b" + i)));
        }
    }

    @AfterAll
    static void stopBackends() {
        BACKENDS.forEach(EchoServer::close);
    }

    @Test
    void shouldKeepAClientOnItsBackendAndTellAboutIt(@TempDir Path folder) throws Exception {
        final Path log = folder.resolve("access.log");
        try (FairleadProcess fairlead =
                run("--listen", ANY_PORT, "--admin", ANY_PORT, "--access-log", log.toString())) {
            final int port = fairlead.awaitPort();
            final int admin = fairlead.awaitAdminPort();
            final String backend = converse(port);
            for (int i = 0; i < 9; i++) {
                assertEquals(backend, converse(port));
            }
            final WebSocketPeer open = new WebSocketPeer(port);

            final String metrics = get(admin, "/metrics", 200);
            assertHas(metrics, "fairlead_backend_websockets_active{backend=\"" + backend + "\"} 1.0");
            assertHas(metrics, "fairlead_handshakes_total{backend=\"" + backend + "\",result=\"switched\"} 11.0");
            assertHas(metrics, "fairlead_connections_accepted_total 11.0");
            assertHas(metrics, "fairlead_mispins_total 0.0");
            assertHas(metrics, "fairlead_internal_errors_total 0.0");
            assertTrue(get(admin, "/api/v1/backends", 200).contains("\"websockets_active\":1"));
            get(admin, "/healthz", 200);
            get(admin, "/readyz", 200);
            open.close();

            fairlead.signal("TERM");
            assertEquals(ExitCode.DONE, fairlead.awaitExit());
            assertEquals(List.of(), fairlead.restOfOut());
            assertLog(Files.readAllLines(log), backend);
        }
    }

    @Test
    void shouldLetConnectionsLiveOnInADrain() throws Exception {
        try (FairleadProcess fairlead = run("--listen", ANY_PORT, "--admin", ANY_PORT)) {
            final int port = fairlead.awaitPort();
            final int admin = fairlead.awaitAdminPort();
            final WebSocketPeer peer = new WebSocketPeer(port);
            fairlead.signal("TERM");
            assertEquals("fairlead draining: 1 connection, up to 60 s", fairlead.awaitErr("fairlead draining"));

            assertEquals("still here", peer.ask("still here"));
            awaitNotReady(admin);
            peer.close();

            assertEquals(ExitCode.DONE, fairlead.awaitExit());
            assertEquals(List.of("fairlead drained"), fairlead.restOfErr());
        }
    }

    @Test
    void shouldCloseConnectionsWhenTheDrainLimitPasses() throws Exception {
        try (FairleadProcess fairlead = run("--listen", ANY_PORT, "--drain-timeout", "100ms")) {
            final WebSocketPeer peer = new WebSocketPeer(fairlead.awaitPort());
            fairlead.awaitErr("fairlead transport: ");
            fairlead.signal("TERM");

            assertEquals(ExitCode.DRAIN_LIMIT_PASSED, fairlead.awaitExit());
            peer.awaitEnd();
            assertEquals(
                    List.of(
                            "fairlead draining: 1 connection, up to 100 ms",
                            "fairlead drain limit passed: closing 1 connection"),
                    fairlead.restOfErr());
        }
    }

    @Test
    void shouldStopAtOnceWhenToldTwice() throws Exception {
        try (FairleadProcess fairlead = run("--listen", ANY_PORT)) {
            final WebSocketPeer peer = new WebSocketPeer(fairlead.awaitPort());
            fairlead.signal("TERM");
            fairlead.awaitErr("fairlead draining");
            fairlead.signal("INT");

            assertEquals(ExitCode.DRAIN_LIMIT_PASSED, fairlead.awaitExit());
            peer.awaitEnd();
            assertEquals(List.of("fairlead drain cut short: closing 1 connection"), fairlead.restOfErr());
        }
    }

    @Test
    void shouldGoOnWhenHungUp() throws Exception {
        assumeFalse(isHangUpIgnored(), "this build ignores SIGHUP, as under nohup, and so do its processes");
        try (FairleadProcess fairlead = run("--listen", ANY_PORT)) {
            final int port = fairlead.awaitPort();
            fairlead.signal("HUP");
            fairlead.awaitErr("fairlead: reload is not in this version");

            converse(port);
        }
    }

    /** Signal 1 is the lowest bit of the mask of ignored ones; children inherit it. */
    private static boolean isHangUpIgnored() throws IOException {
        final Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        for (final String line : Files.readAllLines(status)) {
            if (line.startsWith("SigIgn:")) {
                return (Long.parseUnsignedLong(
                                        line.substring("SigIgn:".length()).trim(), 16)
                                & 1)
                        != 0;
            }
        }
        return false;
    }

    @Test
    void shouldListenOnEachAddress() throws Exception {
        try (FairleadProcess fairlead = run("--listen", ANY_PORT, "--listen", "127.0.0.2:0")) {
            converse(fairlead.awaitPort());
            assertTrue(fairlead.awaitOut("fairlead listening on ").startsWith("fairlead listening on 127.0.0.2:"));
        }
    }

    @Test
    void shouldLogToStandardOutput() throws Exception {
        try (FairleadProcess fairlead = run("--listen", ANY_PORT, "--access-log", "-")) {
            converse(fairlead.awaitPort());

            assertTrue(fairlead.awaitOut("127.0.0.1:").endsWith(" event=open"));
            assertTrue(fairlead.awaitOut("127.0.0.1:").endsWith(" event=end"));
        }
    }

    @Test
    void shouldWarnWhenThereIsNoRoomForTheConnections() throws Exception {
        try (FairleadProcess fairlead = run("--listen", ANY_PORT, "--max-connections", "3999999")) {
            final String line = fairlead.awaitErr("fairlead: ");

            assertTrue(
                    line.matches("fairlead: warning: room for \\d+ connections, not 3999999: each needs two"
                                    + " descriptors; raise 'ulimit -n' above 8001022")
                            || line.contains("memory"),
                    line);
        }
    }

    @Test
    void shouldFailInOneLineWhenAPortIsInUse() throws Exception {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String address = "127.0.0.1:" + holder.getLocalPort();
            assertFails(
                    "cannot listen on " + address
                            + ": address already in use; choose another port or stop the process that holds it",
                    run("--listen", ANY_PORT, "--listen", address));
        }
    }

    @Test
    void shouldFailInOneLineWhenAnAddressIsNotOfThisMachine() throws Exception {
        assertFails(
                "cannot listen on 192.0.2.1:8080: not an address of this machine; choose one that 'ip address' shows,"
                        + " or 0.0.0.0 for all",
                run("--listen", "192.0.2.1:8080"));
    }

    @Test
    void shouldFailInOneLineWhenASettingIsWrong() throws Exception {
        final int attempts = BalancerContext.MAX_ATTEMPTS + 1;
        assertFails(
                "the attempts must be from 1 to " + BalancerContext.MAX_ATTEMPTS + ", not " + attempts,
                run("--listen", ANY_PORT, "--attempts", Integer.toString(attempts)));
    }

    @Test
    void shouldFailInOneLineWhenDirectMemoryDoesNotSuffice() throws Exception {
        final FairleadProcess fairlead = FairleadProcess.startJava(
                List.of("-XX:MaxDirectMemorySize=16m", "-jar", FairleadProcess.JAR.toString()),
                "run",
                "--listen",
                ANY_PORT,
                "--backend",
                ANY_PORT.replace(":0", ":1"),
                "--pin-limit",
                "100000000");

        final List<String> lines = failure(fairlead);
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("memory"), lines::toString);
    }

    @Test
    void shouldFailInOneLineWhenTheExportIsMissing() throws Exception {
        final FairleadProcess fairlead = FairleadProcess.startJava(
                List.of("-cp", FairleadProcess.JAR.toString(), Main.class.getName()),
                "run",
                "--listen",
                ANY_PORT,
                "--backend",
                "127.0.0.1:1");

        final List<String> lines = failure(fairlead);
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("--add-exports java.base/jdk.internal.misc=ALL-UNNAMED"), lines::toString);
    }

    @Test
    void shouldAnswerQuestionsWithoutAWarning() throws Exception {
        for (final String question : Set.of("--help", "--version")) {
            try (FairleadProcess fairlead = FairleadProcess.start(question)) {
                assertEquals(ExitCode.DONE, fairlead.awaitExit());
                assertTrue(
                        fairlead.restOfOut().get(0).startsWith(question.equals("--help") ? "Fairlead" : "fairlead "));
                assertEquals(List.of(), fairlead.restOfErr());
            }
        }
    }

    private static FairleadProcess run(String... flags) throws IOException {
        final List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.addAll(List.of(flags));
        for (final EchoServer backend : BACKENDS) {
            arguments.add("--backend");
            arguments.add("name=" + backend.name() + ",127.0.0.1:" + backend.port());
        }
        return FairleadProcess.start(arguments.toArray(String[]::new));
    }

    private static String converse(int port) throws InterruptedException {
        final WebSocketPeer peer = new WebSocketPeer(port);
        assertEquals("hello", peer.ask("hello"));
        final String backend = peer.backend();
        peer.close();
        return backend;
    }

    private static void assertLog(List<String> lines, String backend) {
        final String common = "127\\.0\\.0\\.1:\\d+ \\[[-0-9]+T[:.0-9]+Z\\] 127\\.0\\.0\\.1:\\d+ " + backend
                + " key=127\\.0\\.0\\.1/32 owner=" + backend
                + " why=(owner|pin) \\d+\\.\\d{3}/\\d+\\.\\d{3}/\\d+\\.\\d{3}/\\d+\\.\\d{3} \\d+/\\d+ ";
        assertEquals(22, lines.size());
        assertEquals(
                11,
                lines.stream()
                        .filter(line -> line.matches(common + "\\d/\\d - ws=-/- \\d+/\\d+ 0 event=open"))
                        .count(),
                lines::toString);
        assertEquals(
                10,
                lines.stream()
                        .filter(line -> line.matches(common + "2/2 -- ws=1000/client \\d+/\\d+ 0 event=end"))
                        .count(),
                lines::toString);
    }

    /** TERM was taken, but the loop stops accepting a moment later. */
    private static void awaitNotReady(int admin) throws IOException, InterruptedException {
        HttpResponse<String> reply;
        do {
            reply = request(admin, "/readyz");
        } while (reply.statusCode() == 200);
        assertEquals(503, reply.statusCode());
        assertEquals("not ready: draining, no new connections are accepted\n", reply.body());
    }

    private static String get(int admin, String path, int code) throws IOException, InterruptedException {
        final HttpResponse<String> reply = request(admin, path);
        assertEquals(code, reply.statusCode(), path);
        return reply.body();
    }

    private static HttpResponse<String> request(int admin, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static void assertHas(String metrics, String line) {
        assertTrue(metrics.contains(line + "\n"), () -> line + " is not in\n" + metrics);
    }

    private static void assertFails(String message, FairleadProcess fairlead) throws InterruptedException {
        assertEquals(List.of("fairlead: " + message), failure(fairlead));
    }

    private static List<String> failure(FairleadProcess fairlead) throws InterruptedException {
        try (fairlead) {
            assertEquals(ExitCode.FAILED, fairlead.awaitExit());
            assertEquals(List.of(), fairlead.restOfOut());
            return fairlead.restOfErr();
        }
    }
}
