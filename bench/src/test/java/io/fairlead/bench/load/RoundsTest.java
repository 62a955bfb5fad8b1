package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
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
    void shouldBeginEachRoundWithAnotherSubject() throws IOException {
        final Rounds.Outcome outcome = run(3);
        assertEquals(
                List.of("warm a", "warm b", "warm c", "a0", "b0", "c0", "b1", "c1", "a1", "c2", "a2", "b2"), steps);
        assertFalse(outcome.isAborted());
        assertEquals(3, outcome.roundCount());
        assertEquals(9, outcome.completeRounds().size());
    }

    @Test
    void shouldEndTheWindowAndKeepWhatWasMeasuredWhenStopped() throws IOException {
        stopAfter = 3 + 5;
        final Rounds.Outcome outcome = run(3);
        assertEquals("c1", steps.get(steps.size() - 1));
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
            super(TransportKind.NIO);
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
