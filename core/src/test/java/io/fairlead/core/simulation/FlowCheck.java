package io.fairlead.core.simulation;

import io.fairlead.core.loop.Invariants;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;

/** Whether all that one end has sent and the other one reads has arrived once nothing moves any more. */
final class FlowCheck {
    private final Invariants invariants;
    private final ConnectionTable connections;

    FlowCheck(Invariants invariants) {
        this.invariants = invariants;
        connections = invariants.connections();
    }

    void check(ConnectionRecord connection) {
        final int slot = connection.slot;
        if (connections.phase(slot) != Phase.FORWARDING
                || connections.is(slot, Flag.KEPT)
                || invariants.slabWaitingCount() > 0
                || connection.actor == null) {
            return;
        }
        final ClientActor client = connection.actor;
        final BackendPeer backend = client.heardBackend();
        if (backend == null || !client.isOpen() || !backend.isOpen() || backend.client() != client) {
            return;
        }
        checkArrived(client, client, backend);
        checkArrived(client, backend, client);
    }

    private static void checkArrived(ClientActor client, Peer source, Peer sink) {
        if (sink.isReading && sink.receivedLength != source.writtenLength) {
            throw new Violation(
                    client.id,
                    "bytes are stuck on the way from " + source.name() + ": " + source.writtenLength + " sent, "
                            + sink.receivedLength + " arrived");
        }
    }
}
