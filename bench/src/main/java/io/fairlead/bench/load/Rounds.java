package io.fairlead.bench.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The schedule of a comparison: every subject is warmed up, then all are measured in turn, round after round, each round
 * in another order. All subjects' processes and connections stay from the beginning to the end; those whose
 * turn it is not rest, and cost nothing.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class Rounds {
    private final int roundCount;
    private final long windowNs;
    private final long warmUpNs;
    private final List<Long> echo;
    private final Stop stop;
    private final PrintWriter progress;

    /**
     * A schedule.
     *
     * @param roundCount rounds to measure.
     * @param windowNs how long each subject is measured in each.
     * @param warmUpNs how long each is loaded before the first.
     * @param echo processes of the backend; none if their processor time is not asked for.
     * @param stop asked before each window.
     * @param progress told of every window.
     */
    Rounds(int roundCount, long windowNs, long warmUpNs, List<Long> echo, Stop stop, PrintWriter progress) {
        this.roundCount = roundCount;
        this.windowNs = windowNs;
        this.warmUpNs = warmUpNs;
        this.echo = echo;
        this.stop = stop;
        this.progress = progress;
    }

    /**
     * What a run gave. <b>Immutable.</b>
     *
     * @param windows all that were measured, in their order.
     * @param roundCount rounds in which every subject was.
     * @param plannedCount rounds that were to be.
     */
    record Outcome(List<Window> windows, int roundCount, int plannedCount) {
        /** Whether it was stopped before its end. */
        boolean isAborted() {
            return roundCount < plannedCount;
        }

        /** The windows of the rounds in which every subject was measured. */
        List<Window> completeRounds() {
            return windows.stream()
                    .filter(window -> window.sample().round() < roundCount)
                    .toList();
        }
    }

    /**
     * Run it.
     *
     * @param rig its name.
     * @param targets what to measure.
     * @param workloads one for each of them.
     * @return a window for each target and round, or for those before the stop.
     */
    Outcome run(String rig, List<Target> targets, List<? extends Workload> workloads) throws IOException {
        for (int i = 0; i < targets.size() && !stop.getAsBoolean(); i++) {
            report("%s: warming %s up", rig, targets.get(i).name());
            workloads.get(i).warmUp(warmUpNs, stop);
        }
        final int targetCount = targets.size();
        final List<Window> windows = new ArrayList<>();
        while (windows.size() < (long) roundCount * targetCount && !stop.getAsBoolean()) {
            final int round = windows.size() / targetCount;
            final int position = windows.size() % targetCount;
            final int index = order(round, targetCount)[position];
            final Workload workload = workloads.get(index);
            final Meter meter = new Meter(targets.get(index), round, position, echo);
            final Window window = workload.measure(meter, windowNs);
            report(rig, window, workload);
            windows.add(window);
        }
        return new Outcome(List.copyOf(windows), windows.size() / targetCount, roundCount);
    }

    /**
     * Who is measured when in a round: shuffled, by the round's number alone, so that nobody has always the same one before
     * it, nor the same distance to the direct connection.
     */
    static int[] order(int round, int targetCount) {
        final int[] order = new int[targetCount];
        final Random random = new Random(round);
        for (int i = 0; i < targetCount; i++) {
            final int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }

    private void report(String rig, Window window, Workload workload) {
        final Sample sample = window.sample();
        final StringBuilder trouble = new StringBuilder();
        if (sample.errorCount() > 0) {
            trouble.append(", ERRORS: ").append(workload.firstError());
        }
        if (sample.missedCount() > 0) {
            trouble.append(", missed ").append(sample.missedCount());
        }
        report(
                "%s: round %d of %d, %s: %,.0f a second, p50 %.1f µs, p99 %.1f µs, CPU %.2f µs each%s",
                rig,
                sample.round() + 1,
                roundCount,
                sample.subject(),
                sample.rate(),
                window.latencies().getValueAtPercentile(50) / 1e3,
                window.latencies().getValueAtPercentile(99) / 1e3,
                sample.processorUs(),
                trouble);
    }

    private void report(String format, Object... arguments) {
        progress.println(String.format(Locale.ROOT, format, arguments));
        progress.flush();
    }
}
