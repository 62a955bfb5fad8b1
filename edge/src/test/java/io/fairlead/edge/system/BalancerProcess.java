package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The runnable jar as a process, on free ports of 127.0.0.1, with the Java that runs the test. */
final class BalancerProcess implements AutoCloseable {
    private static final Path JAR = Path.of(System.getProperty("fairlead.jar"));
    private static final List<String> FREE_PORTS = List.of("--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0");

    private final Subprocess process;
    private final int port;
    private final int adminPort;
    private final String transport;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(Await.PATIENCE_SECONDS))
            .build();

    private BalancerProcess(Subprocess process) throws InterruptedException {
        this.process = process;
        port = port(process.awaitOut("fairlead listening on "));
        adminPort = port(process.awaitErr("fairlead admin on "));
        transport = process.awaitErr("fairlead transport: ");
    }

    static BalancerProcess run(List<String> flags) throws IOException, InterruptedException {
        return start(List.of(), "run", List.of(), flags);
    }

    /** {@code run} with options for the JVM. */
    static BalancerProcess run(List<String> javaOptions, List<String> flags) throws IOException, InterruptedException {
        return start(List.of(), "run", javaOptions, flags);
    }

    /** {@code run} where no more descriptors are to be had. */
    static BalancerProcess runLimited(int descriptorLimit, List<String> flags)
            throws IOException, InterruptedException {
        return start(
                List.of("bash", "-c", "ulimit -n " + descriptorLimit + "; exec \"$@\"", "limited"),
                "run",
                List.of(),
                flags);
    }

    /** {@code run} started by another program. */
    static BalancerProcess runUnder(List<String> launcher, List<String> flags)
            throws IOException, InterruptedException {
        return start(launcher, "run", List.of(), flags);
    }

    static BalancerProcess demo() throws IOException, InterruptedException {
        return start(List.of(), "demo", List.of(), List.of());
    }

    private static BalancerProcess start(
            List<String> launcher, String subcommand, List<String> javaOptions, List<String> flags)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", JAR.toString(), subcommand));
        command.addAll(FREE_PORTS);
        if (subcommand.equals("run") && flags.stream().noneMatch(flag -> flag.startsWith("--check"))) {
            // Backends that are scripted would take a check for a client.
            command.add("--check=off");
        }
        command.addAll(flags);
        return new BalancerProcess(Subprocess.start(command));
    }

    int port() {
        return port;
    }

    /** What it said of its transport: the name, and the reason in parentheses. */
    String transport() {
        return transport;
    }

    /** What it said on standard error and nobody has read. */
    String tail() {
        return process.tail();
    }

    long pid() {
        return process.pid();
    }

    String webSocketUrl() {
        return "ws://127.0.0.1:" + port + "/";
    }

    /** Counters as of now. Connections for this are kept alive, so that a later call needs no descriptor there. */
    Scrape scrape() {
        return new Scrape(get("/metrics"));
    }

    /** The page of an admin path. */
    String get(String path) {
        final HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                .timeout(Duration.ofSeconds(Await.PATIENCE_SECONDS))
                .build();
        try {
            final HttpResponse<String> reply = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, reply.statusCode(), path);
            return reply.body();
        } catch (final IOException e) {
            throw new UncheckedIOException(path, e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Wait until that many connections are in the table. @return the counters then. */
    Scrape awaitActive(long count) {
        return Await.until(this::scrape, scrape -> scrape.connectionsActive() == count);
    }

    /** Wait until that many connections are in the table, all at rest, and see that nothing went wrong. */
    Scrape awaitSound(long count) {
        final Scrape scrape = Await.until(
                this::scrape, candidate -> candidate.connectionsActive() == count && candidate.isBalanced());
        scrape.assertHealthy();
        return scrape;
    }

    /** Have it drain, which must succeed. */
    void stop() throws InterruptedException {
        process.signal("TERM");
        assertEquals(0, process.awaitExit(), process::tail);
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.kill();
        }
        process.close();
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }
}
