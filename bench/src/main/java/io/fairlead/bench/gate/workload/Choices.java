package io.fairlead.bench.gate.workload;

import io.fairlead.core.status.LoopCounter;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;

/** Clients that come back among 100,000 pins and 100 backends, and clients that are new; an operation is one life. */
public final class Choices implements Callable<Map<String, Double>> {
    private static final int BACKEND_COUNT = 100;
    private static final int PIN_COUNT = 100_000;
    private static final int CONNECTION_LIMIT = 100;
    private static final int LIFE_COUNT = 1000;

    /** An odd step through the pins, so that those who come back are of every age. */
    private static final int STRIDE = 97;

    /** No arguments. */
    public Choices() {}

    @Override
    public Map<String, Double> call() throws IOException {
        final Report report = new Report();
        try (SimulatedFleet fleet = new SimulatedFleet(
                BACKEND_COUNT, CONNECTION_LIMIT, PIN_COUNT + LIFE_COUNT, SimulatedFleet.SMALL_BUFFER_LENGTH)) {
            for (int i = 0; i < PIN_COUNT; i++) {
                fleet.end(fleet.open(i));
            }
            final long pinnedBefore = fleet.count(LoopCounter.AFFINITY_PIN);
            fleet.begin();
            for (int i = 0; i < LIFE_COUNT; i++) {
                fleet.end(fleet.open(i * STRIDE));
            }
            report.add("pinned-life", LIFE_COUNT, fleet);
            if (fleet.count(LoopCounter.AFFINITY_PIN) - pinnedBefore != LIFE_COUNT) {
                throw new IllegalStateException("not all who came back were pinned");
            }
            fleet.begin();
            for (int i = 0; i < LIFE_COUNT; i++) {
                fleet.end(fleet.open(PIN_COUNT + i));
            }
            report.add("owner-life", LIFE_COUNT, fleet);
        }
        return report.figures();
    }
}
