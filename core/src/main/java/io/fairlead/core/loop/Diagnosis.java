package io.fairlead.core.loop;

import io.fairlead.core.rules.ClientKey;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;
import io.fairlead.core.transport.TcpInfo;
import io.fairlead.core.transport.Transport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at connections for who asks. It is between two cycles that it does, and everybody waits: so it looks at a limited
 * number of slots at a time, whether they are in use or not.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Diagnosis {
    /** About a millisecond's worth of records that are in no cache. */
    static final int SCAN_LIMIT = 16 * 1024;

    private final LoopState state;
    private final ConnectionTable connections;

    Diagnosis(LoopState state) {
        this.state = state;
        connections = state.connections;
    }

    /** The connections from a slot on, at most so many. */
    ConnectionPage page(int firstSlot, int limit, long nowNs) {
        final List<ConnectionPage.Connection> page = new ArrayList<>();
        final int end = connections.highWater();
        final long scanEnd = Math.min(end, (long) firstSlot + SCAN_LIMIT);
        int slot = firstSlot;
        while (slot < scanEnd && page.size() < limit) {
            if (connections.phase(slot) != Phase.FREE) {
                page.add(look(slot, nowNs));
            }
            slot++;
        }
        return new ConnectionPage(List.copyOf(page), slot < end ? slot : ConnectionPage.END);
    }

    private ConnectionPage.Connection look(int slot, long nowNs) {
        final Backend backend = state.backend(slot);
        return new ConnectionPage.Connection(
                slot,
                nameOf(connections.phase(slot)),
                connections.listenerIndex(slot),
                clientAddress(slot),
                connections.clientPort(slot),
                backend == null ? null : backend.name(),
                connections.is(slot, Flag.WEBSOCKET),
                nowNs - connections.acceptedNs(slot),
                nowNs - connections.lastActivityNs(slot),
                connections.bytesRead(slot, Side.CLIENT_TO_BACKEND),
                connections.bytesRead(slot, Side.BACKEND_TO_CLIENT),
                tcpInfo(slot, Side.CLIENT),
                tcpInfo(slot, Side.BACKEND));
    }

    private TcpInfo tcpInfo(int slot, int side) {
        final int socket = connections.socket(slot, side);
        return socket == Transport.NULL_SOCKET ? null : state.transport.tcpInfo(socket);
    }

    private InetAddress clientAddress(int slot) {
        final byte[] address = new byte[ClientKey.ADDRESS_LENGTH];
        connections.buffer().getBytes(connections.addressOffset(slot), address);
        try {
            return InetAddress.getByAddress(address);
        } catch (final UnknownHostException e) {
            throw new IllegalStateException("sixteen bytes are always an address", e);
        }
    }

    private static String nameOf(int phase) {
        return switch (phase) {
            case Phase.PEEKING -> "peeking";
            case Phase.CONNECTING -> "connecting";
            case Phase.FORWARDING -> "forwarding";
            case Phase.LINGERING -> "lingering";
            default -> throw new IllegalStateException("phase " + phase);
        };
    }
}
