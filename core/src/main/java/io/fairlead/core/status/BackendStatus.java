package io.fairlead.core.status;

/**
 * One backend as it was when asked for; its statistics are live. <b>Immutable</b> but for those.
 *
 * @param name the given name, else the canonical {@code address:port}.
 * @param address canonical {@code address:port}, an IPv6 address in brackets.
 * @param weight its share relative to the others', as configured.
 * @param weightPercent what its agent makes of its weight; 100 without one.
 * @param connectionLimit most connections it may have; 0 for any number.
 * @param backup whether it only serves where the others do not suffice.
 * @param state whether it takes connections.
 * @param well whether checks, agent and connects find it well, whatever its state says besides.
 * @param reason why it is in that state, one clause; empty while nothing happened.
 * @param sinceMs since when, milliseconds since 1970.
 * @param stats what was counted.
 */
public record BackendStatus(
        String name,
        String address,
        int weight,
        int weightPercent,
        int connectionLimit,
        boolean backup,
        BackendState state,
        boolean well,
        String reason,
        long sinceMs,
        BackendStats stats) {
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
