package io.fairlead.bench.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An echo backend or a balancer as a process of its own, run from this one's class path. <b>Thread safe.</b> */
final class RigProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile(".* listening on .*:(\\d+)\\D*");

    private final Process process;
    private final int port;

    private RigProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Start, and return when it listens.
     *
     * @param arguments of {@code fairlead-bench}.
     * @throws IOException with what it said, if it ends instead.
     */
    static RigProcess start(String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-XX:AutoBoxCacheMax=65536",
                "-cp",
                System.getProperty("java.class.path"),
                "io.fairlead.bench.load.LoadMain"));
        command.addAll(List.of(arguments));
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "stop"));
        final StringBuilder said = new StringBuilder();
        final BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            final Matcher listening = LISTENING.matcher(line);
            if (listening.matches()) {
                return new RigProcess(process, Integer.parseInt(listening.group(1)));
            }
            said.append(line).append(' ');
        }
        throw new IOException(arguments[0] + " did not start: " + said);
    }

    /** The port of 127.0.0.1 that it listens on. */
    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
