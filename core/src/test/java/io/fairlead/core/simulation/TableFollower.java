package io.fairlead.core.simulation;

import static io.fairlead.core.simulation.Violation.require;

import io.fairlead.core.loop.Invariants;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.SlabPool;
import io.fairlead.core.transport.Pipes;
import org.agrona.concurrent.NanoClock;

/**
 * Takes over after a cycle what cannot be seen at the seam: since when slabs are held, who waits for one, which requests are
 * kept, and which slots are free again.
 */
final class TableFollower {
    private final LiveConnections live;
    private final Invariants invariants;
    private final PipeCheck pipes;
    private final ConnectionTable connections;
    private final NanoClock clock;
    private final Coverage coverage;
    private long heldLength;
    private long pipedLength;

    TableFollower(LiveConnections live, Invariants invariants, PipeCheck pipes, NanoClock clock, Coverage coverage) {
        this.live = live;
        this.invariants = invariants;
        this.pipes = pipes;
        connections = invariants.connections();
        this.clock = clock;
        this.coverage = coverage;
    }

    /** Follow every connection that was touched, and check it. */
    void afterCycle() {
        for (int i = 0; i < live.touchedCount(); i++) {
            final ConnectionRecord connection = live.get(live.touched(i));
            if (connection == null) {
                continue;
            }
            if (connections.generation(connection.slot) == connection.generation) {
                follow(connection);
            } else {
                onSlotFreed(connection);
            }
        }
        live.nextCycle();
    }

    /** The bytes that all slabs and pipes hold. */
    long heldLength() {
        return heldLength;
    }

    /** Those of them that are in pipes. */
    long pipedLength() {
        return pipedLength;
    }

    private void follow(ConnectionRecord connection) {
        invariants.checkConnection(connection.slot);
        followPhase(connection);
        followSlabs(connection);
        followPipes(connection);
        followWaiting(connection);
        followKept(connection);
    }

    private void followPhase(ConnectionRecord connection) {
        final int phase = connections.phase(connection.slot);
        if (phase != connection.phase) {
            require(phase == Phase.LINGERING, connection.clientId(), "a phase that nothing at the seam led to");
            connection.answeredAtLength = connection.client.bytesRead;
            coverage.onTransition(connection.phase, phase);
            connection.enter(phase, clock.nanoTime());
        }
    }

    private void followSlabs(ConnectionRecord connection) {
        for (int direction = 0; direction < 2; direction++) {
            final boolean hasSlab = connections.slab(connection.slot, direction) != SlabPool.NULL_SLAB;
            if (hasSlab && !connection.hasSlab[direction]) {
                connection.slabSinceNs[direction] = clock.nanoTime();
            }
            connection.hasSlab[direction] = hasSlab;
        }
        final long held = invariants.heldLength(connection.slot);
        heldLength += held - connection.heldLength;
        connection.heldLength = held;
    }

    private void followPipes(ConnectionRecord connection) {
        long piped = 0;
        for (int direction = 0; direction < 2; direction++) {
            final int pipe = invariants.pipe(connection.slot, direction);
            connection.hasPipe[direction] = pipe != Pipes.NULL_PIPE;
            if (connection.hasPipe[direction]) {
                final long length = invariants.heldLength(connection.slot, direction);
                pipes.checkHeld(connection, direction, pipe, length);
                piped += length;
            }
            final boolean isSplicing = connections.is(connection.slot, Flag.splicing(direction));
            if (isSplicing != connection.isSplicing[direction]) {
                connection.isSplicing[direction] = isSplicing;
                coverage.onSplice(isSplicing ? Splice.BEGUN : Splice.ENDED);
            }
        }
        pipedLength += piped - connection.pipedLength;
        connection.pipedLength = piped;
    }

    private void followWaiting(ConnectionRecord connection) {
        final boolean isWaiting = invariants.isWaiting(connection.slot);
        if (isWaiting || connection.isWaiting) {
            connection.lastWaitNs = clock.nanoTime();
            connection.isWaiting = isWaiting;
            coverage.onWait();
        }
    }

    private void followKept(ConnectionRecord connection) {
        final boolean isKept = connections.is(connection.slot, Flag.KEPT);
        if (connection.isKept && !isKept) {
            connection.releasedNs = clock.nanoTime();
        }
        connection.isKept = isKept;
        connection.wasKept |= isKept;
    }

    private void onSlotFreed(ConnectionRecord connection) {
        coverage.onTransition(connection.phase, Phase.FREE);
        live.remove(connection);
        heldLength -= connection.heldLength;
        connection.heldLength = 0;
        pipedLength -= connection.pipedLength;
        connection.pipedLength = 0;
        connection.isEnded = true;
    }
}
