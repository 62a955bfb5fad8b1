package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of check against a real server that works, then does not, then works again. */
@Timeout(120)
@EnabledOnOs(value = OS.LINUX, disabledReason = "its signals stop and continue processes")
class CheckIT {
    private static final String UP = "\"state\":\"active\"";
    private static final String FAST = "--check-interval=300ms";

    @TempDir
    private Path folder;

    /** nginx looks for the mark of being broken as another user, if it was started by root. */
    @BeforeEach
    void openFolder() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void shouldFollowServerThatIsStoppedAndStartedByTcpCheck() throws Exception {
        Peers.requireNginx();
        final int port = ScriptedBackend.refusingPort();
        final Path configuration = nginxOn(port, "return 200 ok;");
        Subprocess nginx = Peers.nginx(configuration);
        try (BalancerProcess balancer = balancer("tcp", port)) {
            awaitState(balancer, UP, "the first check passed");
            nginx.signal("TERM");
            assertEquals(0, nginx.awaitExit());
            awaitDown(balancer, "checks failed: 3, last: connection refused");
            nginx = Peers.nginx(configuration);
            awaitState(balancer, UP, "checks passed: 2");
        } finally {
            nginx.close();
        }
    }

    @Test
    void shouldFollowServerThatAnswers503ByHttpCheck() throws Exception {
        Peers.requireNginx();
        final int port = ScriptedBackend.refusingPort();
        try (Subprocess nginx = Peers.nginx(nginxOn(port, breakable("return 503;") + "return 200 ok;"));
                BalancerProcess balancer = balancer("http", port)) {
            awaitState(balancer, UP, "the first check passed");
            breakIt();
            awaitDown(balancer, "checks failed: 3, last: answered 503");
            mendIt();
            awaitState(balancer, UP, "checks passed: 2");
            stopIt(nginx);
        }
    }

    @Test
    void shouldFollowServerThatIsFrozenByHttpCheckButNotByTcpCheck() throws Exception {
        Peers.requireNginx();
        final int port = ScriptedBackend.refusingPort();
        try (Subprocess nginx = Peers.nginx(nginxOn(port, "return 200 ok;"));
                BalancerProcess http = balancer("http", port);
                BalancerProcess tcp = balancer("tcp", port)) {
            awaitState(http, UP, "the first check passed");
            awaitState(tcp, UP, "the first check passed");
            signalAll(nginx, "STOP");
            awaitDown(http, "checks failed: 3, last: no answer in time");
            assertTrue(tcp.get("/api/v1/backends").contains(UP), "its kernel still takes connections");
            signalAll(nginx, "CONT");
            awaitState(http, UP, "checks passed: 2");
            stopIt(nginx);
        }
    }

    @Test
    void shouldFollowServerThatRefusesTheUpgradeByWebSocketCheck() throws Exception {
        Peers.requireNginx();
        Peers.requirePython();
        final int port = ScriptedBackend.refusingPort();
        try (Subprocess python = Peers.pythonEcho("b1", 0)) {
            final String pass = "proxy_pass http://127.0.0.1:" + python.awaitOut("port ")
                    + "; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
                    + " proxy_set_header Connection upgrade;";
            try (Subprocess nginx = Peers.nginx(nginxOn(port, breakable("return 403;") + pass));
                    BalancerProcess balancer = balancer("websocket", port)) {
                awaitState(balancer, UP, "the first check passed");
                breakIt();
                awaitDown(balancer, "checks failed: 3, last: refused the upgrade with 403");
                mendIt();
                awaitState(balancer, UP, "checks passed: 2");
                stopIt(nginx);
            }
        }
    }

    @Test
    void shouldFollowServerThatIsFrozenByWebSocketCheckAndLeaveNoTraceOfItself() throws Exception {
        Peers.requirePython();
        try (PythonFleet fleet = new PythonFleet();
                BalancerProcess balancer = balancer("websocket", fleet.port("b1"))) {
            awaitState(balancer, UP, "the first check passed");
            Await.until(() -> passedCount(balancer), count -> count >= 5);
            fleet.signal("b1", "STOP");
            awaitDown(balancer, "checks failed: 3, last: no answer in time");
            fleet.signal("b1", "CONT");
            awaitState(balancer, UP, "checks passed: 2");
            assertTrue(fleet.counts("b1").active() <= 1, "checks close what they open");
            balancer.stop();
        }
    }

    /** With one backend a failed check is a panic: it is better tried than not. */
    private static void awaitDown(BalancerProcess balancer, String reason) {
        awaitState(balancer, "\"state\":\"down\"", reason);
        final Scrape scrape = balancer.scrape();
        assertEquals(0, scrape.value("fairlead_backend_up", "b1"));
        assertEquals(1, scrape.value("fairlead_panic"));
        Await.until(
                balancer::tail,
                said -> said.contains(" backend b1 is down, was active: " + reason)
                        && said.contains(" PANIC: only 0 % "));
    }

    private static void awaitState(BalancerProcess balancer, String state, String reason) {
        Await.until(
                () -> balancer.get("/api/v1/backends"),
                page -> page.contains(state) && page.contains("\"reason\":\"" + reason + "\""));
    }

    private static long passedCount(BalancerProcess balancer) {
        return balancer.scrape().value("fairlead_backend_checks_total{backend=\"b1\",result=\"passed\"}");
    }

    private static BalancerProcess balancer(String check, int port) throws IOException, InterruptedException {
        return BalancerProcess.run(List.of("--backend=name=b1,127.0.0.1:" + port, "--check=" + check, FAST));
    }

    private Path nginxOn(int port, String location) throws IOException {
        final List<String> lines = new ArrayList<>();
        lines.add("pid " + folder.resolve("nginx.pid") + ";");
        lines.add("error_log stderr;");
        lines.add("events {}");
        lines.add("http {");
        lines.add("  access_log off;");
        for (final String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            lines.add("  " + kind + "_temp_path " + folder.resolve(kind) + ";");
        }
        lines.add("  server { listen 127.0.0.1:" + port + "; location / { " + location + " } }");
        lines.add("}");
        return Files.write(folder.resolve("nginx.conf"), lines);
    }

    private String breakable(String how) {
        return "if (-f " + brokenMark() + ") { " + how + " } ";
    }

    private Path brokenMark() {
        return folder.resolve("broken");
    }

    private void breakIt() throws IOException {
        Files.createFile(brokenMark());
    }

    private void mendIt() throws IOException {
        Files.delete(brokenMark());
    }

    private static void stopIt(Subprocess nginx) throws InterruptedException {
        nginx.signal("TERM");
        assertEquals(0, nginx.awaitExit());
    }

    private static void signalAll(Subprocess process, String signal) throws InterruptedException {
        for (final long pid : process.descendants()) {
            assertTrue(Subprocess.succeeds("kill", "-" + signal, Long.toString(pid)));
        }
        process.signal(signal);
    }
}
