package io.fairlead.edge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendStatus;
import io.fairlead.core.status.BalancerStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/** {@code GET /api/v1/backends}: every backend and its main counters as JSON. <b>Thread safe.</b> */
final class BackendsPage {
    private static final JsonFactory JSON = new JsonFactory();

    private BackendsPage() {}

    /**
     * The page as of now.
     *
     * @param status of the balancer.
     * @return 200.
     */
    static Reply reply(BalancerStatus status) {
        final ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeBooleanField("panicking", status.panicking());
            json.writeArrayFieldStart("backends");
            for (final BackendStatus backend : status.backends()) {
                write(backend, json);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Reply(200, "application/json", body.toByteArray());
    }

    private static void write(BackendStatus backend, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", backend.name());
        json.writeStringField("address", backend.address());
        json.writeNumberField("weight", backend.weight());
        json.writeNumberField("weight_percent", backend.weightPercent());
        json.writeNumberField("connection_limit", backend.connectionLimit());
        json.writeBooleanField("backup", backend.backup());
        json.writeStringField("state", backend.state().label());
        json.writeBooleanField("well", backend.well());
        json.writeStringField("reason", backend.reason());
        json.writeStringField("since", Instant.ofEpochMilli(backend.sinceMs()).toString());
        json.writeNumberField("connections_active", backend.count(BackendCounter.CONNECTIONS_ACTIVE));
        json.writeNumberField("websockets_active", backend.count(BackendCounter.WEBSOCKETS_ACTIVE));
        json.writeNumberField("connected_total", backend.count(BackendCounter.CONNECTED));
        json.writeNumberField("refused_total", backend.count(BackendCounter.CONNECT_REFUSED));
        json.writeNumberField("timed_out_total", backend.count(BackendCounter.CONNECT_TIMED_OUT));
        json.writeObjectFieldStart("checks_total");
        json.writeNumberField("passed", backend.count(BackendCounter.CHECKS_PASSED));
        json.writeNumberField("failed", backend.count(BackendCounter.CHECKS_FAILED));
        json.writeEndObject();
        json.writeNumberField("times_down_total", backend.count(BackendCounter.TIMES_DOWN));
        json.writeNumberField("times_ejected_total", backend.count(BackendCounter.TIMES_EJECTED));
        json.writeObjectFieldStart("handshakes_total");
        json.writeNumberField("switched", backend.count(BackendCounter.UPGRADES_SWITCHED));
        json.writeNumberField("declined", backend.count(BackendCounter.UPGRADES_DECLINED));
        json.writeNumberField("unanswered", backend.count(BackendCounter.UPGRADES_UNANSWERED));
        json.writeEndObject();
        for (final Direction direction : Direction.values()) {
            json.writeObjectFieldStart(direction.label());
            json.writeNumberField("bytes_total", backend.count(direction.bytes()));
            json.writeNumberField("messages_total", backend.count(direction.messages()));
            json.writeNumberField("message_bytes_total", backend.count(direction.messageBytes()));
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
