package io.fairlead.bench.gate.workload;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;

/** Messages of 128 KiB, 20 at a time, on sockets that hold one; an operation is one there and back. */
public final class LargeMessages implements Callable<Map<String, Double>> {
    private static final int CONNECTION_COUNT = 20;
    private static final int LENGTH = 128 * 1024;
    private static final int BUFFER_LENGTH = 256 * 1024;
    private static final int ROUND_COUNT = 10;

    /** No arguments. */
    public LargeMessages() {}

    @Override
    public Map<String, Double> call() throws IOException {
        final Report report = new Report();
        try (SimulatedFleet fleet = new SimulatedFleet(1, CONNECTION_COUNT, CONNECTION_COUNT, BUFFER_LENGTH)) {
            final Messages messages = new Messages(fleet, CONNECTION_COUNT, LENGTH);
            messages.roundTrips(1);
            fleet.begin();
            messages.roundTrips(ROUND_COUNT);
            report.add("large-message", CONNECTION_COUNT * ROUND_COUNT, fleet);
        }
        return report.figures();
    }
}
