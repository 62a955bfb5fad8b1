package io.fairlead.bench.report;

import io.fairlead.bench.MedianInterval;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The subjects of one rig in one placement, beside each other. Figures of one round are compared with those of the same round
 * alone: a share is a subject's processor time less the direct connection's, a ratio a share over another's. Of all rounds the
 * median is told. A subject with an error or a missed operation in any round is failed: it is no reference for anything.
 *
 * <p><b>Immutable.</b>
 */
final class RigComparison {
    static final String DIRECT = "direct";
    static final String C_REFERENCE = "c-reference";
    static final String C_REFERENCE_SPLICE = "c-reference-splice";

    /** From here on the least that forwards leaves the bytes in the kernel. */
    private static final long LARGE_LENGTH = 64 * 1024;

    private static final double BUSY_LIMIT = 0.97;

    private final RigName rig;
    private final Placement placement;
    private final Map<String, Map<Integer, Window>> subjects = new LinkedHashMap<>();

    private RigComparison(RigName rig, Placement placement) {
        this.rig = rig;
        this.placement = placement;
    }

    /** One for each rig and placement, in the order of the file. */
    static List<RigComparison> of(List<Window> windows) {
        final Map<String, RigComparison> comparisons = new LinkedHashMap<>();
        for (final Window window : windows) {
            comparisons
                    .computeIfAbsent(
                            window.rig().name() + ',' + window.placement(),
                            key -> new RigComparison(window.rig(), window.placement()))
                    .subjects
                    .computeIfAbsent(window.subject(), subject -> new TreeMap<>())
                    .put(window.round(), window);
        }
        return List.copyOf(comparisons.values());
    }

    RigName rig() {
        return rig;
    }

    Placement placement() {
        return placement;
    }

    /** The direct connection, and the others by name: the file has them in the order in which they were measured. */
    Collection<String> subjects() {
        return subjects.keySet().stream()
                .sorted(Comparator.comparing((String subject) -> !subject.equals(DIRECT))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** Rounds of the subject that has the most. */
    int roundCount() {
        return subjects.values().stream().mapToInt(Map::size).max().orElse(0);
    }

    /** How much the interval of a full set of rounds covers. */
    double coverage() {
        final int count = roundCount();
        return MedianInterval.coverage(count, MedianInterval.rank(count));
    }

    /** Whether wall time is a cost: the core never rests, since nothing waits for a clock and all share it. */
    boolean isWallTimeTold() {
        return placement == Placement.ONE_CORE && !rig.isOpenLoop();
    }

    boolean isFailed(String subject) {
        return windows(subject).stream().anyMatch(Window::isFailed);
    }

    long errorCount(String subject) {
        return windows(subject).stream().mapToLong(Window::errorCount).sum();
    }

    long missedCount(String subject) {
        return windows(subject).stream().mapToLong(Window::missedCount).sum();
    }

    /** Payload of an operation, as the first window has it. */
    long bytes() {
        return subjects.values().iterator().next().values().iterator().next().bytes();
    }

    /** A figure of the subject alone; empty when a round counted nothing. */
    Optional<MedianInterval> of(String subject, ToDoubleFunction<Window> measure) {
        return interval(windows(subject).stream().mapToDouble(measure).toArray());
    }

    /** What it adds to a direct connection, by processor time; empty where there is none to compare with. */
    Optional<MedianInterval> share(String subject) {
        return interval(shares(subject, Window::processorUs).values());
    }

    /** The same by wall time. */
    Optional<MedianInterval> wallShare(String subject) {
        return interval(shares(subject, Window::wallUs).values());
    }

    /** The least share's peer, by its median over the rounds: of nginx and HAProxy as configured in any way. */
    Optional<String> bestPeer() {
        return subjects.keySet().stream()
                .filter(subject -> subject.startsWith("nginx") || subject.startsWith("haproxy"))
                .filter(subject -> !isFailed(subject) && share(subject).isPresent())
                .min(Comparator.comparingDouble(
                        subject -> share(subject).orElseThrow().median()));
    }

    /** Whether ratios to the reference in C can be told. */
    boolean hasReference() {
        return subjects.containsKey(C_REFERENCE)
                && !isFailed(C_REFERENCE)
                && share(C_REFERENCE).isPresent();
    }

    /**
     * A subject's share over another's of the same round. Empty when a round's divisor is not above 0: what is lost in the
     * noise divides nothing.
     */
    Optional<MedianInterval> ratio(String subject, String reference) {
        final Map<Integer, Double> divisors = shares(reference, Window::processorUs);
        final Map<Integer, Double> ratios = new TreeMap<>();
        shares(subject, Window::processorUs).forEach((round, share) -> {
            final Double divisor = divisors.get(round);
            if (divisor != null) {
                ratios.put(round, divisor > 0 ? share / divisor : Double.NaN);
            }
        });
        return interval(ratios.values());
    }

    /**
     * The least that forwards, in C, by which totals are measured: the one that splices where messages are large. Empty where it
     * was not measured, or failed.
     */
    Optional<String> leastForwarder() {
        final String name = rig.messageLength() >= LARGE_LENGTH ? C_REFERENCE_SPLICE : C_REFERENCE;
        return Optional.of(name).filter(subjects::containsKey).filter(subject -> !isFailed(subject));
    }

    /** All processor time of an operation, client's and backend's included, over that with another subject in the same round. */
    Optional<MedianInterval> totalRatio(String subject, String reference) {
        final Map<Integer, Window> divisors = subjects.getOrDefault(reference, Map.of());
        final Map<Integer, Double> ratios = new TreeMap<>();
        subjects.getOrDefault(subject, Map.of()).forEach((round, window) -> {
            if (divisors.containsKey(round)) {
                ratios.put(round, window.processorUs() / divisors.get(round).processorUs());
            }
        });
        return interval(ratios.values());
    }

    /** Windows in which the processes had less of their core than they should. */
    long disturbedCount() {
        return all().stream()
                .filter(window -> window.busyFraction() < BUSY_LIMIT)
                .count();
    }

    /** The least part of its core that a window's processes had. */
    double leastBusyFraction() {
        return all().stream().mapToDouble(Window::busyFraction).min().orElse(0);
    }

    int windowCount() {
        return all().size();
    }

    private List<Window> all() {
        return subjects.values().stream()
                .flatMap(windows -> windows.values().stream())
                .toList();
    }

    private Collection<Window> windows(String subject) {
        return subjects.getOrDefault(subject, Map.of()).values();
    }

    private Map<Integer, Double> shares(String subject, ToDoubleFunction<Window> measure) {
        final Map<Integer, Double> shares = new TreeMap<>();
        if (subject.equals(DIRECT) || isFailed(DIRECT)) {
            return shares;
        }
        final Map<Integer, Window> direct = subjects.getOrDefault(DIRECT, Map.of());
        subjects.getOrDefault(subject, Map.of()).forEach((round, window) -> {
            if (direct.containsKey(round)) {
                shares.put(round, measure.applyAsDouble(window) - measure.applyAsDouble(direct.get(round)));
            }
        });
        return shares;
    }

    private static Optional<MedianInterval> interval(Collection<Double> values) {
        return interval(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static Optional<MedianInterval> interval(double... values) {
        return values.length == 0 || !Arrays.stream(values).allMatch(Double::isFinite)
                ? Optional.empty()
                : Optional.of(MedianInterval.of(values));
    }
}
