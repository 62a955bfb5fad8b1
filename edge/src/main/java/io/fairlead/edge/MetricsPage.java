package io.fairlead.edge;

import io.fairlead.core.status.BalancerStatus;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.LongSupplier;

/** {@code GET /metrics}, in the format the scraper prefers: Prometheus text or OpenMetrics. <b>Thread safe.</b> */
final class MetricsPage implements Reply.Page {
    private static final int USUAL_LENGTH = 32 * 1024;

    private final ExpositionFormats formats = ExpositionFormats.init();
    private final BalancerStatus status;
    private final Facts facts;
    private final LongSupplier accessLogLinesLost;

    /**
     * What does not change while a balancer runs.
     *
     * @param transport its name.
     * @param reason why it is that one.
     * @param connectionLimit slots in the table.
     */
    record Facts(String transport, String reason, int connectionLimit) {}

    /**
     * A page over live counters.
     *
     * @param status of the balancer.
     * @param facts of it.
     * @param accessLogLinesLost lines of the access log that could not be written.
     */
    MetricsPage(BalancerStatus status, Facts facts, LongSupplier accessLogLinesLost) {
        this.status = status;
        this.facts = facts;
        this.accessLogLinesLost = accessLogLinesLost;
    }

    @Override
    public Reply get(String accept) {
        final Metrics metrics = new Metrics();
        metrics.gauges("fairlead_build_info", "Which Fairlead this is; always 1.")
                .add(1, "version", Version.text(), "java", Runtime.version().toString())
                .end();
        metrics.gauges("fairlead_transport_info", "What moves the bytes, and why that; always 1.")
                .add(1, "transport", facts.transport(), "reason", facts.reason())
                .end();
        metrics.gauge("fairlead_connections_limit", "Slots in the connection table.", (double) facts.connectionLimit());
        metrics.counter(
                "fairlead_access_log_lines_lost_total",
                "Access-log lines that could not be written.",
                accessLogLinesLost.getAsLong());
        LoopMetrics.collect(status, metrics);
        BackendMetrics.collect(status.backends(), metrics);
        return render(metrics, accept);
    }

    private Reply render(Metrics metrics, String accept) {
        final ExpositionFormatWriter writer = writer(accept);
        final ByteArrayOutputStream body = new ByteArrayOutputStream(USUAL_LENGTH);
        try {
            writer.write(body, metrics.snapshots(), EscapingScheme.fromAcceptHeader(accept));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Reply(200, writer.getContentType(), body.toByteArray());
    }

    private ExpositionFormatWriter writer(String accept) {
        final ExpositionFormatWriter preferred = formats.findWriter(accept);
        // The library knows of protobuf, but its writer is in a module that is not included.
        return preferred.isAvailable() ? preferred : formats.getPrometheusTextFormatWriter();
    }
}
