package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The order of the windows, and what a stop leaves of them. */
final class RoundsTest {
    private final List<String> steps = new ArrayList<>();
    private final Stop stop = new Stop();
    private final List<Target> targets = new ArrayList<>();
    private final List<Workload> workloads = new ArrayList<>();
    private int stopAfter = Integer.MAX_VALUE;

    RoundsTest() throws IOException {
        for (final String name : List.of("a", "b", "c")) {
            targets.add(new Target(name, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), List.of()));
            workloads.add(new Recorder(name));
        }
    }

    @AfterEach
    void close() {
        workloads.forEach(Workload::close);
    }

    @Test
    void shouldMeasureEachSubjectOnceInEachRound() throws IOException {
        final Rounds.Outcome outcome = run(3);
        assertEquals(List.of("warm a", "warm b", "warm c"), steps.subList(0, 3));
        for (int round = 0; round < 3; round++) {
            final List<String> measured = new ArrayList<>(steps.subList(3 + 3 * round, 6 + 3 * round));
            Collections.sort(measured);
            assertEquals(List.of("a" + round, "b" + round, "c" + round), measured);
        }
        assertFalse(outcome.isAborted());
        assertEquals(3, outcome.roundCount());
        assertEquals(9, outcome.completeRounds().size());
    }

    @Test
    void shouldOrderTheRoundsDifferentlyAndAlwaysAlike() {
        final int count = 13;
        final Set<String> orders = new HashSet<>();
        final Set<Integer> before = new HashSet<>();
        for (int round = 0; round < 7; round++) {
            final int[] order = Rounds.order(round, count);
            assertArrayEquals(order, Rounds.order(round, count));
            assertArrayEquals(
                    IntStream.range(0, count).toArray(),
                    Arrays.stream(order).sorted().toArray());
            orders.add(Arrays.toString(order));
            for (int i = 1; i < count; i++) {
                if (order[i] == count - 1) {
                    before.add(order[i - 1]);
                }
            }
        }
        assertEquals(7, orders.size());
        assertTrue(before.size() > 3, "the last subject always has the same ones before it: " + before);
    }

    @Test
    void shouldEndTheWindowAndKeepWhatWasMeasuredWhenStopped() throws IOException {
        stopAfter = 3 + 5;
        final Rounds.Outcome outcome = run(3);
        assertTrue(steps.get(steps.size() - 1).endsWith("1"), "the window was ended: " + steps);
        assertTrue(outcome.isAborted());
        assertEquals(1, outcome.roundCount());
        assertEquals(5, outcome.windows().size());
        assertEquals(3, outcome.completeRounds().size());
    }

    @Test
    void shouldMeasureNothingWhenStoppedWhileWarmingUp() throws IOException {
        stopAfter = 2;
        final Rounds.Outcome outcome = run(3);
        assertEquals(List.of("warm a", "warm b"), steps);
        assertEquals(0, outcome.roundCount());
        assertTrue(outcome.isAborted());
    }

    private Rounds.Outcome run(int roundCount) throws IOException {
        return new Rounds(roundCount, 1, 1, List.of(), stop, new PrintWriter(Writer.nullWriter()))
                .run("rig", targets, workloads);
    }

    /** Measures nothing and writes down when it was asked to. */
    private final class Recorder extends Workload {
        private final String name;

        Recorder(String name) throws IOException {
            super(LoadTransport.NIO);
            this.name = name;
        }

        @Override
        void warmUp(long durationNs, BooleanSupplier isDone) {
            step("warm " + name);
        }

        @Override
        Window measure(Meter meter, long windowNs) throws IOException {
            meter.begin();
            meter.end();
            final Sample sample = meter.sample(1, 0, 0, 0);
            step(name + sample.round());
            return new Window(sample, Latencies.histogram(), 0);
        }

        private void step(String step) {
            steps.add(step);
            if (steps.size() == stopAfter) {
                stop.request();
            }
        }
    }
}
