package io.fairlead.bench.gate.workload;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;

/** A client that reads 4 KiB in each cycle of messages of 256 KiB: slabs fill and drain many times. An operation is a message. */
public final class SlowReaders implements Callable<Map<String, Double>> {
    private static final int CONNECTION_COUNT = 1;
    private static final int LENGTH = 256 * 1024;
    private static final int BUFFER_LENGTH = 16 * 1024;
    private static final int READ_LIMIT = 4 * 1024;
    private static final int ROUND_COUNT = 20;

    /** No arguments. */
    public SlowReaders() {}

    @Override
    public Map<String, Double> call() throws IOException {
        final Report report = new Report();
        try (SimulatedFleet fleet = new SimulatedFleet(1, CONNECTION_COUNT, CONNECTION_COUNT, BUFFER_LENGTH)) {
            final Messages messages = new Messages(fleet, CONNECTION_COUNT, LENGTH);
            messages.answers(READ_LIMIT);
            fleet.begin();
            for (int i = 0; i < ROUND_COUNT; i++) {
                messages.answers(READ_LIMIT);
            }
            final int operationCount = CONNECTION_COUNT * ROUND_COUNT;
            if (fleet.seamCount(SeamCall.SET_INTEREST) < 2 * operationCount) {
                throw new IllegalStateException("nobody was held back: this workload misses what it is for");
            }
            report.add("slow-reader", operationCount, fleet);
        }
        return report.figures();
    }
}
