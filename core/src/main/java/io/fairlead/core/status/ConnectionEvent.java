package io.fairlead.core.status;

import java.net.InetAddress;

/**
 * A connection as it was when its 101 had been verified, or when it ended. <b>Immutable.</b>
 *
 * <p>Durations are −1 where the connection did not come that far.
 *
 * @param end false for the event at the 101, true for the one at the end.
 * @param clientAddress where the client connected from.
 * @param clientPort its port.
 * @param acceptedAtMs when it was accepted, milliseconds since 1970.
 * @param listener the address it was accepted on.
 * @param backend the last backend tried, or null.
 * @param key the client key with its prefix length, {@code 203.0.113.7/32}.
 * @param owner the backend rendezvous hashing alone chooses among all configured, or null.
 * @param why how the backend was chosen.
 * @param peekNs from accept to a whole request.
 * @param connectNs from there to an established backend.
 * @param upgradeNs from there to the verified 101.
 * @param totalNs from accept to this event.
 * @param upBytes bytes read from the client.
 * @param downBytes bytes read from the backend.
 * @param upMessages whole WebSocket messages from the client.
 * @param downMessages whole WebSocket messages from the backend.
 * @param cause why it ended; null at the 101.
 * @param webSocket whether a 101 was verified.
 * @param closeCode the first WebSocket close code seen, 0 for none.
 * @param closedByClient who sent it.
 * @param active connections in the table, this one included.
 * @param backendActive connections of this backend, this one included unless it had left it before.
 * @param retries attempts before the last one.
 */
public record ConnectionEvent(
        boolean end,
        InetAddress clientAddress,
        int clientPort,
        long acceptedAtMs,
        String listener,
        String backend,
        String key,
        String owner,
        WhyChosen why,
        long peekNs,
        long connectNs,
        long upgradeNs,
        long totalNs,
        long upBytes,
        long downBytes,
        long upMessages,
        long downMessages,
        TerminationCause cause,
        boolean webSocket,
        int closeCode,
        boolean closedByClient,
        long active,
        long backendActive,
        int retries) {}
