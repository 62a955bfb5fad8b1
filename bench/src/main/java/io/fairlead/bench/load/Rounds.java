package io.fairlead.bench.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The schedule of a comparison: every subject is warmed up, then all are measured in turn, round after round, each round
 * beginning with another subject. All subjects' processes and connections stay from the beginning to the end; those whose
 * turn it is not rest, and cost nothing.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class Rounds {
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final int roundCount;
    private final long windowNs;
    private final long warmUpNs;
    private final List<Long> echo;
    private final List<Long> self = List.of(ProcessHandle.current().pid());
    private final PrintWriter progress;

    /**
     * A schedule.
     *
     * @param roundCount rounds to measure.
     * @param windowNs how long each subject is measured in each.
     * @param warmUpNs how long each is loaded before the first.
     * @param echoProcessId of the backend, or 0 for one whose processor time is not asked for.
     * @param progress told of every window.
     */
    Rounds(int roundCount, long windowNs, long warmUpNs, long echoProcessId, PrintWriter progress) {
        this.roundCount = roundCount;
        this.windowNs = windowNs;
        this.warmUpNs = warmUpNs;
        echo = echoProcessId == 0 ? List.of() : List.of(echoProcessId);
        this.progress = progress;
    }

    /**
     * Run it.
     *
     * @param rig its name.
     * @param targets what to measure.
     * @param workloads one for each of them.
     * @return a sample for each target and round.
     */
    List<Sample> run(String rig, List<Target> targets, List<? extends Workload> workloads) throws IOException {
        for (int i = 0; i < targets.size(); i++) {
            report("%s: warming %s up", rig, targets.get(i).name());
            final Workload workload = workloads.get(i);
            workload.start();
            workload.run(warmUpNs, () -> false);
            workload.rest();
        }
        final List<Sample> samples = new ArrayList<>();
        for (int round = 0; round < roundCount; round++) {
            for (int position = 0; position < targets.size(); position++) {
                final int index = (round + position) % targets.size();
                final Sample sample = measure(targets.get(index), workloads.get(index), round, position);
                report(
                        "%s: round %d of %d, %s: %,.0f a second, %.2f µs each, CPU %.2f µs each%s",
                        rig,
                        round + 1,
                        roundCount,
                        sample.subject(),
                        1e6 / sample.wallUs(),
                        sample.wallUs(),
                        sample.processorUs(),
                        sample.errorCount() == 0
                                ? ""
                                : ", ERRORS: " + workloads.get(index).firstError());
                samples.add(sample);
            }
        }
        return samples;
    }

    private Sample measure(Target target, Workload workload, int round, int position) throws IOException {
        final long errorsBefore = workload.errorCount();
        workload.start();
        workload.run(SETTLE_NS, () -> false);
        final long count = workload.completedCount();
        final long clientNs = ProcessTime.ns(self);
        final long echoNs = ProcessTime.ns(echo);
        final long subjectNs = ProcessTime.ns(target.processIds());
        final long startNs = System.nanoTime();
        workload.run(windowNs, () -> false);
        final long wallNs = System.nanoTime() - startNs;
        final long countDelta = workload.completedCount() - count;
        final long clientDeltaNs = ProcessTime.ns(self) - clientNs;
        final long echoDeltaNs = ProcessTime.ns(echo) - echoNs;
        final long subjectDeltaNs = ProcessTime.ns(target.processIds()) - subjectNs;
        workload.rest();
        return new Sample(
                target.name(),
                round,
                position,
                countDelta,
                wallNs,
                clientDeltaNs,
                echoDeltaNs,
                subjectDeltaNs,
                workload.errorCount() - errorsBefore);
    }

    private void report(String format, Object... arguments) {
        progress.println(String.format(Locale.ROOT, format, arguments));
        progress.flush();
    }
}
