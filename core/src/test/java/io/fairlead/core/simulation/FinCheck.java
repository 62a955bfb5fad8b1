package io.fairlead.core.simulation;

import static io.fairlead.core.simulation.Violation.require;

import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;

/** Whether what one side is told of the other one's end is true (I4): a FIN that everything arrived, a reset that it did not. */
final class FinCheck {
    private final ConnectionTable connections;

    private final HealthModel health;

    FinCheck(ConnectionTable connections, HealthModel health) {
        this.health = health;
        this.connections = connections;
    }

    /** A FIN is sent: the source must have sent one, and all its bytes must stand before it. */
    void checkShutdownOutput(ConnectionRecord connection, SocketRecord sink) {
        if (sink.side == Side.CLIENT && connection.originatedLength > 0) {
            return;
        }
        final SocketRecord source = connection.side(Side.other(sink.side));
        require(source != null && source.isEndSeen, connection.clientId(), "I4 sends a FIN that nobody sent");
        if (source.bytesRead != sink.bytesWritten) {
            throw new Violation(
                    connection.clientId(),
                    "I4 sends FIN before the last byte: read " + source.bytesRead + ", written " + sink.bytesWritten);
        }
    }

    /** A socket is closed, which sends a FIN: only behind everything, and never for a reset. */
    void checkClose(ConnectionRecord connection, SocketRecord sink) {
        if (!sink.isForwarding && !(sink.side == Side.CLIENT && isForwarding(connection))) {
            return;
        }
        final SocketRecord source = connection.side(Side.other(sink.side));
        if (connections.is(connection.slot, Flag.KEPT) || source == null || sink.isReset()) {
            return;
        }
        if (!sink.isEndSent && connections.phase(connection.slot) == Phase.FORWARDING) {
            if (source.bytesRead != sink.bytesWritten) {
                throw new Violation(
                        connection.clientId(),
                        "I4 closes with a FIN what lacks bytes: read " + source.bytesRead + ", written "
                                + sink.bytesWritten);
            }
            // Of a backend that is down the balancer itself may end what is left.
            final boolean isLost = source.target != null && health.isLost(source.target);
            require(!source.isResetSeen || isLost, connection.clientId(), "I4 passes an abort on as an end");
        }
    }

    private static boolean isForwarding(ConnectionRecord connection) {
        return connection.backend != null && connection.backend.isForwarding && connection.originatedLength == 0;
    }
}
