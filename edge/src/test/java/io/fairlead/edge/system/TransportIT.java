package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;

/**
 * Which transport the process takes, what it says of it, and that it works: on this JDK, when told, and where a sandbox
 * forbids system calls.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class TransportIT {
    private static final int JDK = Runtime.version().feature();
    private static final String FORBIDDEN = "epoll cannot be used, accept4: Operation not permitted";
    private static EchoServer echo;

    @BeforeAll
    static void startBackend() throws IOException {
        echo = EchoServer.start(EchoOptions.named("b1"));
    }

    @AfterAll
    static void stopBackend() {
        echo.close();
    }

    @Test
    @EnabledForJreRange(minVersion = 22)
    void shouldTakeEpollWithoutAWarningWhenJdkHasIt() throws Exception {
        try (BalancerProcess fairlead = BalancerProcess.run(flags())) {
            assertWorks(fairlead, "epoll", "Linux, JDK " + JDK);
            assertEquals("standard error:\n", fairlead.tail());
            fairlead.stop();
        }
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21)
    void shouldFallBackAndSayWhyWhenJdkIsTooOld() throws Exception {
        try (BalancerProcess fairlead = BalancerProcess.run(flags())) {
            assertWorks(fairlead, "nio", "epoll needs JDK 22 or newer, this is " + JDK);
            fairlead.stop();
        }
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21)
    void shouldFailInOneLineWhenToldToUseEpollAndJdkIsTooOld() throws Exception {
        assertFails(
                "fairlead: epoll needs JDK 22 or newer, this is " + JDK + "; use --transport auto or nio",
                List.of(),
                flags("--transport", "epoll"));
    }

    @Test
    void shouldTakeNioWhenTold() throws Exception {
        try (BalancerProcess fairlead = BalancerProcess.run(flags("--transport", "nio"))) {
            assertWorks(fairlead, "nio", "as was asked for");
            fairlead.stop();
        }
    }

    @Test
    @EnabledForJreRange(minVersion = 22)
    void shouldTakeEpollWhenTold() throws Exception {
        try (BalancerProcess fairlead = BalancerProcess.run(flags("--transport", "epoll", "--splice", "off"))) {
            assertWorks(fairlead, "epoll", "as was asked for");
            fairlead.stop();
        }
    }

    @Test
    @EnabledForJreRange(minVersion = 22)
    void shouldFallBackAndSayWhyWhenACallIsForbidden() throws Exception {
        Peers.requireStrace();
        try (BalancerProcess fairlead = BalancerProcess.runUnder(Peers.forbidding("accept4"), flags())) {
            assertWorks(fairlead, "nio", FORBIDDEN);
            fairlead.stop();
        }
    }

    @Test
    @EnabledForJreRange(minVersion = 22)
    void shouldFailInOneLineWhenToldToUseEpollAndACallIsForbidden() throws Exception {
        Peers.requireStrace();
        assertFails(
                "fairlead: " + FORBIDDEN + "; use --transport auto or nio",
                Peers.forbidding("accept4"),
                flags("--transport", "epoll"));
    }

    @Test
    @EnabledForJreRange(minVersion = 22)
    void shouldTakeEpollAndSaySoWhenOnlySplicingIsForbidden() throws Exception {
        Peers.requireStrace();
        try (BalancerProcess fairlead = BalancerProcess.runUnder(Peers.forbidding("splice"), flags())) {
            assertWorks(fairlead, "epoll", "Linux, JDK " + JDK + "; it cannot splice, splice: Operation not permitted");
            fairlead.stop();
        }
    }

    private static List<String> flags(String... more) {
        final List<String> flags = new ArrayList<>(List.of("--backend", "name=b1,127.0.0.1:" + echo.port()));
        flags.addAll(List.of(more));
        return flags;
    }

    private static void assertWorks(BalancerProcess fairlead, String transport, String reason) throws Exception {
        assertEquals(transport + " (" + reason + ")", fairlead.transport());
        final String metric =
                "fairlead_transport_info{reason=\"" + reason + "\",transport=\"" + transport + "\"} 1.0\n";
        final String metrics = fairlead.get("/metrics");
        assertTrue(metrics.contains(metric), metrics);
        try (RawPeer client = RawPeer.connect(fairlead.port())) {
            client.send(WebSocketBytes.REQUEST);
            assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
        }
        fairlead.awaitSound(0);
    }

    private static void assertFails(String message, List<String> launcher, List<String> flags) throws Exception {
        final List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-jar", System.getProperty("fairlead.jar"), "run", "--listen", "127.0.0.1:0"));
        command.addAll(flags);
        try (Subprocess process = Subprocess.start(command)) {
            assertEquals(1, process.awaitExit());
            assertEquals("standard error:\n" + message, process.tail());
        }
    }
}
