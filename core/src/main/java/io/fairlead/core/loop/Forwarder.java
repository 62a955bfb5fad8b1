package io.fairlead.core.loop;

import io.fairlead.core.status.BackendCounter;
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
 * Moves bytes: reads into the loop's one buffer and writes to the peer at once, from the same bytes. Only a remainder goes
 * to a slab; then the source is not read until the slab has drained. What comes in bulk passes through the kernel alone,
 * where the transport can do that ({@link Splicer}).
 *
 * <p><b>Owned by the loop thread.</b> Nothing here allocates.
 */
final class Forwarder {
    private final LoopState state;
    private final ConnectionTable connections;
    private final Transport transport;
    private final Sockets sockets;
    private final SlabPool slabs;
    private final UnsafeBuffer readBuffer;
    private final int readBufferLength;
    private final FrameCounts frames;
    private final Chooser chooser;
    private final Terminator terminator;
    private final Splicer splicer;

    Forwarder(LoopState state, FrameCounts frames, Chooser chooser, Terminator terminator) {
        this.state = state;
        this.frames = frames;
        this.chooser = chooser;
        this.terminator = terminator;
        connections = state.connections;
        transport = state.transport;
        sockets = state.sockets;
        slabs = state.slabs;
        readBuffer = state.readBuffer;
        readBufferLength = state.settings.readBufferLength();
        splicer = new Splicer(state, frames, this);
    }

    /** A backend is connected: send what there is of the request, and listen to both. */
    void start(int slot, long nowNs) {
        connections.phase(slot, Phase.FORWARDING, nowNs);
        connections.connectedNs(slot, nowNs);
        connections.lastActivityNs(slot, nowNs);
        sockets.set(slot, Side.BACKEND, Transport.READABLE);
        if (!connections.is(slot, Flag.KEPT)) {
            countPeeked(slot);
        }
        if (connections.slab(slot, Side.CLIENT_TO_BACKEND) == SlabPool.NULL_SLAB) {
            sockets.want(slot, Side.CLIENT, Transport.READABLE);
        } else {
            connections.progressNs(slot, Side.CLIENT_TO_BACKEND, nowNs);
            flush(slot, Side.CLIENT_TO_BACKEND, nowNs);
        }
    }

    /** The source of a direction has something. It holds no slab: else its read interest would be off. */
    void onReadable(int slot, int direction, long nowNs) {
        if (connections.is(slot, Flag.splicing(direction)) && splicer.onReadable(slot, direction, nowNs)) {
            return;
        }
        if (!state.mayTakeSlab()) {
            state.joinLine(slot, direction);
            return;
        }
        final int length =
                transport.read(connections.socket(slot, Sockets.sourceOf(direction)), readBuffer, 0, readBufferLength);
        if (length > 0) {
            onRead(slot, direction, length, nowNs);
            send(slot, direction, length, nowNs);
        } else {
            onNothingRead(slot, direction, length, nowNs);
        }
    }

    /** A read, or its like, said something else than how much it read. */
    void onNothingRead(int slot, int direction, int result, long nowNs) {
        if (result == Transport.END_OF_STREAM) {
            onEndOfStream(slot, direction, nowNs);
        } else if (result == Transport.RESET) {
            terminator.terminate(slot, resetBy(Sockets.sourceOf(direction)), nowNs);
        }
    }

    /** The sink of a direction takes bytes again. */
    void onWritable(int slot, int direction, long nowNs) {
        if (connections.slab(slot, direction) != SlabPool.NULL_SLAB) {
            flush(slot, direction, nowNs);
        } else {
            sockets.unwant(slot, Sockets.sinkOf(direction), Transport.WRITABLE);
        }
    }

    /** Account for bytes that now stand at the start of the read buffer, or behind others in a slab. */
    void countRead(int slot, int direction, int length, long nowNs) {
        connections.lastActivityNs(slot, nowNs);
        connections.addBytesRead(slot, direction, length);
        state.counters.add(
                direction == Side.CLIENT_TO_BACKEND ? LoopCounter.CLIENT_BYTES_READ : LoopCounter.BACKEND_BYTES_READ,
                length);
        state.stats(connections.backendId(slot))
                .counters()
                .add(direction == Side.CLIENT_TO_BACKEND ? BackendCounter.UP_BYTES : BackendCounter.DOWN_BYTES, length);
    }

    /** Account to a backend for what was read of its client before it was certain that this is the backend. */
    void countPeeked(int slot) {
        state.stats(connections.backendId(slot))
                .counters()
                .add(BackendCounter.UP_BYTES, connections.bytesRead(slot, Side.CLIENT_TO_BACKEND));
    }

    /** Write the first bytes of the read buffer; what the sink does not take goes to a slab. */
    void send(int slot, int direction, int length, long nowNs) {
        final int sink = Sockets.sinkOf(direction);
        final int written = transport.write(connections.socket(slot, sink), readBuffer, 0, length);
        if (written == length) {
            countWritten(direction, written);
        } else if (written >= 0) {
            countWritten(direction, written);
            onSinkFull(slot, direction, written, length, nowNs);
        } else {
            state.counters.add(LoopCounter.BYTES_DISCARDED, length);
            terminator.terminate(slot, resetBy(sink), nowNs);
        }
    }

    /** Write what a direction's slab holds, as far as it may be written now. */
    void flush(int slot, int direction, long nowNs) {
        final int sink = Sockets.sinkOf(direction);
        final int unsentOffset = connections.unsentOffset(slot, direction);
        final int limit =
                state.isKept(slot, direction) ? connections.headEnd(slot) : connections.endOffset(slot, direction);
        int written = 0;
        if (unsentOffset < limit) {
            written = writeHeld(slot, direction, unsentOffset, limit - unsentOffset);
        }
        if (written < 0) {
            onSinkReset(slot, direction, nowNs);
            return;
        }
        if (written > 0) {
            countWritten(direction, written);
            connections.unsentOffset(slot, direction, unsentOffset + written);
            if (state.slabLine.length() == 0 || PipePool.isPipe(connections.slab(slot, direction))) {
                // While others wait for a slab, a trickle is no progress: each slab must drain whole within the stall
                // limit, or a few slow readers could hold them all for ever.
                connections.progressNs(slot, direction, nowNs);
            }
            connections.lastActivityNs(slot, nowNs);
        }
        if (unsentOffset + written < limit) {
            sockets.want(slot, sink, Transport.WRITABLE);
            unwantSource(slot, direction);
        } else {
            onFlushed(slot, direction, nowNs);
        }
    }

    private int writeHeld(int slot, int direction, int offset, int length) {
        final int holder = connections.slab(slot, direction);
        if (PipePool.isPipe(holder)) {
            return splicer.write(slot, direction, length);
        }
        final UnsafeBuffer slab = state.pool(slot, direction).buffer(holder);
        return transport.write(connections.socket(slot, Sockets.sinkOf(direction)), slab, offset, length);
    }

    /** The source of a direction sent its FIN: pass it on once everything before it was. */
    void onEndOfStream(int slot, int direction, long nowNs) {
        connections.set(slot, Flag.endSeen(direction));
        connections.lastActivityNs(slot, nowNs);
        if (connections.slab(slot, direction) != SlabPool.NULL_SLAB) {
            sockets.unwant(slot, Sockets.sourceOf(direction), Transport.READABLE);
        } else if (connections.is(slot, Flag.endSent(Side.other(direction)))) {
            // The last of both: the interest goes with the socket, and is not worth a system call.
            terminator.terminate(slot, TerminationCause.COMPLETED, nowNs);
        } else {
            sockets.unwant(slot, Sockets.sourceOf(direction), Transport.READABLE);
            passEnd(slot, direction);
        }
    }

    /** The peer of a side is gone without a FIN. */
    static TerminationCause resetBy(int side) {
        return side == Side.CLIENT ? TerminationCause.CLIENT_RESET : TerminationCause.BACKEND_RESET;
    }

    private void onRead(int slot, int direction, int length, long nowNs) {
        countRead(slot, direction, length, nowNs);
        final int flags = connections.state(slot);
        if ((flags & Flag.tracked(direction)) != 0) {
            frames.track(slot, direction, readBuffer, 0, length);
        } else if (direction == Side.BACKEND_TO_CLIENT && (flags & Flag.ANSWERED) == 0) {
            onFirstAnswer(slot);
        }
        if (length == readBufferLength) {
            splicer.onBufferFilled(slot, direction);
        }
    }

    /** The backend spoke for the first time: from now on its client belongs there. */
    void onFirstAnswer(int slot) {
        connections.set(slot, Flag.ANSWERED);
        chooser.onAnswered(slot);
    }

    private void onSinkFull(int slot, int direction, int written, int length, long nowNs) {
        final int slab = state.acquireSlab(slot, direction);
        final int start = connections.unsentOffset(slot, direction);
        slabs.buffer(slab).putBytes(start, readBuffer, written, length - written);
        connections.endOffset(slot, direction, start + length - written);
        onHeld(slot, direction, nowNs);
    }

    /** The sink did not take everything: until it has, its source is not read. */
    void onHeld(int slot, int direction, long nowNs) {
        connections.progressNs(slot, direction, nowNs);
        sockets.unwant(slot, Sockets.sourceOf(direction), Transport.READABLE);
        sockets.want(slot, Sockets.sinkOf(direction), Transport.WRITABLE);
    }

    private void onFlushed(int slot, int direction, long nowNs) {
        sockets.unwant(slot, Sockets.sinkOf(direction), Transport.WRITABLE);
        if (state.isKept(slot, direction)) {
            return;
        }
        state.releaseSlab(slot, direction);
        if (direction == Side.CLIENT_TO_BACKEND) {
            connections.clear(slot, Flag.PEEK_SLAB);
        }
        if (connections.is(slot, Flag.endSeen(direction))) {
            finish(slot, direction, nowNs);
        } else {
            sockets.want(slot, Sockets.sourceOf(direction), Transport.READABLE);
        }
    }

    /** The sink of a direction is gone. */
    void onSinkReset(int slot, int direction, long nowNs) {
        if (state.isKept(slot, direction)) {
            // The request can go to another backend. The reset is latched: the read that is now due will tell.
            state.leaveLine(slot, Side.BACKEND_TO_CLIENT);
            sockets.set(slot, Side.BACKEND, Transport.READABLE);
        } else {
            terminator.terminate(slot, resetBy(Sockets.sinkOf(direction)), nowNs);
        }
    }

    private void finish(int slot, int direction, long nowNs) {
        if (connections.is(slot, Flag.endSent(Side.other(direction)))) {
            terminator.terminate(slot, TerminationCause.COMPLETED, nowNs);
        } else {
            passEnd(slot, direction);
        }
    }

    private void passEnd(int slot, int direction) {
        connections.set(slot, Flag.endSent(direction));
        transport.shutdownOutput(connections.socket(slot, Sockets.sinkOf(direction)));
    }

    /** A kept request's source may still be read, into the rest of the slab that holds it. */
    private void unwantSource(int slot, int direction) {
        if (!state.isKept(slot, direction)) {
            sockets.unwant(slot, Sockets.sourceOf(direction), Transport.READABLE);
        }
    }

    void countWritten(int direction, int length) {
        state.counters.add(
                direction == Side.CLIENT_TO_BACKEND
                        ? LoopCounter.BACKEND_BYTES_WRITTEN
                        : LoopCounter.CLIENT_BYTES_WRITTEN,
                length);
    }
}
