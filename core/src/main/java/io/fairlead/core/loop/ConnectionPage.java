package io.fairlead.core.loop;

import io.fairlead.core.transport.TcpInfo;
import java.net.InetAddress;
import java.util.List;

/**
 * Some of the connections in the table, as they are now. <b>Immutable.</b>
 *
 * @param connections in the order of their slots.
 * @param nextSlot where to go on, or {@link #END}.
 */
public record ConnectionPage(List<Connection> connections, int nextSlot) {
    /** There are no more. */
    public static final int END = -1;

    /**
     * A connection.
     *
     * @param slot its number, which another one gets once it has ended.
     * @param phase {@code peeking}, {@code connecting}, {@code forwarding} or {@code lingering}.
     * @param listenerIndex of the listener it came to, in the order of the context.
     * @param clientAddress where the client connected from.
     * @param clientPort its port.
     * @param backend the backend it has, or null.
     * @param isWebSocket whether a 101 was verified.
     * @param ageNs since it was accepted.
     * @param idleNs since a byte moved.
     * @param upBytes bytes read from the client.
     * @param downBytes bytes read from the backend.
     * @param client what the system knows of the client's side; null if the transport cannot tell.
     * @param backendSide the same of the backend's; null also when there is none.
     */
    public record Connection(
            int slot,
            String phase,
            int listenerIndex,
            InetAddress clientAddress,
            int clientPort,
            String backend,
            boolean isWebSocket,
            long ageNs,
            long idleNs,
            long upBytes,
            long downBytes,
            TcpInfo client,
            TcpInfo backendSide) {}
}
