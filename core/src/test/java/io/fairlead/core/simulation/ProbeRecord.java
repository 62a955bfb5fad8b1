package io.fairlead.core.simulation;

/** One check of a backend, or question to its agent, as seen at the seam. */
final class ProbeRecord {
    final Incarnation target;
    /** Whether its agent is asked, and not the backend itself. */
    final boolean isOfAgent;

    final long startedNs;
    /** What its events are named by; meaningless as long as it is not registered. */
    long token;

    ProbeRecord(Incarnation target, boolean isOfAgent, long startedNs) {
        this.target = target;
        this.isOfAgent = isOfAgent;
        this.startedNs = startedNs;
    }

    @Override
    public String toString() {
        return (isOfAgent ? "the agent of " : "the check of ") + target;
    }
}
