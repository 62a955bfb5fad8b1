package io.fairlead.bench.gate.workload;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;

/** Connections from the first packet to the last, each of another client; an operation is one life. */
public final class Lives implements Callable<Map<String, Double>> {
    private static final int CONNECTION_LIMIT = 100;
    private static final int LIFE_COUNT = 1000;
    private static final int WARMUP_COUNT = 10;

    /** No arguments. */
    public Lives() {}

    @Override
    public Map<String, Double> call() throws IOException {
        final Report report = new Report();
        try (SimulatedFleet fleet = new SimulatedFleet(
                1, CONNECTION_LIMIT, LIFE_COUNT + WARMUP_COUNT, SimulatedFleet.SMALL_BUFFER_LENGTH)) {
            live(fleet, 0, WARMUP_COUNT);
            fleet.begin();
            live(fleet, WARMUP_COUNT, LIFE_COUNT);
            report.add("life", LIFE_COUNT, fleet);
        }
        return report.figures();
    }

    private static void live(SimulatedFleet fleet, int firstClient, int count) {
        for (int i = 0; i < count; i++) {
            fleet.end(fleet.open(firstClient + i));
        }
    }
}
