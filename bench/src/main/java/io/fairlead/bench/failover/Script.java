package io.fairlead.bench.failover;

import io.fairlead.bench.compare.ManagedProcess;
import io.fairlead.bench.load.ProcessTime;
import io.fairlead.bench.load.Target;
import io.fairlead.bench.report.FailoverEvent;
import io.fairlead.bench.report.FailoverResult;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What happens to one subject, from fresh servers to the end: everybody connects, and one event follows the other. Before each, all
 * clients have a reply.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class Script implements AutoCloseable {
    private static final long REST_LIMIT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final double NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final double PERCENT = 100;

    /** Of a core for the clients, and of the machine for everybody, while nothing happens: all events ask for more. */
    private static final double OWN_LIMIT = 0.5;

    private static final double ALL_LIMIT = 0.75;

    private final Settings settings;
    private final String name;
    private final Fleet fleet;
    private final ManagedProcess subject;
    private final Crowd crowd;
    private final List<FailoverResult> results = new ArrayList<>();
    private final List<String> clientLines = new ArrayList<>();
    private String rest = "";
    private boolean isOverloaded;

    /**
     * How it is played. <b>Immutable.</b>
     *
     * @param clientCount clients.
     * @param intervalNs between a client's messages.
     * @param replyLimitNs how long a client waits for a reply.
     * @param restNs how long nothing happens at first.
     * @param watchNs how long an event is watched at least.
     * @param watchLimitNs and at most, when somebody is still without a reply.
     * @param events what happens, in this order.
     */
    record Settings(
            int clientCount,
            long intervalNs,
            long replyLimitNs,
            long restNs,
            long watchNs,
            long watchLimitNs,
            List<FailoverEvent> events) {}

    /**
     * Start servers and subject; no client has connected yet.
     *
     * @param settings how it is played.
     * @param subject who stands in between.
     * @param directory for files of the processes; there, and empty.
     * @param stop whether to give up.
     * @throws IOException if one of them cannot be started, with what it said.
     */
    Script(Settings settings, Subject subject, Path directory, BooleanSupplier stop)
            throws IOException, InterruptedException {
        this.settings = settings;
        name = subject.name();
        fleet = new Fleet(directory);
        ManagedProcess process = null;
        try {
            final int port = Ports.free();
            process = ManagedProcess.launch(
                    name, port, directory, subject.launch().command(port, fleet.ports(), directory));
            process.awaitListening();
            final Target target = new Target(
                    name,
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
                    process.processIds());
            crowd = new Crowd(
                    target, settings.clientCount(), new Pace(settings.intervalNs(), settings.replyLimitNs()), stop);
        } catch (final IOException | InterruptedException e) {
            if (process != null) {
                process.close();
            }
            fleet.close();
            throw e;
        }
        this.subject = process;
    }

    /** What has been found out so far. */
    List<FailoverResult> results() {
        return List.copyOf(results);
    }

    /** The same of each client that anything happened to; columns as {@link #CLIENT_HEADER} names them. */
    List<String> clientLines() {
        return List.copyOf(clientLines);
    }

    /** Columns of {@link #clientLines}. */
    static final String CLIENT_HEADER = "subject,event," + Observation.CLIENT_HEADER;

    /** What everybody took of the processors before anything happened, and how long replies took. */
    String rest() {
        return rest;
    }

    /** Whether that was so much that times of what came afterwards are the machine's and not the subject's. */
    boolean isOverloaded() {
        return isOverloaded;
    }

    /**
     * Play it.
     *
     * @param told each line about what was seen.
     * @throws IOException if the subject ended, or somebody has no reply where everybody should have one: what comes after would
     *     mean nothing.
     * @throws java.util.concurrent.CancellationException if it is to be given up.
     */
    void play(Consumer<String> told) throws IOException {
        settle();
        measureRest();
        told.accept(name + ": at rest: " + rest);
        for (final FailoverEvent event : settings.events()) {
            // Who has no reply because of the freeze is whom its end is about.
            if (event != FailoverEvent.THAW) {
                awaitReplies();
            }
            happen(event);
            watch(event);
            record(event);
            final FailoverResult result = results.get(results.size() - 1);
            told.accept(String.format(
                    Locale.ROOT,
                    "%s: %s: %d affected (%d cut, %d gave up, %d missing); bystanders: %d cut, %d moved%s",
                    name,
                    event.label(),
                    result.affectedCount(),
                    result.cutCount(),
                    result.gaveUpCount(),
                    result.missingCount(),
                    result.bystandersCutCount(),
                    result.bystandersMovedCount(),
                    crowd.books().losses().isEmpty()
                            ? ""
                            : "; lost: " + crowd.books().losses()));
            verify(result);
        }
    }

    private void settle() throws IOException {
        if (!crowd.run(REST_LIMIT_NS, () -> crowd.books().missingCount() == 0)) {
            throw new ConnectException(name + ": " + crowd.books().missingCount() + " of " + crowd.count()
                    + " clients have no reply a minute after the first connect: "
                    + crowd.books().failures());
        }
    }

    /** Watch everybody while nothing happens. */
    private void measureRest() throws IOException {
        final List<Long> own = List.of(ProcessHandle.current().pid());
        final List<Long> servers = fleet.processIds();
        final List<Long> subjects = subject.processIds();
        final long startNs = System.nanoTime();
        final long ownNs = ProcessTime.ns(own);
        final long serversNs = ProcessTime.ns(servers);
        final long subjectNs = ProcessTime.ns(subjects);
        crowd.forgetReplyTimes();
        crowd.run(settings.restNs(), () -> false);
        final double wallNs = System.nanoTime() - startNs;
        final double ownCores = (ProcessTime.ns(own) - ownNs) / wallNs;
        final double serverCores = (ProcessTime.ns(servers) - serversNs) / wallNs;
        final double subjectCores = (ProcessTime.ns(subjects) - subjectNs) / wallNs;
        rest = String.format(
                Locale.ROOT,
                "clients %.0f %%, servers %.0f %%, %s %.0f %% of a core; replies after %.2f ms (p50), %.1f ms (p99)",
                PERCENT * ownCores,
                PERCENT * serverCores,
                name,
                PERCENT * subjectCores,
                crowd.replyNs().getValueAtPercentile(50) / NS_PER_MS,
                crowd.replyNs().getValueAtPercentile(99) / NS_PER_MS);
        final int coreCount = Runtime.getRuntime().availableProcessors();
        isOverloaded = ownCores > OWN_LIMIT || ownCores + serverCores + subjectCores > ALL_LIMIT * coreCount;
    }

    /** Everybody has had a reply to something that was sent from now on. */
    private void awaitReplies() throws IOException {
        crowd.begin(crowd.books().next(System.nanoTime()));
        if (!crowd.run(REST_LIMIT_NS, () -> crowd.books().missingCount() == 0)) {
            throw new ConnectException(name + ": " + crowd.books().missingCount() + " of " + crowd.count()
                    + " clients have no reply a minute after the last event: "
                    + crowd.books().failures());
        }
    }

    private void happen(FailoverEvent event) throws IOException {
        final int backend = event.backend();
        switch (event) {
            case KILL -> fleet.kill(backend);
            case RETURN -> fleet.start(backend);
            case RECONNECT -> crowd.leaveAll();
            case FREEZE -> fleet.freeze(backend);
            case THAW -> fleet.thaw(backend);
            case RESTART -> fleet.terminate(backend);
            default -> throw new IllegalArgumentException("nobody knows how to have happen: " + event);
        }
        // Nothing was sent or read since it happened: this thread does both.
        crowd.begin(crowd.books().next(event, System.nanoTime()));
    }

    private void watch(FailoverEvent event) throws IOException {
        final long startNs = System.nanoTime();
        if (event == FailoverEvent.RESTART) {
            if (!crowd.run(settings.watchLimitNs(), () -> fleet.hasEnded(event.backend()))) {
                throw new IOException(
                        name + ": " + Fleet.NAMES.get(event.backend()) + " does not end when it is told to");
            }
            fleet.start(event.backend());
        }
        if (event == FailoverEvent.RECONNECT) {
            crowd.run(settings.watchLimitNs(), () -> crowd.books().reconnectedCount() == crowd.count());
        } else {
            crowd.run(settings.watchNs(), () -> false);
        }
        crowd.run(
                settings.watchLimitNs() - (System.nanoTime() - startNs),
                () -> crowd.books().missingCount() == 0);
    }

    private void record(FailoverEvent event) {
        final FailoverResult result = crowd.books().result(name, event, System.nanoTime());
        results.add(result);
        crowd.books().clientLines().forEach(line -> clientLines.add(name + "," + event.label() + "," + line));
    }

    /** What was counted adds up, every reply was right, and nobody has ended who was not to. */
    private void verify(FailoverResult result) throws IOException {
        final long placed =
                result.allAfter().stream().mapToLong(Long::longValue).sum();
        if (placed + result.missingCount() + result.bystandersMissingCount() != crowd.count()) {
            throw new IllegalStateException(name + ": " + result.event().label() + " does not add up: " + result);
        }
        if (crowd.fault() != null) {
            throw new ProtocolException(name + ": " + crowd.fault());
        }
        if (!subject.isAlive()) {
            throw new IOException(name + " has ended. It says: " + subject.output());
        }
        final List<String> fallen = fleet.fallen();
        if (!fallen.isEmpty()) {
            throw new IOException(name + ": " + String.join("; ", fallen));
        }
    }

    @Override
    public void close() {
        crowd.close();
        subject.close();
        fleet.close();
    }
}
