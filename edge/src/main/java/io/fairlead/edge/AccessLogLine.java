package io.fairlead.edge;

import io.fairlead.core.status.Addresses;
import io.fairlead.core.status.ConnectionEvent;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The access log's line for one connection event; {@code docs/access-log.md} describes it. Nothing in it was chosen by a
 * peer but numbers, so no field needs escaping. <b>Thread safe.</b>
 */
final class AccessLogLine {
    private static final DateTimeFormatter ACCEPTED_AT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final String NONE = "-";
    private static final long NS_PER_US = 1_000;
    private static final long US_PER_MS = 1_000;

    private AccessLogLine() {}

    /**
     * Write a line.
     *
     * @param event what happened.
     * @param line where to append it, with its end.
     */
    static void append(ConnectionEvent event, StringBuilder line) {
        line.append(Addresses.canonical(new InetSocketAddress(event.clientAddress(), event.clientPort())))
                .append(" [");
        ACCEPTED_AT.formatTo(Instant.ofEpochMilli(event.acceptedAtMs()), line);
        line.append("] ").append(event.listener());
        line.append(' ').append(orNone(event.backend()));
        line.append(" key=").append(orNone(event.key()));
        line.append(" owner=").append(orNone(event.owner()));
        line.append(" why=").append(event.why().label());
        appendDurations(event, line);
        line.append(' ').append(event.upBytes()).append('/').append(event.downBytes());
        line.append(' ').append(event.upMessages()).append('/').append(event.downMessages());
        line.append(' ').append(event.cause() == null ? NONE : event.cause().code());
        appendWebSocket(event, line);
        line.append(' ').append(event.active()).append('/').append(event.backendActive());
        line.append(' ').append(event.retries());
        line.append(" event=").append(event.end() ? "end" : "open").append('\n');
    }

    private static void appendDurations(ConnectionEvent event, StringBuilder line) {
        line.append(' ');
        appendMs(event.peekNs(), line);
        line.append('/');
        appendMs(event.connectNs(), line);
        line.append('/');
        appendMs(event.upgradeNs(), line);
        line.append('/');
        appendMs(event.totalNs(), line);
    }

    private static void appendMs(long durationNs, StringBuilder line) {
        if (durationNs < 0) {
            line.append(NONE);
            return;
        }
        final long us = durationNs / NS_PER_US;
        final long fraction = us % US_PER_MS;
        line.append(us / US_PER_MS).append('.');
        line.append(fraction / 100).append(fraction / 10 % 10).append(fraction % 10);
    }

    private static void appendWebSocket(ConnectionEvent event, StringBuilder line) {
        line.append(" ws=");
        if (!event.webSocket()) {
            line.append(NONE);
        } else if (event.closeCode() == 0) {
            line.append("-/-");
        } else {
            line.append(event.closeCode()).append(event.closedByClient() ? "/client" : "/backend");
        }
    }

    private static String orNone(String text) {
        return text == null ? NONE : text;
    }
}
