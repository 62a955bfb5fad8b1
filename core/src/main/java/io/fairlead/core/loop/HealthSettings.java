package io.fairlead.core.loop;

/**
 * How failures of backends are found and what follows from them. <b>Immutable.</b>
 *
 * @param checks how backends are asked.
 * @param ejections how their connections tell.
 * @param panicThreshold percent of the pool's weight below which health is ignored; 0 for never.
 * @param failback what becomes of pins that were moved.
 * @param endsConnections whether a backend that checks find down loses the connections it has.
 * @param slowStartNs how long a backend that came back has less than its share of new connections, under policies that look
 *     at load; 0 for no time.
 */
public record HealthSettings(
        Checks checks,
        Ejections ejections,
        int panicThreshold,
        Failback failback,
        boolean endsConnections,
        long slowStartNs) {

    /** Nobody is asked, nobody ejected, pins stay where they are. */
    public static final HealthSettings OFF = new HealthSettings(
            new Checks(CheckKind.OFF, 1, 1, 1, 1, 1, true, "GET", "/", null, 200, 399, 1),
            new Ejections(0, 1, 1, 50),
            50,
            Failback.KEEP,
            false,
            0);

    /**
     * Active checks.
     *
     * @param kind what is asked.
     * @param intervalNs from the start of a check to that of the next.
     * @param fastIntervalNs the same while a change is under way.
     * @param timeoutNs for a whole check.
     * @param rise consecutive passes after which a backend that was down is up.
     * @param fall consecutive failures after which a backend that was up is down.
     * @param startsUp whether a backend takes connections before its first check.
     * @param method of a check's request.
     * @param path of a check's request.
     * @param host of a check's request, or null for the backend's address.
     * @param leastStatus first of the statuses that pass an HTTP check.
     * @param mostStatus last of them.
     * @param agentIntervalNs between two questions to an agent.
     */
    public record Checks(
            CheckKind kind,
            long intervalNs,
            long fastIntervalNs,
            long timeoutNs,
            int rise,
            int fall,
            boolean startsUp,
            String method,
            String path,
            String host,
            int leastStatus,
            int mostStatus,
            long agentIntervalNs) {}

    /**
     * Passive ejection.
     *
     * @param afterFailures consecutive failures of connects that eject a backend, and of upgrades that have it checked; 0
     *     for neither.
     * @param baseNs how long the first ejection lasts; each further one twice as long.
     * @param limitNs how long at the most.
     * @param mostPercent of the backends may be ejected at a time.
     */
    public record Ejections(int afterFailures, long baseNs, long limitNs, int mostPercent) {}
}
