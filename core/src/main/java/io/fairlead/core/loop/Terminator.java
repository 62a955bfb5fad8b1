package io.fairlead.core.loop;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendStats;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.BackendSet;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;
import io.fairlead.core.table.SlabPool;
import io.fairlead.core.transport.Transport;

/**
 * Ends connections: {@link #terminate} is the only way out of the table, {@link #answer} the polite way there. Whatever a
 * connection holds is given back here and nowhere else.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Terminator {
    /** Most bytes thrown away while lingering: enough for what a client had in flight, too little to be fed for ever. */
    private static final int LINGER_LENGTH = 64 * 1024;

    private final LoopState state;
    private final ConnectionTable connections;
    private final Sockets sockets;
    private final Chooser chooser;
    private final Admission admission;
    private final ConnectionEvents events;

    Terminator(LoopState state, Chooser chooser, Admission admission, ConnectionEvents events) {
        this.state = state;
        this.admission = admission;
        this.chooser = chooser;
        this.events = events;
        connections = state.connections;
        sockets = state.sockets;
    }

    /** End a connection. Both sockets are closed, or reset where that is an abort, and the slot is freed. */
    void terminate(int slot, TerminationCause cause, long nowNs) {
        events.onEnd(slot, cause, nowNs);
        if (connections.phase(slot) == Phase.LINGERING) {
            state.counters.add(LoopCounter.LINGERING_ACTIVE, -1);
        }
        final boolean isAbort = isAbort(cause) || isTruncating(slot);
        releaseHeld(slot);
        if (isAbort) {
            sockets.reset(slot, Side.CLIENT);
            sockets.reset(slot, Side.BACKEND);
        } else {
            sockets.close(slot, Side.CLIENT);
        }
        detachBackend(slot, nowNs);
        chooser.onEnd(slot, nowNs);
        admission.onEnd(slot);
        state.status.countTermination(cause);
        state.counters.add(LoopCounter.CONNECTIONS_ACTIVE, -1);
        connections.free(slot);
    }

    /**
     * Answer an HTTP client and linger until it has read that: were the socket closed with input unread, or coming, the
     * kernel would send a reset, which makes the client's throw the answer away (RFC 9112 section 9.6). A client that
     * does not speak HTTP is just closed.
     */
    void answer(int slot, HttpAnswer answer, TerminationCause cause, long nowNs) {
        if (!connections.is(slot, Flag.HTTP)) {
            terminate(slot, cause, nowNs);
            return;
        }
        releaseHeld(slot);
        detachBackend(slot, nowNs);
        final int length = answer.bytes().capacity();
        final int client = connections.socket(slot, Side.CLIENT);
        final int written = state.transport.write(client, answer.bytes(), 0, length);
        if (written > 0) {
            state.counters.add(LoopCounter.BYTES_ORIGINATED, written);
            state.counters.add(LoopCounter.CLIENT_BYTES_WRITTEN, written);
        }
        final boolean isRoomToLinger = state.counters.get(LoopCounter.LINGERING_ACTIVE) < state.settings.lingerLimit();
        // A short first answer that does not fit the socket's buffer means a client that set out to be difficult.
        if (written != length || !isRoomToLinger || connections.is(slot, Flag.endSeen(Side.CLIENT_TO_BACKEND))) {
            terminate(slot, cause, nowNs);
            return;
        }
        state.transport.shutdownOutput(client);
        connections.phase(slot, Phase.LINGERING, nowNs);
        connections.pendingCause(slot, cause.ordinal());
        connections.endOffset(slot, Side.CLIENT_TO_BACKEND, 0);
        state.counters.increment(LoopCounter.LINGERING_ACTIVE);
        sockets.set(slot, Side.CLIENT, Transport.READABLE);
    }

    /** A lingering client sent something, or closed at last. */
    void onLingeringReadable(int slot, long nowNs) {
        final int length = state.transport.read(
                connections.socket(slot, Side.CLIENT), state.readBuffer, 0, state.settings.readBufferLength());
        if (length == Transport.WOULD_BLOCK) {
            return;
        }
        if (length > 0) {
            connections.addBytesRead(slot, Side.CLIENT_TO_BACKEND, length);
            state.counters.add(LoopCounter.CLIENT_BYTES_READ, length);
            state.counters.add(LoopCounter.BYTES_DISCARDED, length);
            final int discarded = connections.endOffset(slot, Side.CLIENT_TO_BACKEND) + length;
            connections.endOffset(slot, Side.CLIENT_TO_BACKEND, discarded);
            if (discarded < LINGER_LENGTH) {
                return;
            }
        }
        onLingered(slot, nowNs);
    }

    /** A lingering client closed, or had its time. */
    void onLingered(int slot, long nowNs) {
        terminate(slot, TerminationCause.of(connections.pendingCause(slot)), nowNs);
    }

    /** Close the backend's side, if there is one, and count that it has a connection less. */
    void detachBackend(int slot, long nowNs) {
        sockets.close(slot, Side.BACKEND);
        final Backend backend = state.backend(slot);
        if (backend == null) {
            return;
        }
        final BackendStats stats = state.stats(backend.id());
        stats.counters().add(BackendCounter.CONNECTIONS_ACTIVE, -1);
        if (connections.is(slot, Flag.ANSWERED)) {
            stats.session().record(nowNs - connections.acceptedNs(slot));
        }
        if (connections.is(slot, Flag.WEBSOCKET)) {
            stats.counters().add(BackendCounter.WEBSOCKETS_ACTIVE, -1);
            state.counters.add(LoopCounter.WEBSOCKETS_ACTIVE, -1);
        }
        connections.backendId(slot, BackendSet.NULL_BACKEND);
        state.leaveBackend(backend);
    }

    private void releaseHeld(int slot) {
        for (int direction = 0; direction < 2; direction++) {
            state.leaveLine(slot, direction);
            state.releaseSlab(slot, direction);
        }
    }

    /** Bytes were read that their sink will not get: a FIN would tell it that it has them all. */
    private boolean isTruncating(int slot) {
        return connections.phase(slot) == Phase.FORWARDING
                && (holdsUnsent(slot, Side.CLIENT_TO_BACKEND) || holdsUnsent(slot, Side.BACKEND_TO_CLIENT));
    }

    private boolean holdsUnsent(int slot, int direction) {
        return connections.slab(slot, direction) != SlabPool.NULL_SLAB
                && connections.unsentOffset(slot, direction) < connections.endOffset(slot, direction);
    }

    /** An abort on one side is an abort on the other, and who was too slow, or is too many, learns it at once. */
    private static boolean isAbort(TerminationCause cause) {
        return switch (cause) {
            case CLIENT_RESET,
                    CLIENT_RESET_IN_CONNECT,
                    CLIENT_RESET_IN_UPGRADE,
                    BACKEND_RESET,
                    CLIENT_STALLED,
                    BACKEND_STALLED,
                    SOURCE_CONNECTIONS,
                    SOURCE_RATE,
                    INTERNAL_ERROR -> true;
            default -> false;
        };
    }
}
