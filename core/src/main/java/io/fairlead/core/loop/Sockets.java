package io.fairlead.core.loop;

import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Side;
import io.fairlead.core.transport.Transport;

/**
 * The sockets of connections: interest that reaches the transport only when it changed, and closes that are remembered
 * until the next poll.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Sockets {
    private final ConnectionTable connections;
    private final Transport transport;
    private boolean closedSincePoll;

    Sockets(ConnectionTable connections, Transport transport) {
        this.connections = connections;
        this.transport = transport;
    }

    /** Give a side its socket and have it polled. @return false when this machine lacks what that takes. */
    boolean open(int slot, int side, int socket, int interest) {
        connections.socket(slot, side, socket);
        connections.interest(slot, side, interest);
        return transport.register(socket, token(slot, side), interest) == 0;
    }

    boolean wants(int slot, int side, int interest) {
        return (connections.interest(slot, side) & interest) != 0;
    }

    void want(int slot, int side, int interest) {
        set(slot, side, connections.interest(slot, side) | interest);
    }

    void unwant(int slot, int side, int interest) {
        set(slot, side, connections.interest(slot, side) & ~interest);
    }

    void set(int slot, int side, int interest) {
        if (connections.interest(slot, side) != interest) {
            connections.interest(slot, side, interest);
            transport.setInterest(connections.socket(slot, side), token(slot, side), interest);
        }
    }

    void close(int slot, int side) {
        final int socket = forget(slot, side);
        if (socket != Transport.NULL_SOCKET) {
            transport.close(socket);
        }
    }

    void reset(int slot, int side) {
        final int socket = forget(slot, side);
        if (socket != Transport.NULL_SOCKET) {
            transport.reset(socket);
        }
    }

    /** Close a socket that belongs to no connection. */
    void closeStray(int socket) {
        transport.close(socket);
        closedSincePoll = true;
    }

    /** Whether a close is on its way. */
    boolean hasClosedSincePoll() {
        return closedSincePoll;
    }

    /** Whether a socket was closed since the last call: NIO finishes such a close only in the next poll. */
    boolean takeClosedSincePoll() {
        final boolean closed = closedSincePoll;
        closedSincePoll = false;
        return closed;
    }

    private int forget(int slot, int side) {
        final int socket = connections.socket(slot, side);
        connections.socket(slot, side, Transport.NULL_SOCKET);
        connections.interest(slot, side, 0);
        closedSincePoll |= socket != Transport.NULL_SOCKET;
        return socket;
    }

    private long token(int slot, int side) {
        return Token.ofConnection(slot, side, connections.generation(slot));
    }

    static int sourceOf(int direction) {
        return direction;
    }

    static int sinkOf(int direction) {
        return Side.other(direction);
    }
}
