package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process that is talked to in lines. Its standard input is open until {@link #close()}. */
final class Subprocess implements AutoCloseable {
    private static final long POLITE_END_SECONDS = 5;

    private final Process process;
    private final Writer in;
    private final BlockingQueue<String> out;
    private final BlockingQueue<String> err;

    private Subprocess(Process process) {
        this.process = process;
        in = process.outputWriter(StandardCharsets.UTF_8);
        out = lines(process.getInputStream());
        err = lines(process.getErrorStream());
    }

    static Subprocess start(List<String> command) throws IOException {
        return new Subprocess(new ProcessBuilder(command).start());
    }

    static Subprocess start(String... command) throws IOException {
        return start(List.of(command));
    }

    /** Whether a command ends with 0; false if there is no such command. */
    static boolean succeeds(String... command) throws InterruptedException {
        try (Subprocess process = start(command)) {
            return process.awaitExit() == 0;
        } catch (final IOException e) {
            return false;
        }
    }

    /** Type a line. */
    void send(String line) throws IOException {
        in.write(line + "\n");
        in.flush();
    }

    /** The next line of standard output. */
    String nextOut() throws InterruptedException {
        return next(out, "");
    }

    /** The next line of standard output that begins so, without that; those before it are dropped. */
    String awaitOut(String prefix) throws InterruptedException {
        return next(out, prefix);
    }

    /** The next line of standard error that begins so, without that; those before it are dropped. */
    String awaitErr(String prefix) throws InterruptedException {
        return next(err, prefix);
    }

    int awaitExit() throws InterruptedException {
        assertTrue(process.waitFor(Await.PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "it did not end; " + tail());
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** The processes it has started that live. */
    List<Long> descendants() {
        return process.descendants().map(ProcessHandle::pid).toList();
    }

    /** Send a signal, by its name without SIG. */
    void signal(String name) throws InterruptedException {
        assertTrue(succeeds("kill", "-" + name, Long.toString(pid())), "kill -" + name);
    }

    /** Have the kernel end it, as a crash would. */
    void kill() {
        assertEquals(128 + 9, process.destroyForcibly().onExit().join().exitValue());
    }

    /** What it said on standard error and nobody has read. */
    String tail() {
        return "standard error:\n" + String.join("\n", err);
    }

    /** End its input, which is how the peers are told to end; what does not is killed, with its children. */
    @Override
    public void close() {
        try {
            in.close();
        } catch (final IOException e) {
            // Its end of the pipe is gone, and so is it.
            process.destroy();
        }
        process.onExit()
                .completeOnTimeout(process, POLITE_END_SECONDS, TimeUnit.SECONDS)
                .join();
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
    }

    private String next(BlockingQueue<String> lines, String prefix) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(Await.PATIENCE_SECONDS);
        final List<String> dropped = new ArrayList<>();
        while (true) {
            final String line = lines.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertTrue(
                    line != null, () -> "no line begins with '" + prefix + "' but there is " + dropped + "; " + tail());
            if (line.startsWith(prefix)) {
                return line.substring(prefix.length());
            }
            dropped.add(line);
        }
    }

    private static BlockingQueue<String> lines(InputStream stream) {
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        final Thread reader = new Thread(
                () -> {
                    try (BufferedReader in =
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        in.lines().forEach(lines::add);
                    } catch (final IOException | UncheckedIOException e) {
                        // The process was killed while it was read.
                        lines.add("stream failed: " + e);
                    }
                },
                "lines");
        reader.setDaemon(true);
        reader.start();
        return lines;
    }
}
