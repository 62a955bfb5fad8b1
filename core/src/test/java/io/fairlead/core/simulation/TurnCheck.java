package io.fairlead.core.simulation;

import static io.fairlead.core.simulation.Violation.require;

import io.fairlead.core.loop.Invariants;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;
import io.fairlead.core.table.SlabPool;

/**
 * Whether bytes move in their turn: none are read beyond those that are held (I2), nobody is read before those who wait for a
 * slab (I3), and nothing behind a kept request is sent before its answer.
 */
final class TurnCheck {
    private final Invariants invariants;
    private final ConnectionTable connections;

    TurnCheck(Invariants invariants) {
        this.invariants = invariants;
        connections = invariants.connections();
    }

    /** A socket is read: who may need a slab for it must not overtake, unless it was just given its turn. */
    void checkRead(ConnectionRecord connection, SocketRecord source, int cycle) {
        final int slot = connection.slot;
        if (invariants.slabWaitingCount() > 0
                && connections.phase(slot) == Phase.FORWARDING
                && connections.slab(slot, source.side) == SlabPool.NULL_SLAB
                && (source.side == Side.BACKEND || !connections.is(slot, Flag.KEPT))
                && !connection.isWaiting
                && source.readableCycle != cycle) {
            throw new Violation(connection.clientId(), "I3 is read before those who wait for a slab");
        }
    }

    /** Bytes were read. */
    void checkBytesRead(ConnectionRecord connection, SocketRecord source) {
        final int slot = connection.slot;
        if (connections.phase(slot) == Phase.FORWARDING && !connections.is(slot, Flag.KEPT)) {
            require(
                    connections.slab(slot, source.side) == SlabPool.NULL_SLAB,
                    connection.clientId(),
                    "I2 reads more while bytes are held");
        }
    }

    /** Bytes were written to a backend. */
    void checkBytesWritten(ConnectionRecord connection, SocketRecord backend) {
        if (connections.is(connection.slot, Flag.KEPT) && connection.actor.script.kind == ClientScript.Kind.WEBSOCKET) {
            require(
                    backend.bytesWritten <= connection.actor.headLength,
                    connection.clientId(),
                    "what stands behind a kept request was sent before the answer");
        }
    }
}
