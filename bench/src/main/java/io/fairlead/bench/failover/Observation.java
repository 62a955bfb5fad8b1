package io.fairlead.bench.failover;

import io.fairlead.bench.report.FailoverEvent;
import io.fairlead.bench.report.FailoverResult;
import io.fairlead.bench.report.FailoverResult.Times;
import io.fairlead.bench.report.FailoverResult.Total;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The books of one event: what happened to each client since it began. Clients and backends are numbers from 0; the time is
 * told.
 *
 * <p>A client is <i>back</i> with the first reply to what it sent after the event, unless that connection was lost later: then it
 * had not noticed yet, and is back with the first reply on another. It is <i>missing</i> as long as it has had no such reply, or
 * has lost its connection since.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class Observation {
    /** The backend of a client that has had no reply yet. */
    static final int NOWHERE = -1;

    private static final long NOT_BACK = Long.MAX_VALUE;
    private static final double NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final int backendCount;
    private final long startNs;
    private final boolean[] isAffected;
    private final boolean[] isConnected;
    private final boolean[] isAnswered;
    private final int[] before;
    private final int[] now;
    private final int[] cutCounts;
    private final int[] gaveUpCounts;
    private final int[] failedCounts;
    private final int[] reconnectCounts;
    private final int[] moveCounts;
    private final long[] backNs;
    private final Map<String, Integer> failures = new LinkedHashMap<>();
    private final Map<String, Integer> losses = new LinkedHashMap<>();

    /**
     * Nobody has connected yet.
     *
     * @param clientCount clients.
     * @param backendCount backends.
     * @param startNs now.
     */
    Observation(int clientCount, int backendCount, long startNs) {
        this(filled(clientCount, NOWHERE), new boolean[clientCount], backendCount, startNs);
    }

    private Observation(int[] now, boolean[] isConnected, int backendCount, long startNs) {
        final int clientCount = now.length;
        this.backendCount = backendCount;
        this.startNs = startNs;
        this.now = now;
        this.isConnected = isConnected;
        before = now.clone();
        isAffected = new boolean[clientCount];
        isAnswered = new boolean[clientCount];
        cutCounts = new int[clientCount];
        gaveUpCounts = new int[clientCount];
        failedCounts = new int[clientCount];
        reconnectCounts = new int[clientCount];
        moveCounts = new int[clientCount];
        backNs = new long[clientCount];
        Arrays.fill(backNs, NOT_BACK);
    }

    /**
     * A time without an event begins, with everybody where these books leave them.
     *
     * @param nextStartNs when.
     * @return its books; these are closed.
     */
    Observation next(long nextStartNs) {
        return new Observation(now.clone(), isConnected.clone(), backendCount, nextStartNs);
    }

    /**
     * The next event begins, with everybody where these books leave them.
     *
     * @param event what happens.
     * @param nextStartNs when: who is answered what was sent before has not noticed it yet.
     * @return its books; these are closed.
     */
    Observation next(FailoverEvent event, long nextStartNs) {
        final Observation next = next(nextStartNs);
        for (int client = 0; client < now.length; client++) {
            next.isAffected[client] = switch (event) {
                case KILL, FREEZE, RESTART -> now[client] == event.backend();
                case THAW -> !isAnswered[client];
                case RETURN, RECONNECT -> false;
            };
        }
        return next;
    }

    /**
     * A reply came.
     *
     * @param client who got it.
     * @param backend who gave it.
     * @param sentNs when the client had asked.
     * @param nowNs the time.
     */
    void onReply(int client, int backend, long sentNs, long nowNs) {
        if (!isConnected[client]) {
            isConnected[client] = true;
            reconnectCounts[client]++;
        }
        if (now[client] != backend) {
            now[client] = backend;
            moveCounts[client]++;
        }
        if (sentNs - startNs >= 0) {
            isAnswered[client] = true;
            if (backNs[client] == NOT_BACK) {
                backNs[client] = nowNs - startNs;
            }
        }
    }

    /**
     * The other side ended a client's connection.
     *
     * @param client whose.
     * @param reason how.
     */
    void onCut(int client, String reason) {
        cutCounts[client]++;
        onLost(client, reason);
    }

    /**
     * A client ended its connection because a reply did not come.
     *
     * @param client whose.
     */
    void onGivenUp(int client) {
        gaveUpCounts[client]++;
        onLost(client, "no reply");
    }

    private void onLost(int client, String reason) {
        losses.merge(reason, 1, Integer::sum);
        if (reconnectCounts[client] == 0) {
            backNs[client] = NOT_BACK;
        }
        onLeft(client);
    }

    /**
     * A client ended its connection because it was told to.
     *
     * @param client whose.
     */
    void onLeft(int client) {
        isConnected[client] = false;
        isAnswered[client] = false;
    }

    /**
     * A client tried to connect, and got no reply.
     *
     * @param client who.
     * @param reason why not.
     */
    void onFailedAttempt(int client, String reason) {
        failedCounts[client]++;
        failures.merge(reason, 1, Integer::sum);
    }

    /** Clients without a reply so far to what they sent since it began. */
    int missingCount() {
        return count(client -> !isAnswered[client]);
    }

    /** Clients that connected again and had a reply there, or were connected for the first time. */
    int reconnectedCount() {
        return count(client -> reconnectCounts[client] > 0);
    }

    /** Why connects failed, the most frequent first: {@code 12 x answered 503; 3 x refused}. */
    String failures() {
        return told(failures);
    }

    /** How connections were lost, the most frequent first: {@code 12 x reset}. */
    String losses() {
        return told(losses);
    }

    /**
     * The sum of it.
     *
     * @param subject whose books these are.
     * @param event what happened.
     * @param endNs now.
     */
    FailoverResult result(String subject, FailoverEvent event, long endNs) {
        final int[] affected = clients(client -> isAffected[client]);
        final int[] bystanders = clients(client -> !isAffected[client]);
        return new FailoverResult(
                subject,
                event,
                TimeUnit.NANOSECONDS.toMillis(endNs - startNs),
                now.length,
                affected.length,
                Arrays.stream(affected).filter(client -> cutCounts[client] > 0).count(),
                Arrays.stream(affected)
                        .filter(client -> gaveUpCounts[client] > 0)
                        .count(),
                Arrays.stream(affected).filter(client -> !isAnswered[client]).count(),
                times(affected),
                total(affected, moveCounts),
                total(affected, reconnectCounts),
                Arrays.stream(failedCounts).sum(),
                Arrays.stream(bystanders)
                        .filter(client -> cutCounts[client] + gaveUpCounts[client] > 0)
                        .count(),
                Arrays.stream(bystanders)
                        .filter(client -> moveCounts[client] > 0)
                        .count(),
                Arrays.stream(bystanders).filter(client -> !isAnswered[client]).count(),
                places(affected),
                places(clients(client -> true)),
                told(failures));
    }

    /** One line for each client that anything happened to: {@link #CLIENT_HEADER} names the columns behind subject and event. */
    List<String> clientLines() {
        final List<String> lines = new ArrayList<>();
        for (int client = 0; client < now.length; client++) {
            final boolean isNews = isAffected[client]
                    || cutCounts[client] + gaveUpCounts[client] + failedCounts[client] + moveCounts[client] > 0
                    || !isAnswered[client];
            if (isNews) {
                lines.add(String.join(
                        ",",
                        Integer.toString(client),
                        Boolean.toString(isAffected[client]),
                        backend(before[client]),
                        backend(now[client]),
                        Boolean.toString(isAnswered[client]),
                        Integer.toString(cutCounts[client]),
                        Integer.toString(gaveUpCounts[client]),
                        Integer.toString(failedCounts[client]),
                        Integer.toString(reconnectCounts[client]),
                        Integer.toString(moveCounts[client]),
                        isBack(client) ? String.format(Locale.ROOT, "%.1f", backNs[client] / NS_PER_MS) : ""));
            }
        }
        return lines;
    }

    /** Columns of {@link #clientLines}. */
    static final String CLIENT_HEADER =
            "client,affected,before,after,answered,cut,gave_up,failed_attempts,reconnects,moves,back_ms";

    private static String backend(int backend) {
        return backend == NOWHERE ? "" : "b" + (backend + 1);
    }

    /** One that was back and is not in the end counts as never back. */
    private boolean isBack(int client) {
        return isAnswered[client] && backNs[client] != NOT_BACK;
    }

    private Times times(int[] clients) {
        final long[] sorted = Arrays.stream(clients)
                .mapToLong(client -> isBack(client) ? backNs[client] : NOT_BACK)
                .sorted()
                .toArray();
        return new Times(percentile(sorted, 0.5), percentile(sorted, 0.99), percentile(sorted, 1));
    }

    /** The nearest rank's. */
    private static OptionalDouble percentile(long[] sorted, double part) {
        if (sorted.length == 0) {
            return OptionalDouble.empty();
        }
        final long ns = sorted[(int) Math.ceil(part * sorted.length) - 1];
        return ns == NOT_BACK ? OptionalDouble.empty() : OptionalDouble.of(ns / NS_PER_MS);
    }

    private static Total total(int[] clients, int[] counts) {
        return new Total(
                Arrays.stream(clients).map(client -> counts[client]).max().orElse(0),
                Arrays.stream(clients).map(client -> counts[client]).sum());
    }

    /** How many of some clients are on each backend; those that are missing are on none. */
    private List<Long> places(int[] clients) {
        return IntStream.range(0, backendCount)
                .mapToObj(backend -> Arrays.stream(clients)
                        .filter(client -> isAnswered[client] && now[client] == backend)
                        .count())
                .toList();
    }

    private int count(IntPredicate isCounted) {
        return clients(isCounted).length;
    }

    private int[] clients(IntPredicate isWanted) {
        return IntStream.range(0, now.length).filter(isWanted).toArray();
    }

    private static String told(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(entry -> entry.getValue() + " x " + entry.getKey())
                .collect(Collectors.joining("; "));
    }

    private static int[] filled(int length, int value) {
        final int[] filled = new int[length];
        Arrays.fill(filled, value);
        return filled;
    }
}
