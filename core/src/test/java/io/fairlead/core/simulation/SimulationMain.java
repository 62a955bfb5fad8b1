package io.fairlead.core.simulation;

import java.io.PrintStream;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Runs histories until the time is over or one fails.
 *
 * <pre>
 *   --seconds N      how long, 10 if not said
 *   --histories N    how many at the most
 *   --seed N         of the first history; the others follow from it. Not said: another one each time
 *   --only           run that one history and no other, and show what happened
 *   --profile P      mixed (some 50 connections), large (messages of up to 4 MiB), loopback (real sockets),
 *                    epoll (the same, on Linux with JDK 22 or newer), fleet (10,000 clients, and backends that fail)
 *   --quiet          no progress
 * </pre>
 *
 * <p>It exits with 0 if nothing was violated, with 1 if something was, and with 2 if it was called wrongly.
 */
public final class SimulationMain {
    private static final int TRACE_LENGTH = 60;
    private static final long PROGRESS_NS = TimeUnit.SECONDS.toNanos(10);

    private static final int MIB = 1 << 20;
    private static final int FLEET_LENGTH = 10_000;

    private final PrintStream out;
    private final HistorySettings.Profile profile;
    private final boolean isQuiet;
    private final Coverage coverage = new Coverage();
    private long historyCount;
    private long eventCount;
    private long readyCount;
    private long connectionCount;
    private long startNs = System.nanoTime();
    private long nextProgressNs;
    /** Null if somebody else sees to it that the run ends. */
    private Watchdog watchdog;

    SimulationMain(PrintStream out, HistorySettings.Profile profile, boolean isQuiet) {
        this.out = out;
        this.profile = profile;
        this.isQuiet = isQuiet;
    }

    /**
     * From the command line.
     *
     * @param arguments as above.
     */
    public static void main(String[] arguments) {
        final Options options = Options.parse(arguments);
        if (options == null) {
            System.exit(2);
        }
        final SimulationMain simulation = new SimulationMain(System.out, options.profile, options.isQuiet);
        simulation.watch();
        final boolean isClean = options.isOnly
                ? simulation.show(options.seed)
                : simulation.run(options.seed, options.historyLimit, options.seconds);
        System.exit(isClean ? 0 : 1);
    }

    /** End the process, and say why, if a history hangs inside of a cycle. */
    void watch() {
        watchdog = Watchdog.start(out);
    }

    /**
     * Run histories, each with a seed that follows from the first one's.
     *
     * @return whether nothing was violated.
     */
    boolean run(long firstSeed, long historyLimit, long seconds) {
        final History.Resources resources = new History.Resources(coverage);
        startNs = System.nanoTime();
        nextProgressNs = startNs + PROGRESS_NS;
        final long endNs = startNs + TimeUnit.SECONDS.toNanos(seconds);
        if (profile == HistorySettings.Profile.FLEET) {
            out.println(FleetFigures.header());
        }
        long seed = firstSeed;
        final SplittableRandom seeds = new SplittableRandom(firstSeed);
        while (historyCount < historyLimit && System.nanoTime() - endNs < 0) {
            if (!runOne(seed, resources)) {
                return false;
            }
            // Each plan of a fleet has its turn.
            seed = profile == HistorySettings.Profile.FLEET ? seed + 1 : seeds.nextLong();
            if (!isQuiet && System.nanoTime() - nextProgressNs >= 0) {
                nextProgressNs += PROGRESS_NS;
                out.println(summary());
            }
        }
        out.println("clean: " + summary());
        return true;
    }

    private boolean runOne(long seed, History.Resources resources) {
        watch(seed);
        try {
            live(seed, resources, null);
            historyCount++;
            return true;
        } catch (final AssertionError | RuntimeException failure) {
            report(seed, failure);
            return false;
        }
    }

    private void live(long seed, History.Resources resources, Trace trace) {
        if (profile == HistorySettings.Profile.FLEET) {
            final FleetPlan plan = FleetPlan.of(seed, FLEET_LENGTH);
            final FleetHistory history = new FleetHistory(seed, plan, resources, trace);
            final FleetFigures figures = history.run();
            count(history.connectionCount(), history.eventCount(), history.readyCount());
            out.println(figures.row(plan));
            figures.check(plan);
        } else {
            final History history = new History(seed, profile, resources, trace);
            history.run();
            count(history.connectionCount(), history.eventCount(), history.readyCount());
        }
    }

    private void count(long connections, long events, long ready) {
        connectionCount += connections;
        eventCount += events;
        readyCount += ready;
    }

    private void watch(long seed) {
        if (watchdog != null) {
            watchdog.begin(seed, historyCount + 1, startNs);
        }
    }

    /** Run one history and show the end of its trace. */
    boolean show(long seed) {
        final Trace trace = new Trace();
        watch(seed);
        final long connectionsBefore = connectionCount;
        final long eventsBefore = eventCount;
        try {
            live(seed, new History.Resources(coverage), trace);
            out.println(trace.last(-1, TRACE_LENGTH));
            out.println("clean: seed=" + seed + ", " + (connectionCount - connectionsBefore) + " connections, "
                    + (eventCount - eventsBefore) + " events");
            return true;
        } catch (final AssertionError | RuntimeException failure) {
            out.println(failure.getMessage());
            final int client = failure instanceof Violation violation ? violation.client() : -1;
            out.print(trace.last(client, TRACE_LENGTH));
            failure.printStackTrace(out);
            return false;
        }
    }

    private void report(long seed, Throwable failure) {
        final String message = String.valueOf(failure.getMessage()).replace('\n', ' ');
        out.printf(
                "FAILED seed=%d histories=%d seconds=%.1f: %s%n",
                seed,
                historyCount + 1,
                (System.nanoTime() - startNs) / 1e9,
                failure instanceof AssertionError ? message : failure.getClass().getName() + ": " + message);
        out.println("once more, step by step:");
        if (show(seed)) {
            out.println("it did not fail again: something in it does not follow from the seed");
        }
    }

    String summary() {
        final double seconds = (System.nanoTime() - startNs) / 1e9;
        return String.format(
                "%,d histories, %,d connections, %,d events (%,d told to the engine) in %.1f s:"
                        + " %,.0f histories/s, %,.0f events/s, %d MiB of heap",
                historyCount,
                connectionCount,
                eventCount,
                readyCount,
                seconds,
                historyCount / seconds,
                eventCount / seconds,
                (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / MIB);
    }

    Coverage coverage() {
        return coverage;
    }

    private static final class Options {
        long seconds = 10;
        long historyLimit = Long.MAX_VALUE;
        long seed = System.nanoTime();
        boolean isOnly;
        boolean isQuiet;
        HistorySettings.Profile profile = HistorySettings.Profile.MIXED;

        private void take(String option, Iterator<String> values) {
            switch (option) {
                case "--seconds" -> seconds = Long.parseLong(values.next());
                case "--histories" -> historyLimit = Long.parseLong(values.next());
                case "--seed" -> seed = Long.parseLong(values.next());
                case "--only" -> isOnly = true;
                case "--quiet" -> isQuiet = true;
                case "--profile" ->
                    profile = HistorySettings.Profile.valueOf(values.next().toUpperCase(Locale.ROOT));
                default -> throw new IllegalArgumentException("unknown: " + option);
            }
        }

        static Options parse(String[] arguments) {
            final Options options = new Options();
            try {
                final Iterator<String> words = List.of(arguments).iterator();
                while (words.hasNext()) {
                    options.take(words.next(), words);
                }
                return options;
            } catch (final IllegalArgumentException | NoSuchElementException e) {
                System.err.println(e.getMessage() + ". Options: --seconds N --histories N --seed N --only --quiet"
                        + " --profile mixed|large|loopback|epoll|fleet");
                return null;
            }
        }
    }
}
