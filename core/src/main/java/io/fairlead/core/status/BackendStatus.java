package io.fairlead.core.status;

/**
 * One backend as it was when asked for; its statistics are live. <b>Immutable</b> but for those.
 *
 * @param name the given name, else the canonical {@code address:port}.
 * @param address canonical {@code address:port}, an IPv6 address in brackets.
 * @param weight its share relative to the others'.
 * @param state whether it takes connections.
 * @param stats what was counted.
 */
public record BackendStatus(String name, String address, int weight, BackendState state, BackendStats stats) {
    /**
     * One counter.
     *
     * @param counter which.
     * @return its value now.
     */
    public long count(BackendCounter counter) {
        return stats.counters().get(counter);
    }
}
