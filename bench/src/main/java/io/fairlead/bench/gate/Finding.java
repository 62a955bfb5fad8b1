package io.fairlead.bench.gate;

import java.util.Locale;

/**
 * A figure beside what the baseline says. <b>Immutable.</b>
 *
 * @param figure its name.
 * @param expected the baseline's; not a number if it has none.
 * @param found what was counted; not a number if it was not.
 * @param verdict what to make of it.
 */
record Finding(String figure, double expected, double found, Verdict verdict) {
    /** What a figure means for the gate. */
    enum Verdict {
        /** Within the tolerance. */
        SAME,
        /** Less than the tolerance allows: the baseline should be told. */
        BETTER,
        /** So much less that it looks as if it had not been counted: the baseline has to be told. */
        LOST,
        /** More than the tolerance allows. */
        WORSE,
        /** The baseline does not know this figure. */
        UNKNOWN,
        /** The baseline knows it, and it was not counted. */
        MISSING
    }

    /** Whether the gate stays shut. */
    boolean fails() {
        return verdict != Verdict.SAME && verdict != Verdict.BETTER;
    }

    /** The change in per cent, or why there is none. */
    String change() {
        return switch (verdict) {
            case UNKNOWN -> "unknown";
            case MISSING -> "missing";
            default ->
                expected == 0
                        ? found == 0 ? "0 %" : "from none"
                        : String.format(Locale.ROOT, "%+.2f %%", 100 * (found - expected) / expected);
        };
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-34s %16s %16s %12s  %s",
                figure,
                Baseline.text(expected),
                Baseline.text(found),
                change(),
                verdict);
    }
}
