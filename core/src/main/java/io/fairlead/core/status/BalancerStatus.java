package io.fairlead.core.status;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/** What a balancer lets outsiders see. Every method is <b>thread safe</b> and never touches the loop. */
public final class BalancerStatus {
    private final Counters<LoopCounter> counters = new Counters<>(LoopCounter.class);
    private final AtomicLongArray terminations = new AtomicLongArray(TerminationCause.values().length);
    private volatile List<BackendStatus> backends = List.of();
    private volatile boolean accepting;
    private volatile boolean panicking;

    /** Nothing counted yet. */
    public BalancerStatus() {}

    /**
     * One counter.
     *
     * @param counter which.
     * @return its value now.
     */
    public long count(LoopCounter counter) {
        return counters.get(counter);
    }

    /**
     * How many connections ended for a cause.
     *
     * @param cause which.
     * @return the count.
     */
    public long terminations(TerminationCause cause) {
        return terminations.getAcquire(cause.ordinal());
    }

    /**
     * The configured backends, in the order they were added, then those that were removed and still have connections.
     *
     * @return an immutable snapshot whose statistics are live.
     */
    public List<BackendStatus> backends() {
        return backends;
    }

    /**
     * Whether new connections are taken: from the start until a drain or a close.
     *
     * @return true while they are.
     */
    public boolean accepting() {
        return accepting;
    }

    /**
     * Whether so few backends are well that their health is ignored.
     *
     * @return true while it is.
     */
    public boolean panicking() {
        return panicking;
    }

    /**
     * The writable side. <b>Owned by the loop thread.</b>
     *
     * @return the live counters.
     */
    public Counters<LoopCounter> counters() {
        return counters;
    }

    /**
     * Count an end. <b>Owned by the loop thread.</b>
     *
     * @param cause why.
     */
    public void countTermination(TerminationCause cause) {
        final int index = cause.ordinal();
        terminations.setRelease(index, terminations.getPlain(index) + 1);
    }

    /**
     * Publish the set of backends. <b>Owned by the loop thread.</b>
     *
     * @param snapshot from now on.
     */
    public void backends(List<BackendStatus> snapshot) {
        backends = List.copyOf(snapshot);
    }

    /**
     * Publish whether connections are taken. <b>Owned by the loop thread.</b>
     *
     * @param value from now on.
     */
    public void accepting(boolean value) {
        accepting = value;
    }

    /**
     * Publish whether health is ignored. <b>Owned by the loop thread.</b>
     *
     * @param value from now on.
     */
    public void panicking(boolean value) {
        panicking = value;
    }
}
