package io.fairlead.bench.gate.workload;

import io.fairlead.bench.gate.Tally;
import java.util.LinkedHashMap;
import java.util.Map;

/** Figures by name, each for one operation, in the order they were added. <b>Owned by one thread.</b> */
final class Report {
    /** How names of counts of instructions end. */
    static final String INSTRUCTIONS = ".instructions";

    private final Map<String, Double> figures = new LinkedHashMap<>();

    /**
     * Add what was counted since the fleet was told to begin.
     *
     * @param name of the operation.
     * @param operationCount how many there were.
     * @param fleet that counted.
     */
    void add(String name, int operationCount, SimulatedFleet fleet) {
        addTally(name, operationCount);
        for (final SeamCall call : SeamCall.values()) {
            figures.put(name + "." + call.figureName(), fleet.seamCount(call) / (double) operationCount);
        }
    }

    /** Add what {@link Tally} counted since it was reset. */
    void addTally(String name, int operationCount) {
        figures.put(name + INSTRUCTIONS, Tally.instructions() / (double) operationCount);
        figures.put(name + ".allocations", Tally.allocations() / (double) operationCount);
        figures.put(name + ".reserved-bytes", Tally.reservedLength() / (double) operationCount);
        figures.put(name + ".copied-bytes", Tally.copiedLength() / (double) operationCount);
    }

    /** Add one figure. */
    void add(String name, double value) {
        figures.put(name, value);
    }

    Map<String, Double> figures() {
        return figures;
    }
}
