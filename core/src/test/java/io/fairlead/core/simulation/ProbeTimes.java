package io.fairlead.core.simulation;

/** When a backend was last checked, or its agent asked. */
final class ProbeTimes {
    boolean hasStarted;
    long startedNs;
    /** It is under way. */
    boolean isOpen;
}
