package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The real process, as a user starts it, with the Java that runs the test. */
final class FairleadProcess implements AutoCloseable {
    static final Path JAR = Path.of(System.getProperty("fairlead.jar"));

    private static final long PATIENCE_SECONDS = 30;
    private static final String LISTENING = "fairlead listening on ";
    private static final String ADMIN = "fairlead admin on ";

    private final Process process;
    private final BlockingQueue<String> out;
    private final BlockingQueue<String> err;
    private final List<CompletableFuture<Void>> readers = new ArrayList<>();

    private FairleadProcess(Process process) {
        this.process = process;
        this.out = lines(process.getInputStream());
        this.err = lines(process.getErrorStream());
    }

    /** {@code java -jar fairlead.jar} and what follows. */
    static FairleadProcess start(String... arguments) throws IOException {
        return startJava(List.of("-jar", JAR.toString()), arguments);
    }

    /** {@code java}, its options, and the arguments. */
    static FairleadProcess startJava(List<String> options, String... arguments) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(arguments));
        return new FairleadProcess(new ProcessBuilder(command).start());
    }

    /** The port of the next listener that is announced. */
    int awaitPort() throws InterruptedException {
        return port(awaitOut(LISTENING));
    }

    /** The admin endpoint's port, once announced. */
    int awaitAdminPort() throws InterruptedException {
        return port(awaitErr(ADMIN));
    }

    /** The next line of standard output that begins so; those before it are dropped. */
    String awaitOut(String prefix) throws InterruptedException {
        return await(out, prefix);
    }

    /** The next line of standard error that begins so; those before it are dropped. */
    String awaitErr(String prefix) throws InterruptedException {
        return await(err, prefix);
    }

    /** Send a signal, by its name without SIG. */
    void signal(String name) throws IOException, InterruptedException {
        final Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertTrue(kill.waitFor() == 0, "kill -" + name);
    }

    /** Wait for the end. */
    int awaitExit() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it did not end");
        readers.forEach(CompletableFuture::join);
        return process.exitValue();
    }

    /** What is left of standard output, after {@link #awaitExit()}. */
    List<String> restOfOut() {
        return List.copyOf(out);
    }

    /** What is left of standard error, after {@link #awaitExit()}. */
    List<String> restOfErr() {
        return List.copyOf(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static int port(String line) {
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    private static String await(BlockingQueue<String> lines, String prefix) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        String line;
        do {
            line = lines.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertNotNull(line, "no line begins with '" + prefix + "'");
        } while (!line.startsWith(prefix));
        return line;
    }

    private BlockingQueue<String> lines(InputStream stream) {
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        final CompletableFuture<Void> end = new CompletableFuture<>();
        readers.add(end);
        final Thread reader = new Thread(() -> {
            try (BufferedReader in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                in.lines().forEach(lines::add);
            } catch (final IOException | UncheckedIOException e) {
                // The process was killed while it was read.
                lines.add("stream failed: " + e);
            } finally {
                end.complete(null);
            }
        });
        reader.setDaemon(true);
        reader.start();
        return lines;
    }
}
