package io.fairlead.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fairlead.core.transport.RequiresEpoll;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A pool of source addresses is the way past the port range: seen where that has ten ports. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
final class SourcePoolTest {
    private static final long PATIENCE_SECONDS = 60;

    /** In a network namespace of its own, as root of a user namespace, so that nobody has to be root outside. */
    private static final List<String> NAMESPACE = List.of("unshare", "--map-root-user", "--net", "bash", "-ec");

    private static final String FEW_PORTS =
            "ip link set lo up; echo '40000 40009' >/proc/sys/net/ipv4/ip_local_port_range";

    @Test
    @RequiresEpoll
    void shouldHaveAllPortsOfEachSourceForEachBackendOnEpoll() throws Exception {
        assertEquals(
                List.of("one backend: 10", "one backend, three sources: 30", "two backends, one source: 20"),
                served(TransportKind.EPOLL));
    }

    @Test
    void shouldHaveAllPortsOfEachSourceOnceOnNio() throws Exception {
        assertEquals(
                List.of("one backend: 10", "one backend, three sources: 30", "two backends, one source: 10"),
                served(TransportKind.NIO));
    }

    private static List<String> served(TransportKind kind) throws Exception {
        requireNamespaces();
        final List<String> command = new ArrayList<>(NAMESPACE);
        command.addAll(List.of(
                FEW_PORTS + "; exec \"$@\"",
                "few-ports",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED"));
        if (kind == TransportKind.EPOLL) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(
                "-Xmx256m", "-cp", System.getProperty("java.class.path"), SourcePoolMain.class.getName(), kind.name()));
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it did not end");
            assertEquals(0, process.exitValue());
            return out.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void requireNamespaces() throws InterruptedException {
        if (canUnshare()) {
            return;
        }
        final String message = "no network namespace with ports of its own can be had here: unshare and ip are needed,"
                + " and user namespaces";
        if ("required".equals(System.getenv("FAIRLEAD_PEERS"))) {
            fail(message);
        }
        System.err.println("SKIPPED: " + message);
        assumeTrue(false, message);
    }

    private static boolean canUnshare() throws InterruptedException {
        final List<String> command = new ArrayList<>(NAMESPACE);
        command.add(FEW_PORTS);
        try {
            final Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (final IOException e) {
            return false;
        }
    }
}
