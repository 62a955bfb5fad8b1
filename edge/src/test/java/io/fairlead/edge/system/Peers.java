package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The real peers the system tests talk to. A test whose peer is missing is skipped and says so; with
 * {@code FAIRLEAD_PEERS=required} in the environment it fails.
 */
final class Peers {
    private static final Path NODE_SCRIPTS = Path.of("src", "test", "node");
    private static final Path ECHO_SERVER = Path.of("src", "test", "python", "echo_server.py");
    private static final Path NGINX = Path.of("/usr/sbin/nginx");
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    /** The one that Debian's packages belong to, whichever else comes first in the path. */
    private static final String PYTHON = "/usr/bin/python3";

    private Peers() {}

    static void requirePython() throws InterruptedException {
        require(
                Subprocess.succeeds(PYTHON, "-c", "import websockets"),
                "python3-websockets is not installed: apt-get install python3-websockets");
    }

    static void requireNode() throws InterruptedException {
        require(Subprocess.succeeds("node", "--version"), "Node is not installed: apt-get install nodejs npm");
        require(
                Files.exists(NODE_SCRIPTS.resolve("node_modules/ws/package.json")),
                "the ws package is not installed: npm --prefix edge/src/test/node ci");
    }

    static void requireChromium() {
        require(Files.isExecutable(CHROMIUM), "Chromium is not installed: apt-get install chromium");
    }

    static void requireNginx() {
        require(Files.isExecutable(NGINX), "nginx is not installed: apt-get install nginx");
    }

    /** nginx with a configuration, in the foreground. */
    static Subprocess nginx(Path configuration) throws IOException {
        return Subprocess.start(NGINX.toString(), "-c", configuration.toString(), "-g", "daemon off;");
    }

    /** What has the kernel refuse system calls of a process, as a sandbox would. */
    static void requireStrace() throws InterruptedException {
        require(Subprocess.succeeds("strace", "-V"), "strace is not installed: apt-get install strace");
        require(
                Subprocess.succeeds("strace", "-f", "-qq", "-o", "/dev/null", "true"),
                "strace may not trace here: it needs ptrace, which containers forbid without SYS_PTRACE");
    }

    /** What to start a process with so that a system call fails in it, and in all its threads; it stays this one's child. */
    static List<String> forbidding(String systemCall) {
        return List.of(
                "strace",
                "-D",
                "-f",
                "--seccomp-bpf",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                "signal=none",
                "-e",
                "trace=" + systemCall,
                "-e",
                "inject=" + systemCall + ":error=EPERM");
    }

    /** An echo server on Debian's Python WebSockets. */
    static Subprocess pythonEcho(String name, int port) throws IOException {
        return Subprocess.start(PYTHON, ECHO_SERVER.toString(), name, Integer.toString(port));
    }

    /** One of the scripts for Node. */
    static Subprocess node(String script, String... arguments) throws IOException {
        final List<String> command =
                new ArrayList<>(List.of("node", NODE_SCRIPTS.resolve(script).toString()));
        command.addAll(List.of(arguments));
        return Subprocess.start(command);
    }

    static String chromium() {
        return CHROMIUM.toString();
    }

    private static void require(boolean isThere, String message) {
        if (isThere) {
            return;
        }
        if ("required".equals(System.getenv("FAIRLEAD_PEERS"))) {
            fail(message);
        }
        System.err.println("SKIPPED: " + message);
        assumeTrue(false, message);
    }
}
