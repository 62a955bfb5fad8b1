package io.fairlead.core.simulation.mutation;

import java.util.Locale;

/**
 * What became of a seeded defect. <b>Immutable.</b>
 *
 * @param outcome what.
 * @param seconds of simulation until it was found, else 0.
 * @param histories simulated until it was found, else 0.
 * @param detail what the simulation saw, or went wrong; one line.
 */
record Verdict(Outcome outcome, double seconds, long histories, String detail) {
    /** What can become of it. */
    enum Outcome {
        /** The simulation told which invariant was violated. */
        FOUND,
        /** The simulation found nothing in its time. */
        NOT_FOUND,
        /** The simulation did not end in time, and was ended. */
        HUNG,
        /** The simulation ended without saying that it found something, or that it did not. */
        CRASHED,
        /** The patch does not fit the code as it is now. */
        NOT_APPLIED,
    }

    static Verdict of(Outcome outcome, String detail) {
        return new Verdict(outcome, 0, 0, detail);
    }

    boolean isFound() {
        return outcome == Outcome.FOUND;
    }

    @Override
    public String toString() {
        return switch (outcome) {
            case FOUND ->
                String.format(Locale.ROOT, "found after %.1f s, %d histories: %s", seconds, histories, detail);
            case NOT_FOUND -> "NOT FOUND";
            case HUNG -> "HUNG " + detail;
            case CRASHED -> "CRASHED " + detail;
            case NOT_APPLIED -> "NOT APPLIED: " + detail;
        };
    }
}
