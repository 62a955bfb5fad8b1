package io.fairlead.core.simulation;

import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Side;
import io.fairlead.core.transport.Transport;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What histories have reached, so that it shows if they stop reaching something. */
final class Coverage {
    private static final String[] PHASES = {"FREE", "PEEKING", "CONNECTING", "FORWARDING", "LINGERING"};

    /** From and to, by phase: every edge of the picture in {@code loop/package-info.java}. */
    private static final int[][] EDGES = {
        {1, 2}, {1, 4}, {1, 0}, {2, 2}, {2, 3}, {2, 4}, {2, 0}, {3, 2}, {3, 4}, {3, 0}, {4, 0}
    };

    private static final String[] OUTCOMES = {
        "pending", "done", null, "refused", "timed out", "unreachable", "local resource", "no port"
    };

    /** No history has limits of backends or sources yet: AdmissionTest has. */
    private static final Set<TerminationCause> IS_OF_LIMITS = EnumSet.of(
            TerminationCause.SOURCE_CONNECTIONS, TerminationCause.SOURCE_RATE, TerminationCause.BACKENDS_FULL);

    private final long[][] transitions = new long[PHASES.length][PHASES.length];
    private final long[] outcomes = new long[OUTCOMES.length];
    private final Map<TerminationCause, Long> ends = new EnumMap<>(TerminationCause.class);
    private final Map<LoopCounter, Long> counters = new EnumMap<>(LoopCounter.class);
    private final long[] splices = new long[Splice.values().length];
    private long staleEventCount;
    private long waitCount;
    private long calmClientCount;

    void onTransition(int from, int to) {
        transitions[from][to]++;
    }

    void onConnectOutcome(int outcome) {
        outcomes[outcome >= 0 ? outcome : 1 - outcome]++;
    }

    void onEnd(TerminationCause cause) {
        ends.merge(cause, 1L, Long::sum);
    }

    void onSplice(Splice what) {
        splices[what.ordinal()]++;
    }

    /** A pipe was filled. */
    void onFill(int direction, boolean isTracked) {
        if (direction == Side.CLIENT_TO_BACKEND) {
            onSplice(isTracked ? Splice.TRACKED_UP : Splice.UNTRACKED_UP);
        } else {
            onSplice(isTracked ? Splice.TRACKED_DOWN : Splice.UNTRACKED_DOWN);
        }
    }

    void onStaleEvent() {
        staleEventCount++;
    }

    void onWait() {
        waitCount++;
    }

    void onCalmClient() {
        calmClientCount++;
    }

    void onHistory(BalancerStatus status) {
        for (final LoopCounter counter : LoopCounter.values()) {
            counters.merge(counter, status.count(counter), Long::sum);
        }
    }

    /** What no history has reached yet, of what all of them together should. */
    List<String> missing() {
        final List<String> missing = new ArrayList<>();
        for (final TerminationCause cause : TerminationCause.values()) {
            if (!ends.containsKey(cause) && !IS_OF_LIMITS.contains(cause)) {
                missing.add("end " + cause);
            }
        }
        for (final int[] edge : EDGES) {
            if (transitions[edge[0]][edge[1]] == 0) {
                missing.add("transition " + PHASES[edge[0]] + " to " + PHASES[edge[1]]);
            }
        }
        for (int i = 1; i < OUTCOMES.length; i++) {
            if (outcomes[i] == 0 && OUTCOMES[i] != null && i != 1 - Transport.CONNECT_TIMED_OUT) {
                missing.add("connect outcome " + OUTCOMES[i]);
            }
        }
        for (final Map.Entry<LoopCounter, Long> counter : counters.entrySet()) {
            if (counter.getValue() == 0 && isGrowing(counter.getKey())) {
                missing.add("counter " + counter.getKey());
            }
        }
        for (final Splice what : Splice.values()) {
            if (splices[what.ordinal()] == 0) {
                missing.add("splice " + what);
            }
        }
        if (staleEventCount == 0 || waitCount == 0 || calmClientCount == 0) {
            missing.add(
                    "stale events " + staleEventCount + ", waits " + waitCount + ", calm clients " + calmClientCount);
        }
        return missing;
    }

    private static boolean isGrowing(LoopCounter counter) {
        return switch (counter) {
            case CONNECTIONS_ACTIVE, LINGERING_ACTIVE, WEBSOCKETS_ACTIVE, SLABS_OUT, PIPES_OUT, PINS_HELD, PINS_LIVE ->
                false;
            // These must not be reached: pins hold, and whoever takes the events keeps up.
            case MISPINS, EVENTS_LOST, NOTICES_LOST -> false;
            // No history has limits of backends or sources yet: AdmissionTest and HotSourcesTest have.
            case AFFINITY_OVERFLOW, AFFINITY_HOT, HOT_SOURCES_ACTIVE -> false;
            default -> true;
        };
    }

    /** All of it, as text. */
    String report() {
        final StringBuilder text = new StringBuilder("ends by cause:");
        for (final TerminationCause cause : TerminationCause.values()) {
            text.append(' ').append(cause).append(' ').append(ends.getOrDefault(cause, 0L));
        }
        text.append(String.format("%ntransitions:"));
        for (final int[] edge : EDGES) {
            text.append(' ')
                    .append(PHASES[edge[0]])
                    .append('>')
                    .append(PHASES[edge[1]])
                    .append(' ')
                    .append(transitions[edge[0]][edge[1]]);
        }
        text.append(String.format("%ncounters:"));
        counters.forEach(
                (counter, value) -> text.append(' ').append(counter).append(' ').append(value));
        text.append(String.format("%nsplices:"));
        for (final Splice what : Splice.values()) {
            text.append(' ').append(what).append(' ').append(splices[what.ordinal()]);
        }
        return text.append(String.format(
                        "%nstale events %d, waits for a slab %d, clients of calm histories %d",
                        staleEventCount, waitCount, calmClientCount))
                .toString();
    }
}
