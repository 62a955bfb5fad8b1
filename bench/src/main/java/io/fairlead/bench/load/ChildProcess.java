package io.fairlead.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command of this jar as a process of its own. It lives until its standard input ends, see {@link Tether}: it is stopped by
 * {@link #close}, ends with this process whatever becomes of that, and no Ctrl-C at the terminal takes it away in the middle
 * of a window.
 *
 * <p><b>Owned by the thread that started it.</b>
 */
final class ChildProcess implements AutoCloseable {
    private static final long END_LIMIT_MS = 5000;
    private static final String READY = " listening on ";

    private final Process process;
    private final InetSocketAddress address;

    private ChildProcess(Process process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Start one, and wait until it says where it listens.
     *
     * @param arguments command and flags.
     * @throws IOException if it ends instead; what it had to say is on standard error.
     */
    static ChildProcess start(String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The same collector as measured elsewhere, no Integer boxed per event, and Agrona's access.
                "-XX:+UseSerialGC",
                "-XX:AutoBoxCacheMax=65536",
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LoadMain.class.getName()));
        command.addAll(List.of(arguments));
        command.add(Tether.OPTION);
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        boolean isReady = false;
        try {
            final ChildProcess child = new ChildProcess(process, address(process, arguments[0]));
            isReady = true;
            return child;
        } finally {
            if (!isReady) {
                process.destroyForcibly();
            }
        }
    }

    private static InetSocketAddress address(Process process, String name) throws IOException {
        final BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        final String line = reader.readLine();
        if (line == null || !line.contains(READY)) {
            throw new IOException("the child process '" + name + "' did not start: " + line);
        }
        return Target.Converter.address(line.substring(line.indexOf(READY) + READY.length()));
    }

    /** Where it listens. */
    InetSocketAddress address() {
        return address;
    }

    /** Its process. */
    long processId() {
        return process.pid();
    }

    /** Have it end, and wait until it has. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END_LIMIT_MS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (final IOException ignored) {
            process.destroyForcibly();
        } catch (final InterruptedException ignored) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
