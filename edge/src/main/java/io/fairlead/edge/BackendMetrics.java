package io.fairlead.edge;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.BackendStatus;
import io.fairlead.core.status.CloseCode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The metrics labelled by backend. */
final class BackendMetrics {
    private static final String BACKEND = "backend";
    private static final String RESULT = "result";
    private static final String DIRECTION = "direction";

    private final Collection<BackendStatus> backends;
    private final Metrics metrics;

    private BackendMetrics(Collection<BackendStatus> backends, Metrics metrics) {
        this.backends = backends;
        this.metrics = metrics;
    }

    /**
     * Add them to a scrape.
     *
     * @param backends where they are counted.
     * @param metrics the scrape.
     */
    static void collect(List<BackendStatus> backends, Metrics metrics) {
        final BackendMetrics collector = new BackendMetrics(oneForEachName(backends), metrics);
        collector.gauges();
        collector.checks();
        collector.connects();
        collector.handshakes();
        collector.traffic();
        collector.frames();
        collector.closes();
        collector.durations();
    }

    /** A removed backend may still have connections when another one has taken its name; a series has one value. */
    private static Collection<BackendStatus> oneForEachName(List<BackendStatus> backends) {
        final Map<String, BackendStatus> byName = new LinkedHashMap<>();
        for (final BackendStatus backend : backends) {
            byName.merge(
                    backend.name(),
                    backend,
                    (first, second) -> second.state() == BackendState.REMOVED ? first : second);
        }
        return byName.values();
    }

    private void gauges() {
        gauge(
                "fairlead_backend_connections_active",
                "Connections of a backend, those being connected included.",
                BackendCounter.CONNECTIONS_ACTIVE);
        gauge(
                "fairlead_backend_websockets_active",
                "Connections of a backend past a verified 101.",
                BackendCounter.WEBSOCKETS_ACTIVE);
        final long weights = backends.stream()
                .filter(backend -> backend.state() != BackendState.REMOVED)
                .mapToLong(BackendMetrics::share)
                .sum();
        final Metrics.Gauges shares = metrics.gauges(
                "fairlead_backend_weight_ratio",
                "A backend's weight, as its agent has it, divided by those of all configured ones.");
        final Metrics.Gauges states =
                metrics.gauges("fairlead_backend_state", "1 for the state a backend is in, 0 for the others.");
        for (final BackendStatus backend : backends) {
            final boolean configured = backend.state() != BackendState.REMOVED;
            shares.add(configured ? (double) share(backend) / weights : 0, BACKEND, backend.name());
            for (final BackendState state : BackendState.values()) {
                states.add(backend.state() == state ? 1 : 0, BACKEND, backend.name(), "state", state.label());
            }
        }
        shares.end();
        states.end();
        final Metrics.Gauges ups = metrics.gauges(
                "fairlead_backend_up",
                "0 while a backend is down by its checks or its agent, or ejected, drained or not; else 1.");
        for (final BackendStatus backend : backends) {
            ups.add(backend.well() ? 1 : 0, BACKEND, backend.name());
        }
        ups.end();
    }

    private void checks() {
        final Metrics.Counters checks =
                metrics.counters("fairlead_backend_checks_total", "Checks of a backend, by result.");
        final Metrics.Counters outages =
                metrics.counters("fairlead_backend_outages_total", "Times a backend went down, or was ejected.");
        for (final BackendStatus backend : backends) {
            final String name = backend.name();
            checks.add(backend.count(BackendCounter.CHECKS_PASSED), BACKEND, name, RESULT, "passed")
                    .add(backend.count(BackendCounter.CHECKS_FAILED), BACKEND, name, RESULT, "failed");
            outages.add(backend.count(BackendCounter.TIMES_DOWN), BACKEND, name, "kind", "down")
                    .add(backend.count(BackendCounter.TIMES_EJECTED), BACKEND, name, "kind", "ejected");
        }
        checks.end();
        outages.end();
        final Metrics.Counters agents =
                metrics.counters("fairlead_backend_agent_checks_total", "Questions to a backend's agent, by result.");
        for (final BackendStatus backend : backends) {
            final String name = backend.name();
            agents.add(backend.count(BackendCounter.AGENT_ANSWERS), BACKEND, name, RESULT, "understood")
                    .add(backend.count(BackendCounter.AGENT_FAILURES), BACKEND, name, RESULT, "failed");
        }
        agents.end();
    }

    private static long share(BackendStatus backend) {
        return (long) backend.weight() * backend.weightPercent();
    }

    private void gauge(String name, String help, BackendCounter counter) {
        final Metrics.Gauges family = metrics.gauges(name, help);
        for (final BackendStatus backend : backends) {
            family.add((double) backend.count(counter), BACKEND, backend.name());
        }
        family.end();
    }

    private void connects() {
        final Metrics.Counters family =
                metrics.counters("fairlead_backend_connects_total", "Attempts to connect a backend, by result.");
        for (final BackendStatus backend : backends) {
            final String name = backend.name();
            family.add(backend.count(BackendCounter.CONNECTED), BACKEND, name, RESULT, "connected")
                    .add(backend.count(BackendCounter.CONNECT_REFUSED), BACKEND, name, RESULT, "refused")
                    .add(backend.count(BackendCounter.CONNECT_TIMED_OUT), BACKEND, name, RESULT, "timed_out");
        }
        family.end();
    }

    private void handshakes() {
        final Metrics.Counters family = metrics.counters(
                "fairlead_handshakes_total", "Upgrade requests sent to a backend, by how it answered them.");
        for (final BackendStatus backend : backends) {
            final String name = backend.name();
            family.add(backend.count(BackendCounter.UPGRADES_SWITCHED), BACKEND, name, RESULT, "switched")
                    .add(backend.count(BackendCounter.UPGRADES_DECLINED), BACKEND, name, RESULT, "declined")
                    .add(backend.count(BackendCounter.UPGRADES_UNANSWERED), BACKEND, name, RESULT, "unanswered");
        }
        family.end();
    }

    private void traffic() {
        final Metrics.Counters bytes = metrics.counters("fairlead_bytes_total", "Bytes read, by direction.");
        final Metrics.Counters messages =
                metrics.counters("fairlead_messages_total", "Whole WebSocket messages, by direction.");
        final Metrics.Counters messageBytes =
                metrics.counters("fairlead_message_bytes_total", "Payload bytes of WebSocket messages, by direction.");
        for (final BackendStatus backend : backends) {
            for (final Direction direction : Direction.values()) {
                final String[] labels = {BACKEND, backend.name(), DIRECTION, direction.label()};
                bytes.add(backend.count(direction.bytes()), labels);
                messages.add(backend.count(direction.messages()), labels);
                messageBytes.add(backend.count(direction.messageBytes()), labels);
            }
        }
        bytes.end();
        messages.end();
        messageBytes.end();
    }

    private void frames() {
        final Metrics.Counters family =
                metrics.counters("fairlead_frames_total", "WebSocket frames, by direction and opcode.");
        for (final BackendStatus backend : backends) {
            for (final Direction direction : Direction.values()) {
                frame(family, backend, direction, "data", direction.dataFrames(backend));
                frame(family, backend, direction, "ping", backend.count(direction.pings()));
                frame(family, backend, direction, "pong", backend.count(direction.pongs()));
                frame(family, backend, direction, "close", backend.count(direction.closes()));
            }
        }
        family.end();
    }

    private static void frame(
            Metrics.Counters family, BackendStatus backend, Direction direction, String opcode, long count) {
        family.add(count, BACKEND, backend.name(), DIRECTION, direction.label(), "opcode", opcode);
    }

    /** Codes that never came are left out, but for the usual one: most backends ever see two or three of them. */
    private void closes() {
        final Metrics.Counters family = metrics.counters(
                "fairlead_closes_total", "WebSockets closed, by who sent the first Close frame and its code.");
        for (final BackendStatus backend : backends) {
            for (final Direction direction : Direction.values()) {
                for (final CloseCode code : CloseCode.values()) {
                    final long count = direction.closes(backend, code);
                    if (count > 0 || code == CloseCode.NORMAL) {
                        family.add(
                                count, BACKEND, backend.name(), "initiator", direction.source(), "code", code.label());
                    }
                }
            }
        }
        family.end();
    }

    private void durations() {
        final Metrics.Histograms connect = metrics.histograms(
                "fairlead_backend_connect_duration_seconds", "How long it took to connect a backend.");
        final Metrics.Histograms handshake = metrics.histograms(
                "fairlead_handshake_duration_seconds", "From a connected backend to its verified 101.");
        final Metrics.Histograms session = metrics.histograms(
                "fairlead_session_duration_seconds", "From accept to end, of connections that reached a backend.");
        for (final BackendStatus backend : backends) {
            connect.add(backend.stats().connect(), BACKEND, backend.name());
            handshake.add(backend.stats().handshake(), BACKEND, backend.name());
            session.add(backend.stats().session(), BACKEND, backend.name());
        }
        connect.end();
        handshake.end();
        session.end();
    }
}
