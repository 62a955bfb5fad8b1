package io.fairlead.bench.gate.workload;

import io.fairlead.bench.gate.Tally;
import io.fairlead.core.table.PinTable;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;

/** What the tables take: for a slot more, and for a pin. */
public final class Memory implements Callable<Map<String, Double>> {
    private static final int SLOT_COUNT = 10_000;
    private static final int PIN_COUNT = 1 << 16;

    /** No arguments. */
    public Memory() {}

    @Override
    public Map<String, Double> call() throws IOException {
        final Report report = new Report();
        // The first one loads classes, whose own constants are not to be counted.
        reservedLength(1);
        final long once = reservedLength(SLOT_COUNT);
        final long twice = reservedLength(2 * SLOT_COUNT);
        report.add("memory.bytes-per-slot", (twice - once) / (double) SLOT_COUNT);
        Tally.reset();
        Tally.resume();
        final PinTable pins = new PinTable(PIN_COUNT, 1);
        for (int i = 0; i < PIN_COUNT; i++) {
            pins.insert(0, 0, i, 0);
        }
        Tally.pause();
        if (pins.heldCount() != PIN_COUNT) {
            throw new IllegalStateException("not all pins are held: " + pins.heldCount());
        }
        report.add("memory.bytes-per-pin", Tally.reservedLength() / (double) PIN_COUNT);
        return report.figures();
    }

    private static long reservedLength(int connectionLimit) throws IOException {
        Tally.reset();
        new SimulatedFleet(1, connectionLimit, 1, SimulatedFleet.SMALL_BUFFER_LENGTH).close();
        Tally.pause();
        return Tally.reservedLength();
    }
}
