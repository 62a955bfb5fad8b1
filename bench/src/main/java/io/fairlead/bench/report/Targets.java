package io.fairlead.bench.report;

import io.fairlead.bench.MedianInterval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the project wants Fairlead to cost at most, on each of its transports, beside what a run found. A ratio's target is met when
 * the upper end of its interval is, and only an interval that holds the true median with 95 % says so. <b>Immutable.</b>
 */
public final class Targets {
    private static final double WANTED_COVERAGE = 0.95;

    /** Sizes of herds without which a slope tells little. */
    private static final int HERD_COUNT = 4;

    private static final Pattern SUBJECT = Pattern.compile("fairlead-(epoll|nio)-\\d+");
    private static final String ALLOCATED = "allocated bytes a message, ";

    /** The JDK clears direct memory, and thereby touches the tables, when they are made: no slope has them in it. */
    private static final String SLOT = "table bytes a slot";

    private static final String NOTHING = "–";

    private static final List<ShareLimit> SHARES = List.of(
            new ShareLimit("rtt-64x100", 0.87, 1.05),
            new ShareLimit("rtt-131072x20", 0.55, 1.2),
            new ShareLimit("churn-20", 1.05, 1.35));

    /** Of everything on the core, client and backend included, over the same with the least forwarder in C; epoll alone. */
    private static final double TOTAL_LIMIT = 1.05;

    private static final double EPOLL_MEMORY_LIMIT = 800;
    private static final double NIO_MEMORY_LIMIT = 4096;

    private final List<Row> rows;

    private Targets(List<Row> rows) {
        this.rows = List.copyOf(rows);
    }

    /** A rig, and most that a share may be of the best peer's. */
    private record ShareLimit(String rig, double epollLimit, double nioLimit) {
        double limit(boolean isEpoll) {
            return isEpoll ? epollLimit : nioLimit;
        }
    }

    /** A line of the table. */
    private record Row(String subject, String what, String limit, String found, String verdict) {}

    /**
     * Of a folder of results, whatever it is called.
     *
     * @param folder with any of {@code samples.csv}, {@code memory.csv} and {@code environment.txt}.
     * @return without lines for what was not measured.
     * @throws IOException if a file cannot be read, or is not of its form.
     */
    public static Targets of(Path folder) throws IOException {
        final Path samples = folder.resolve("samples.csv");
        final Path memory = folder.resolve("memory.csv");
        return of(
                Files.exists(samples) ? RigComparison.of(Window.read(samples)) : List.of(),
                Files.exists(memory) ? MemoryPoint.read(memory) : List.of(),
                Environment.read(folder));
    }

    static Targets of(Run run) {
        return of(run.comparisons(), run.memory(), run.environment());
    }

    private static Targets of(List<RigComparison> comparisons, List<MemoryPoint> memory, Environment environment) {
        final List<Row> rows = new ArrayList<>();
        for (final ShareLimit share : SHARES) {
            comparisons.stream()
                    .filter(comparison -> comparison.placement() == Placement.ONE_CORE)
                    .filter(comparison -> comparison.rig().name().equals(share.rig()))
                    .forEach(comparison -> addRatios(rows, comparison, share));
        }
        final List<String> subjects =
                memory.stream().map(MemoryPoint::subject).distinct().sorted().toList();
        for (final String subject : subjects) {
            if (SUBJECT.matcher(subject).matches()) {
                addMemory(rows, subject, memory, environment);
            }
        }
        environment.values().forEach((key, value) -> {
            if (key.startsWith(ALLOCATED) && value.matches("\\d+(\\.\\d+)?")) {
                final String subject = key.substring(ALLOCATED.length());
                final double bytes = Double.parseDouble(value);
                rows.add(new Row(
                        subject,
                        "bytes allocated for a forwarded message",
                        "0",
                        Figures.plain(bytes),
                        verdict(bytes, 0)));
            }
        });
        return new Targets(rows);
    }

    /** Whether nothing was measured that there is a target for. */
    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The table, with what is to be known of it; or that there is none. */
    public String markdown() {
        if (rows.isEmpty()) {
            return "Nothing was measured that there is a target for.\n";
        }
        final Markdown page = new Markdown();
        page.table(
                List.of("subject", "figure", "target: at most", "found", "verdict"),
                rows.stream()
                        .map(row -> List.of(
                                Markdown.escape(row.subject()),
                                Markdown.escape(row.what()),
                                row.limit(),
                                row.found(),
                                row.verdict()))
                        .toList());
        page.paragraph(
                "Everything on one core. A ratio is of figures of the same round; its target is met when the upper end of"
                        + " its interval is, and nothing is said where the interval has less than 95 %. Memory is the slope over the herds,"
                        + " behind a full collection, without an interval, and what the tables take for a slot, which the process has"
                        + " from its start on.");
        return page.toString();
    }

    private static void addRatios(List<Row> rows, RigComparison comparison, ShareLimit share) {
        final String title = comparison.rig().title();
        for (final String subject : comparison.subjects()) {
            final Matcher matcher = SUBJECT.matcher(subject);
            if (!matcher.matches()) {
                continue;
            }
            final boolean isEpoll = matcher.group(1).equals("epoll");
            comparison
                    .bestPeer()
                    .ifPresent(peer -> rows.add(row(
                            comparison,
                            subject,
                            title + ": share / " + peer + "'s",
                            share.limit(isEpoll),
                            comparison.ratio(subject, peer))));
            if (isEpoll) {
                comparison
                        .leastForwarder()
                        .ifPresent(least -> rows.add(row(
                                comparison,
                                subject,
                                title + ": CPU of all / " + least + "'s",
                                TOTAL_LIMIT,
                                comparison.totalRatio(subject, least))));
            }
        }
    }

    private static Row row(
            RigComparison comparison, String subject, String what, double limit, Optional<MedianInterval> ratio) {
        if (comparison.isFailed(subject) || ratio.isEmpty()) {
            return new Row(subject, what, Figures.plain(limit), NOTHING, "**not met**: it failed, or noise hid it");
        }
        final MedianInterval found = ratio.orElseThrow();
        final String text = String.format(Locale.ROOT, "%.3f (%.3f–%.3f)", found.median(), found.low(), found.high());
        return new Row(
                subject,
                what,
                Figures.plain(limit),
                text,
                found.coverage() < WANTED_COVERAGE ? "too few rounds" : verdict(found.high(), limit));
    }

    private static void addMemory(List<Row> rows, String subject, List<MemoryPoint> memory, Environment environment) {
        final List<MemoryPoint> points =
                memory.stream().filter(point -> point.subject().equals(subject)).toList();
        final long sizes =
                points.stream().map(MemoryPoint::connectionCount).distinct().count();
        final double limit = subject.startsWith("fairlead-epoll-") ? EPOLL_MEMORY_LIMIT : NIO_MEMORY_LIMIT;
        final double bytes = MemoryPoint.slope(points, MemoryPoint::pssKib);
        if (Double.isNaN(bytes)) {
            return;
        }
        final String slot = environment.value(SLOT);
        final boolean isSlotKnown = slot.matches("\\d+(\\.\\d+)?");
        final double all = bytes + (isSlotKnown ? Double.parseDouble(slot) : 0);
        rows.add(new Row(
                subject,
                "bytes of process memory for an idle WebSocket, with its slot of the table",
                Figures.plain(limit),
                isSlotKnown
                        ? String.format(Locale.ROOT, "%,.0f: %,.0f and %s of table", all, bytes, slot)
                        : String.format(Locale.ROOT, "%,.0f and its slot", bytes),
                sizes < HERD_COUNT ? "too few herds" : isSlotKnown || bytes > limit ? verdict(all, limit) : NOTHING));
    }

    private static String verdict(double most, double limit) {
        return most <= limit ? "met" : "**not met**";
    }
}
