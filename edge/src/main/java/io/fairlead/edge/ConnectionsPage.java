package io.fairlead.edge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.fairlead.core.Balancer;
import io.fairlead.core.loop.ConnectionPage;
import io.fairlead.core.status.Addresses;
import io.fairlead.core.transport.TcpInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * {@code GET /api/v1/connections?limit=100&from=0}: connections as they are now, with what the operating system knows of both
 * their sides, as JSON. The loop is asked, and bound to answer between two cycles. <b>Thread safe.</b>
 */
final class ConnectionsPage implements Reply.Page {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int DEFAULT_LIMIT = 100;
    private static final long PATIENCE_SECONDS = 2;
    private static final long NS_PER_MS = 1_000_000;
    private static final String LIMIT = "limit";
    private static final String FROM = "from";
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    /** Where connections come from. */
    @FunctionalInterface
    interface Source {
        /**
         * Ask for some.
         *
         * @param firstSlot the first to be looked at.
         * @param limit most of them.
         * @return as {@link Balancer#connections}.
         */
        CompletableFuture<ConnectionPage> connections(int firstSlot, int limit);
    }

    private final Source source;
    private final List<String> listeners;

    /**
     * A page over a running balancer.
     *
     * @param source asked at each request.
     * @param listeners as text, in their order.
     */
    ConnectionsPage(Source source, List<String> listeners) {
        this.source = source;
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public Reply get(Reply.Request request) {
        final Map<String, String> query = request.query();
        if (!Set.of(LIMIT, FROM).containsAll(query.keySet())) {
            return Reply.text(400, "unknown parameter: there are limit and from");
        }
        final int limit = number(query.get(LIMIT), DEFAULT_LIMIT);
        final int firstSlot = number(query.get(FROM), 0);
        if (limit < 1 || limit > Balancer.MAX_PAGE_LENGTH) {
            return Reply.text(400, "limit must be from 1 to " + Balancer.MAX_PAGE_LENGTH);
        }
        if (firstSlot < 0) {
            return Reply.text(400, "from must be a slot: what the page before gave as next");
        }
        return ask(firstSlot, limit);
    }

    private Reply ask(int firstSlot, int limit) {
        try {
            return reply(source.connections(firstSlot, limit).get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (final ExecutionException e) {
            return Reply.text(503, e.getCause().getMessage());
        } catch (final TimeoutException e) {
            return Reply.text(503, "the loop has not answered for " + PATIENCE_SECONDS + " s");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reply.text(503, "the process is ending");
        }
    }

    /** What is no number is −1. */
    private static int number(String text, int absent) {
        if (text == null) {
            return absent;
        }
        return NUMBER.matcher(text).matches() ? Integer.parseInt(text) : -1;
    }

    private Reply reply(ConnectionPage page) {
        final ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeArrayFieldStart("connections");
            for (final ConnectionPage.Connection connection : page.connections()) {
                write(connection, json);
            }
            json.writeEndArray();
            if (page.nextSlot() == ConnectionPage.END) {
                json.writeNullField("next");
            } else {
                json.writeNumberField("next", page.nextSlot());
            }
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Reply(200, "application/json", body.toByteArray());
    }

    private void write(ConnectionPage.Connection connection, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("slot", connection.slot());
        json.writeStringField("phase", connection.phase());
        json.writeStringField("listener", listeners.get(connection.listenerIndex()));
        json.writeStringField("client", Addresses.canonical(connection.clientAddress(), connection.clientPort()));
        json.writeStringField("backend", connection.backend());
        json.writeBooleanField("websocket", connection.isWebSocket());
        json.writeNumberField("age_ms", connection.ageNs() / NS_PER_MS);
        json.writeNumberField("idle_ms", connection.idleNs() / NS_PER_MS);
        json.writeNumberField("client_bytes", connection.upBytes());
        json.writeNumberField("backend_bytes", connection.downBytes());
        write("client_tcp", connection.client(), json);
        write("backend_tcp", connection.backendSide(), json);
        json.writeEndObject();
    }

    private static void write(String name, TcpInfo info, JsonGenerator json) throws IOException {
        if (info == null) {
            json.writeNullField(name);
            return;
        }
        json.writeObjectFieldStart(name);
        json.writeBooleanField("established", info.isEstablished());
        json.writeNumberField("rtt_us", info.rttUs());
        json.writeNumberField("rtt_variance_us", info.rttVarianceUs());
        json.writeNumberField("min_rtt_us", info.minRttUs());
        json.writeNumberField("retransmit_timeout_us", info.retransmitTimeoutUs());
        json.writeNumberField("retransmits", info.retransmits());
        json.writeNumberField("retransmits_total", info.totalRetransmits());
        json.writeNumberField("unacked_segments", info.unackedSegments());
        json.writeNumberField("lost_segments", info.lostSegments());
        json.writeNumberField("congestion_window_segments", info.congestionWindowSegments());
        json.writeNumberField("segment_bytes", info.segmentLength());
        json.writeNumberField("not_sent_bytes", info.notSentLength());
        json.writeNumberField("since_received_ms", info.sinceReceivedMs());
        json.writeNumberField("since_acknowledged_ms", info.sinceAcknowledgedMs());
        json.writeEndObject();
    }
}
