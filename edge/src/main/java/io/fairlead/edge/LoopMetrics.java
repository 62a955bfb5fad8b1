package io.fairlead.edge;

import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import java.util.Locale;

/** The metrics of a balancer as a whole. */
final class LoopMetrics {
    private record Family(LoopCounter counter, String name, String help) {}

    private static final Family[] FAMILIES = {
        new Family(LoopCounter.ACCEPTED, "fairlead_connections_accepted_total", "Connections accepted."),
        new Family(LoopCounter.CONNECTIONS_ACTIVE, "fairlead_connections_active", "Connections in the table."),
        new Family(
                LoopCounter.LINGERING_ACTIVE,
                "fairlead_connections_lingering",
                "Connections answered by the balancer that wait for the client to close."),
        new Family(LoopCounter.WEBSOCKETS_ACTIVE, "fairlead_websockets_active", "Connections past a verified 101."),
        new Family(LoopCounter.UPGRADES, "fairlead_upgrades_total", "Upgrades answered with a verified 101."),
        new Family(
                LoopCounter.ACCEPT_PAUSES,
                "fairlead_accept_pauses_total",
                "Times accepting paused because the table or the peek pool was full."),
        new Family(
                LoopCounter.LOCAL_RESOURCE_BACKOFFS,
                "fairlead_local_resource_backoffs_total",
                "Times accepting or connecting backed off for lack of descriptors or ports."),
        new Family(
                LoopCounter.RETRIES,
                "fairlead_retries_total",
                "Attempts that failed and were followed by another one the client did not notice."),
        new Family(
                LoopCounter.BYTES_ORIGINATED,
                "fairlead_originated_bytes_total",
                "Bytes the balancer itself made up and wrote."),
        new Family(
                LoopCounter.BYTES_REPLAYED,
                "fairlead_replayed_bytes_total",
                "Bytes of requests written again to another backend."),
        new Family(
                LoopCounter.BYTES_DISCARDED, "fairlead_discarded_bytes_total", "Bytes read and never to be written."),
        new Family(LoopCounter.SLABS_OUT, "fairlead_slabs_in_use", "Slabs and peek slabs in use."),
        new Family(
                LoopCounter.SLAB_WAITS,
                "fairlead_slab_waits_total",
                "Times a direction waited for a free slab before it could be read."),
        new Family(
                LoopCounter.PIPES_OUT, "fairlead_pipes_in_use", "Pipes with bytes that their sink did not take yet."),
        new Family(
                LoopCounter.BYTES_SPLICED,
                "fairlead_spliced_bytes_total",
                "Bytes that passed from socket to socket through a pipe; they are among those read and written, too."),
        new Family(LoopCounter.PINS_HELD, "fairlead_pins", "Pins in the table."),
        new Family(LoopCounter.PINS_LIVE, "fairlead_pins_live", "Pins with at least one connection."),
        new Family(
                LoopCounter.PINS_EXPIRED,
                "fairlead_pins_expired_total",
                "Pins dropped because their client stayed away longer than the pin time-out."),
        new Family(
                LoopCounter.PINS_EVICTED,
                "fairlead_pins_evicted_total",
                "Pins dropped to make room for another client's."),
        new Family(
                LoopCounter.PINS_REFUSED,
                "fairlead_pins_refused_total",
                "Connections forwarded without a pin because the table was full of live ones."),
        new Family(
                LoopCounter.MISPINS,
                "fairlead_mispins_total",
                "Connections that went elsewhere although their client had a usable pin; must stay 0."),
        new Family(
                LoopCounter.HOT_SOURCES_ACTIVE,
                "fairlead_hot_sources",
                "Clients with more connections than one backend should bear; their new ones are spread."),
        new Family(
                LoopCounter.PANICS,
                "fairlead_panics_total",
                "Times so few backends were well that their health was ignored."),
        new Family(
                LoopCounter.NOTICES_LOST, "fairlead_notices_lost_total", "Lines for the operator that were dropped."),
        new Family(
                LoopCounter.TRACKING_LOST,
                "fairlead_tracking_lost_total",
                "Directions whose bytes stopped being WebSocket frames."),
        new Family(LoopCounter.CYCLES, "fairlead_cycles_total", "Duty cycles of the loop."),
        new Family(
                LoopCounter.STALE_EVENTS,
                "fairlead_stale_events_total",
                "Socket events whose connection had already ended."),
        new Family(
                LoopCounter.EVENTS_LOST,
                "fairlead_events_lost_total",
                "Connection events dropped because the access log did not keep up."),
        new Family(
                LoopCounter.INTERNAL_ERRORS,
                "fairlead_internal_errors_total",
                "Defects caught, each of which ended one connection."),
    };

    private LoopMetrics() {}

    /**
     * Add them to a scrape.
     *
     * @param status where they are counted.
     * @param metrics the scrape.
     */
    static void collect(BalancerStatus status, Metrics metrics) {
        metrics.gauge("fairlead_accepting", "1 while new connections are accepted.", status.accepting() ? 1 : 0);
        metrics.gauge(
                "fairlead_panic",
                "1 while so few backends are well that their health is ignored.",
                status.panicking() ? 1 : 0);
        for (final Family family : FAMILIES) {
            final long value = status.count(family.counter);
            if (family.name.endsWith("_total")) {
                metrics.counter(family.name, family.help, value);
            } else {
                metrics.gauge(family.name, family.help, (double) value);
            }
        }
        affinity(status, metrics);
        bytes(status, metrics);
        terminations(status, metrics);
    }

    private static void affinity(BalancerStatus status, Metrics metrics) {
        metrics.counters("fairlead_affinity_total", "Connections by why they went to their backend.")
                .add(status.count(LoopCounter.AFFINITY_OWNER), "result", "owner")
                .add(status.count(LoopCounter.AFFINITY_PIN), "result", "pin")
                .add(status.count(LoopCounter.AFFINITY_BALANCE), "result", "balance")
                .add(status.count(LoopCounter.AFFINITY_RETRY), "result", "retry")
                .add(status.count(LoopCounter.AFFINITY_FALLBACK), "result", "fallback")
                .add(status.count(LoopCounter.AFFINITY_OVERFLOW), "result", "overflow")
                .add(status.count(LoopCounter.AFFINITY_HOT), "result", "hot")
                .end();
    }

    private static void bytes(BalancerStatus status, Metrics metrics) {
        metrics.counters("fairlead_read_bytes_total", "Bytes read from a side.")
                .add(status.count(LoopCounter.CLIENT_BYTES_READ), "side", "client")
                .add(status.count(LoopCounter.BACKEND_BYTES_READ), "side", "backend")
                .end();
        metrics.counters("fairlead_written_bytes_total", "Bytes written to a side.")
                .add(status.count(LoopCounter.CLIENT_BYTES_WRITTEN), "side", "client")
                .add(status.count(LoopCounter.BACKEND_BYTES_WRITTEN), "side", "backend")
                .end();
    }

    private static void terminations(BalancerStatus status, Metrics metrics) {
        final Metrics.Counters family = metrics.counters(
                "fairlead_terminations_total", "Connections ended, by the access log's two letters and the cause.");
        for (final TerminationCause cause : TerminationCause.values()) {
            family.add(
                    status.terminations(cause),
                    "state",
                    cause.code(),
                    "cause",
                    cause.name().toLowerCase(Locale.ROOT));
        }
        family.end();
    }
}
