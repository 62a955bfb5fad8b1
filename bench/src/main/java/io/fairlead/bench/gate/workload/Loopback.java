package io.fairlead.bench.gate.workload;

import io.fairlead.bench.gate.Bytes;
import io.fairlead.bench.gate.Tally;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Messages and lives on epoll, over the loopback interface: what they make core execute, its transport included, and what they
 * make it ask of the C library. Each history is repeated, and the round that took the fewest instructions is told: a packet that
 * came late adds a look in vain, and nothing takes one away.
 */
public final class Loopback implements Callable<Map<String, Double>> {
    private static final int CONNECTION_COUNT = 10;
    private static final int SMALL_LENGTH = 64;
    private static final int LARGE_LENGTH = 128 * 1024;

    /** What every socket on the way takes at once, and more than a small read. */
    private static final int PIECE_LENGTH = 32 * 1024;

    private static final int LIFE_COUNT = 20;
    private static final int ROUND_COUNT = 10;

    private final Map<String, Double> figures = new TreeMap<>();

    /** No arguments. */
    public Loopback() {}

    /** One round of a history. */
    @FunctionalInterface
    private interface History {
        void run(int round);
    }

    @Override
    public Map<String, Double> call() throws IOException {
        try (LoopbackFleet fleet = new LoopbackFleet(CONNECTION_COUNT, CONNECTION_COUNT)) {
            final List<LoopbackFleet.Pair> pairs = new ArrayList<>();
            for (int i = 0; i < CONNECTION_COUNT; i++) {
                pairs.add(fleet.open(i));
            }
            count("small-message", CONNECTION_COUNT, messages(fleet, pairs, SMALL_LENGTH));
            count("large-message", CONNECTION_COUNT, messages(fleet, pairs, LARGE_LENGTH));
        }
        try (LoopbackFleet fleet = new LoopbackFleet(CONNECTION_COUNT, (ROUND_COUNT + 1) * LIFE_COUNT)) {
            count("life", LIFE_COUNT, round -> {
                for (int i = 0; i < LIFE_COUNT; i++) {
                    fleet.end(fleet.open(round * LIFE_COUNT + i));
                }
            });
        }
        return figures;
    }

    /** A message there and back on each WebSocket. */
    private static History messages(LoopbackFleet fleet, List<LoopbackFleet.Pair> pairs, int length) {
        final UnsafeBuffer up = LoopbackFleet.direct(Bytes.ofClient(length));
        final UnsafeBuffer down = LoopbackFleet.direct(Bytes.ofBackend(length));
        return round -> {
            for (final LoopbackFleet.Pair pair : pairs) {
                fleet.send(pair.client(), pair.backend(), up, PIECE_LENGTH);
                fleet.send(pair.backend(), pair.client(), down, PIECE_LENGTH);
            }
        };
    }

    private void count(String name, int operationCount, History history) {
        history.run(0);
        Map<String, Double> least = null;
        for (int round = 1; round <= ROUND_COUNT; round++) {
            Tally.reset();
            history.run(round);
            final Map<String, Double> counted = counted(name, operationCount);
            final String instructions = name + Report.INSTRUCTIONS;
            if (least == null || counted.get(instructions) < least.get(instructions)) {
                least = counted;
            }
        }
        figures.putAll(least);
    }

    private static Map<String, Double> counted(String name, int operationCount) {
        final Report report = new Report();
        report.addTally(name, operationCount);
        Tally.calls().forEach((call, count) -> report.add(name + "." + call, count / (double) operationCount));
        return report.figures();
    }
}
