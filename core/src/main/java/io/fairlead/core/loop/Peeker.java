package io.fairlead.core.loop;

import io.fairlead.core.rules.UpgradePeek;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;
import io.fairlead.core.table.SlabPool;
import io.fairlead.core.transport.Transport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Looks at a client's first bytes, which gather in a peek slab, until they are classified; and reads what the client sends
 * behind its request while that is not yet on its way.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Peeker {
    private static final int UP = Side.CLIENT_TO_BACKEND;

    private final LoopState state;
    private final ConnectionTable connections;
    private final Sockets sockets;
    private final Connector connector;
    private final Terminator terminator;

    Peeker(LoopState state, Connector connector, Terminator terminator) {
        this.state = state;
        this.connector = connector;
        this.terminator = terminator;
        connections = state.connections;
        sockets = state.sockets;
    }

    /** A client that is being peeked has something. Until it does it holds no slab: silence is free. */
    void onReadable(int slot, long nowNs) {
        if (connections.slab(slot, UP) == SlabPool.NULL_SLAB && !openSlab(slot)) {
            return;
        }
        final int length = read(slot, nowNs);
        if (length > 0) {
            onBytes(slot, nowNs);
        } else if (length != Transport.WOULD_BLOCK) {
            terminator.terminate(slot, TerminationCause.CLIENT_LEFT_IN_PEEK, nowNs);
        }
    }

    /** A client sends on behind its request, before that has been answered or is on its way. */
    void onReadableBehind(int slot, long nowNs) {
        final int length = read(slot, nowNs);
        if (length > 0) {
            if (roomLength(slot) == 0) {
                sockets.unwant(slot, Side.CLIENT, Transport.READABLE);
            }
        } else if (length == Transport.END_OF_STREAM) {
            connections.set(slot, Flag.endSeen(UP));
            sockets.unwant(slot, Side.CLIENT, Transport.READABLE);
        } else if (length == Transport.RESET) {
            terminator.terminate(
                    slot,
                    connections.phase(slot) == Phase.CONNECTING
                            ? TerminationCause.CLIENT_RESET_IN_CONNECT
                            : TerminationCause.CLIENT_RESET_IN_UPGRADE,
                    nowNs);
        }
    }

    /** The peek time-out passed. A client that said nothing may be waiting for the server to speak first. */
    void onTimeout(int slot, long nowNs) {
        final boolean isSilent = connections.bytesRead(slot, UP) == 0;
        if (connections.is(slot, Flag.inLine(UP))) {
            // It is not silent, it was not heard: no peek slab became free for it.
            terminator.terminate(slot, TerminationCause.LOCAL_RESOURCE, nowNs);
        } else if (isSilent && mode(slot) == PeekMode.AUTO) {
            onOpaque(slot, nowNs);
        } else {
            if (!isSilent) {
                connections.set(slot, Flag.HTTP);
            }
            terminator.answer(slot, HttpAnswer.REQUEST_TIMEOUT, TerminationCause.PEEK_TIMED_OUT, nowNs);
        }
    }

    private boolean openSlab(int slot) {
        connections.set(slot, Flag.PEEK_SLAB);
        if (!state.mayTakePeekSlab()) {
            state.joinLine(slot, UP);
            return false;
        }
        state.acquireSlab(slot, UP);
        final int start = connections.unsentOffset(slot, UP) + LoopState.HEAD_ROOM;
        connections.unsentOffset(slot, UP, start);
        connections.endOffset(slot, UP, start);
        return true;
    }

    private int read(int slot, long nowNs) {
        final UnsafeBuffer slab = state.peekSlabs.buffer(connections.slab(slot, UP));
        final int end = connections.endOffset(slot, UP);
        final int length = state.transport.read(connections.socket(slot, Side.CLIENT), slab, end, roomLength(slot));
        if (length > 0) {
            connections.endOffset(slot, UP, end + length);
            connections.addBytesRead(slot, UP, length);
            connections.lastActivityNs(slot, nowNs);
            state.counters.add(LoopCounter.CLIENT_BYTES_READ, length);
        }
        return length;
    }

    private int roomLength(int slot) {
        final int slab = connections.slab(slot, UP);
        return state.peekSlabs.offset(slab) + state.peekSlabs.slabLength() - connections.endOffset(slot, UP);
    }

    private void onBytes(int slot, long nowNs) {
        final int start = connections.unsentOffset(slot, UP);
        final int verdict = UpgradePeek.peek(
                connections.buffer(),
                connections.trackerOffset(slot, UP),
                state.peekSlabs.buffer(connections.slab(slot, UP)),
                start,
                connections.endOffset(slot, UP) - start,
                state.settings.headerLimit());
        switch (verdict) {
            case UpgradePeek.NEED_MORE -> {}
            case UpgradePeek.WEBSOCKET -> onUpgrade(slot, start, nowNs);
            case UpgradePeek.HTTP -> onHttp(slot, nowNs);
            case UpgradePeek.OPAQUE -> onOpaque(slot, nowNs);
            case UpgradePeek.REJECT_TOO_LONG ->
                refuse(slot, HttpAnswer.HEADER_TOO_LONG, TerminationCause.REQUEST_TOO_LONG, nowNs);
            default -> refuse(slot, HttpAnswer.BAD_REQUEST, TerminationCause.REQUEST_MALFORMED, nowNs);
        }
    }

    /** A request without a body: it is kept, so that it can be sent again to another backend. */
    private void onUpgrade(int slot, int start, long nowNs) {
        final int stateOffset = connections.trackerOffset(slot, UP);
        connections.set(slot, Flag.HTTP | Flag.KEPT);
        connections.headEnd(slot, start + UpgradePeek.headLength(connections.buffer(), stateOffset));
        connections.webSocketKeyOffset(slot, start + UpgradePeek.keyOffset(connections.buffer(), stateOffset));
        onPeeked(slot, nowNs);
    }

    private void refuse(int slot, HttpAnswer answer, TerminationCause cause, long nowNs) {
        connections.set(slot, Flag.HTTP);
        terminator.answer(slot, answer, cause, nowNs);
    }

    private void onHttp(int slot, long nowNs) {
        connections.set(slot, Flag.HTTP);
        if (mode(slot) == PeekMode.REQUIRED) {
            terminator.answer(slot, HttpAnswer.UPGRADE_REQUIRED, TerminationCause.UPGRADE_REQUIRED, nowNs);
        } else {
            onPeeked(slot, nowNs);
        }
    }

    private void onOpaque(int slot, long nowNs) {
        if (mode(slot) == PeekMode.REQUIRED) {
            terminator.terminate(slot, TerminationCause.UPGRADE_REQUIRED, nowNs);
        } else {
            onPeeked(slot, nowNs);
        }
    }

    private void onPeeked(int slot, long nowNs) {
        connections.peekedNs(slot, nowNs);
        // Without a slab (a silent client) or without room in it there is nowhere to read to until a backend is there.
        if (connections.slab(slot, UP) == SlabPool.NULL_SLAB || roomLength(slot) == 0) {
            sockets.unwant(slot, Side.CLIENT, Transport.READABLE);
        }
        connector.begin(slot, nowNs);
    }

    private PeekMode mode(int slot) {
        return state.settings.listeners().get(connections.listenerIndex(slot)).peek();
    }
}
