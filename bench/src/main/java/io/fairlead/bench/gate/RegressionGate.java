package io.fairlead.bench.gate;

import io.fairlead.bench.MedianInterval;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Counts, measures and judges, and says so in words. <b>Owned by one thread.</b> */
final class RegressionGate {
    private static final String COLUMNS = String.format(
            Locale.ROOT, "%-34s %16s %16s %12s", "figure, for one operation", "expected", "found", "change");
    private static final String ADVICE =
            "Profile it. If the change is meant, `java -jar bench/target/fairlead-bench.jar gate --update` writes a new"
                    + " baseline, to be committed with the reason.";

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
        this.baseline = baseline;
        this.out = out;
    }

    /** Count everything that is the same in every run. @return figures by name. */
    Map<String, Double> figures() throws Exception {
        final Map<String, Double> figures = new LinkedHashMap<>(Counts.all(out));
        out.accept("allocating on java.nio");
        figures.put("nio-message.allocated-bytes", LoopAllocation.perMessage(FairleadSubject::new));
        return figures;
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
