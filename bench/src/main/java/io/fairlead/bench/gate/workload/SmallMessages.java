package io.fairlead.bench.gate.workload;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;

/** Messages of 64 bytes, 100 at a time; an operation is one there and back. */
public final class SmallMessages implements Callable<Map<String, Double>> {
    private static final int CONNECTION_COUNT = 100;
    private static final int LENGTH = 64;
    private static final int ROUND_COUNT = 50;

    /** No arguments. */
    public SmallMessages() {}

    @Override
    public Map<String, Double> call() throws IOException {
        final Report report = new Report();
        try (SimulatedFleet fleet =
                new SimulatedFleet(1, CONNECTION_COUNT, CONNECTION_COUNT, SimulatedFleet.SMALL_BUFFER_LENGTH)) {
            final Messages messages = new Messages(fleet, CONNECTION_COUNT, LENGTH);
            messages.roundTrips(1);
            fleet.begin();
            messages.roundTrips(ROUND_COUNT);
            report.add("small-message", CONNECTION_COUNT * ROUND_COUNT, fleet);
        }
        return report.figures();
    }
}
