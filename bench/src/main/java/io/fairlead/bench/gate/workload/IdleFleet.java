package io.fairlead.bench.gate.workload;

import io.fairlead.bench.gate.Tally;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;

/** 10,000 WebSockets that rest: what opening one takes, a second of time, and a cycle in which no time passes. */
public final class IdleFleet implements Callable<Map<String, Double>> {
    private static final int CONNECTION_COUNT = 10_000;
    private static final int SECOND_COUNT = 10;
    private static final int CYCLES_A_SECOND = 10;
    private static final long CYCLE_NS = 1_000_000_000L / CYCLES_A_SECOND;
    private static final int CYCLE_COUNT = 1000;

    /** No arguments. */
    public IdleFleet() {}

    @Override
    public Map<String, Double> call() throws IOException {
        final Report report = new Report();
        try (SimulatedFleet fleet =
                new SimulatedFleet(1, CONNECTION_COUNT, CONNECTION_COUNT, SimulatedFleet.SMALL_BUFFER_LENGTH)) {
            fleet.begin();
            fleet.open(0, CONNECTION_COUNT);
            report.add("idle-open.reserved-bytes", Tally.reservedLength() / (double) CONNECTION_COUNT);
            fleet.begin();
            for (int i = 0; i < SECOND_COUNT * CYCLES_A_SECOND; i++) {
                fleet.cycle(CYCLE_NS);
            }
            report.add("idle-second", SECOND_COUNT, fleet);
            fleet.begin();
            for (int i = 0; i < CYCLE_COUNT; i++) {
                fleet.cycle(0);
            }
            report.add("idle-cycle", CYCLE_COUNT, fleet);
            if (fleet.activeCount() != CONNECTION_COUNT) {
                throw new IllegalStateException("not all of them rest: " + fleet.activeCount());
            }
        }
        return report.figures();
    }
}
