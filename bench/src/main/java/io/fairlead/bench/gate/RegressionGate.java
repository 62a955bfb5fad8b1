package io.fairlead.bench.gate;

import io.fairlead.bench.MedianInterval;
import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Counts, measures and judges, and says so in words. <b>Owned by one thread.</b> */
final class RegressionGate {
    private static final String COLUMNS = String.format(
            Locale.ROOT, "%-34s %16s %16s %12s", "figure, for one operation", "expected", "found", "change");
    private static final String ADVICE =
            "Profile it. If the change is meant, `java -jar bench/target/fairlead-bench.jar gate --update` writes a new"
                    + " baseline, to be committed with the reason.";

    /** How figures begin that were counted on epoll. */
    private static final String EPOLL = "epoll.";

    private final Baseline baseline;
    private final Consumer<String> out;
    private boolean isPassed = true;

    /**
     * A gate that has seen nothing yet.
     *
     * @param baseline to judge by.
     * @param out told what happens, a line at a time.
     */
    RegressionGate(Baseline baseline, Consumer<String> out) {
        this.baseline = baseline.without(notCountedHere());
        this.out = out;
    }

    /** Tells the figures, by name, that only other machines or JDKs can count. */
    static Predicate<String> notCountedHere() {
        final boolean isCounted = EpollTransport.whyUnavailable() == null;
        return figure -> !isCounted && figure.startsWith(EPOLL);
    }

    /** Count everything that is the same in every run. @return figures by name. */
    Map<String, Double> figures() throws Exception {
        final Map<String, Double> figures = new LinkedHashMap<>(Counts.all(out));
        out.accept("allocating on java.nio");
        figures.put("nio-message.allocated-bytes", LoopAllocation.perMessage(FairleadSubject::onNio));
        final String why = EpollTransport.whyUnavailable();
        if (why == null) {
            addEpoll(figures);
        } else {
            out.accept("left out: all figures " + EPOLL + "*: " + why);
        }
        return figures;
    }

    private void addEpoll(Map<String, Double> figures) throws Exception {
        out.accept("counting and allocating on epoll");
        // By name, as those stand that a JVM without epoll has to leave as they are.
        final Map<String, Double> counted = new TreeMap<>();
        Counts.ofEpoll((name, next) -> next).forEach((figure, found) -> counted.put(EPOLL + figure, found));
        counted.put(EPOLL + "message.allocated-bytes", LoopAllocation.perMessage(FairleadSubject::onEpoll));
        figures.putAll(counted);
    }

    /** Judge figures. @return this. */
    RegressionGate judge(Map<String, Double> figures) {
        final List<Finding> findings = baseline.compare(figures);
        final List<Finding> failing = findings.stream().filter(Finding::fails).toList();
        final List<Finding> better = findings.stream()
                .filter(finding -> finding.verdict() == Finding.Verdict.BETTER)
                .toList();
        out.accept(String.format(
                Locale.ROOT,
                "%d figures: %d as expected, %d better, %d worse or not comparable",
                findings.size(),
                findings.size() - better.size() - failing.size(),
                better.size(),
                failing.size()));
        if (!failing.isEmpty()) {
            isPassed = false;
            tell(failing);
            out.accept("FAIL: an operation takes more than it did. " + ADVICE);
        }
        if (!better.isEmpty()) {
            tell(better);
            out.accept("An operation takes less than it did: `gate --update` keeps that from being lost unseen.");
        }
        return this;
    }

    private void tell(List<Finding> findings) {
        out.accept(COLUMNS);
        findings.forEach(finding -> out.accept(finding.toString()));
    }

    /**
     * Judge the CPU time of a subject by that of a plain forwarder.
     *
     * @param subject normally {@link FairleadSubject}.
     * @return this.
     */
    RegressionGate judgeRatio(Subject.Factory subject) throws IOException {
        out.accept("CPU time for a small message, beside a plain forwarder's");
        final MedianInterval ratio = Ratio.of(subject, PlainForwarder::new);
        final String told = String.format(
                Locale.ROOT, "CPU time over a plain forwarder's: %s, limit %.2f", ratio, baseline.ratioLimit());
        switch (Ratio.verdict(ratio, baseline.ratioLimit())) {
            case ABOVE -> {
                isPassed = false;
                out.accept(told);
                out.accept("FAIL: the whole interval is above the limit. Profile the loop on java.nio.");
            }
            case UNDECIDED -> out.accept(told + ": too noisy to say whether it is above, which fails nothing");
            default -> out.accept(told);
        }
        return this;
    }

    /** Whether nothing was judged worse. */
    boolean isPassed() {
        return isPassed;
    }
}
