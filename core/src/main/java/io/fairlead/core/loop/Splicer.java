package io.fairlead.core.loop;

import io.fairlead.core.rules.FrameTracker;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.transport.Pipes;

/**
 * Moves what comes in bulk from socket to socket through a pipe, so that it is not copied into this process and out again.
 * Small messages gain nothing by that. A direction splices from when a read has filled the whole read buffer until its
 * frames, or what it brings at a time, are short again.
 *
 * <p>Frame headers are still read, by looking at them in the socket ({@link Pipes#peek}); a pipe is then filled up to the
 * frame's end, so that a header is never in one unseen. A pipe that the sink has not emptied stays with its direction
 * as a slab would ({@link PipePool#holder}).
 *
 * <p><b>Owned by the loop thread.</b> Nothing here allocates.
 */
final class Splicer {
    /**
     * The least a frame, or what came at once, must have for a pipe to be worth its three calls. Chosen below
     * the read buffer's length, so that a direction does not come and go; from 64 KiB on it was seen to pay.
     */
    static final int LEAST_LENGTH = 32 * 1024;

    private final LoopState state;
    private final ConnectionTable connections;
    private final FrameCounts frames;
    private final Forwarder forwarder;
    private final Pipes pipes;
    private final PipePool pool;

    /** No more than what fills the read buffer, or a direction that does would begin and end to splice at every turn. */
    private final int leastLength;

    /** Bytes of the next header that stand at the start of the read buffer; they are still in the socket. */
    private int peekedLength;

    Splicer(LoopState state, FrameCounts frames, Forwarder forwarder) {
        this.state = state;
        this.frames = frames;
        this.forwarder = forwarder;
        connections = state.connections;
        pipes = state.transport.pipes();
        pool = state.pipes;
        leastLength = Math.min(LEAST_LENGTH, state.settings.readBufferLength());
    }

    /** A read filled the whole buffer: there is more where that came from. */
    void onBufferFilled(int slot, int direction) {
        if (pool.isOffered()) {
            connections.set(slot, Flag.splicing(direction));
        }
    }

    /**
     * The source of a splicing direction has something, and nothing of the direction is held.
     *
     * @return false if it is to be read in the usual way.
     */
    boolean onReadable(int slot, int direction, long nowNs) {
        final int length = planned(slot, direction);
        if (length == 0) {
            connections.clear(slot, Flag.splicing(direction));
            return false;
        }
        final int pipe = pool.acquire(nowNs);
        if (pipe == Pipes.NULL_PIPE) {
            return false;
        }
        final int filled;
        int written = 0;
        try {
            filled = pipes.fill(pipe, connections.socket(slot, Sockets.sourceOf(direction)), length);
            if (filled > 0) {
                count(slot, direction, filled, nowNs);
                written = pipes.drain(pipe, connections.socket(slot, Sockets.sinkOf(direction)), filled);
            }
        } catch (final RuntimeException e) {
            // A defect ends its connection, and that does not know of the pipe yet.
            pool.discard(pipe);
            throw e;
        }
        if (filled < leastLength && filled < length) {
            // It came to less than the least: the direction has fallen quiet. The end of a frame is no such sign.
            connections.clear(slot, Flag.splicing(direction));
        }
        if (filled <= 0) {
            // Only a read tells what that means: Linux's splice never passes an urgent byte, and with one in its way it
            // says that there is nothing, or that this is the end, while bytes wait behind.
            pool.release(pipe);
            return false;
        }
        settle(slot, direction, pipe, filled, written, nowNs);
        return true;
    }

    /** How many bytes to fill a pipe with: to the end of the frame where frames are tracked. 0 if they are to be read. */
    private int planned(int slot, int direction) {
        peekedLength = 0;
        if (!connections.is(slot, Flag.tracked(direction))) {
            return Pipes.LENGTH;
        }
        final int tracker = connections.trackerOffset(slot, direction);
        final long remaining = FrameTracker.payloadRemaining(connections.buffer(), tracker);
        if (remaining > 0) {
            return (int) Math.min(Pipes.LENGTH, remaining);
        }
        peekedLength = peekHeader(connections.socket(slot, Sockets.sourceOf(direction)), tracker);
        final long frameLength = peekedLength <= 0 ? 0 : FrameTracker.frameLength(state.readBuffer, 0, peekedLength);
        return frameLength < leastLength ? 0 : (int) Math.min(Pipes.LENGTH, frameLength);
    }

    private void count(int slot, int direction, int filled, long nowNs) {
        forwarder.countRead(slot, direction, filled, nowNs);
        state.counters.add(LoopCounter.BYTES_SPLICED, filled);
        if (connections.is(slot, Flag.tracked(direction))) {
            final int headLength = Math.min(filled, peekedLength);
            frames.track(slot, direction, state.readBuffer, 0, headLength);
            frames.skip(slot, direction, filled - headLength);
        }
    }

    /** Look at the next header. Of one that began in what was read before, the rest is read too. */
    private int peekHeader(int source, int tracker) {
        return FrameTracker.atBoundary(connections.buffer(), tracker)
                ? pipes.peek(source, state.readBuffer, 0, FrameTracker.HEADER_LIMIT)
                : 0;
    }

    /** A pipe was drained as far as the sink took it. */
    private void settle(int slot, int direction, int pipe, int filled, int written, long nowNs) {
        if (written == filled) {
            pool.release(pipe);
            forwarder.countWritten(direction, written);
        } else if (written >= 0) {
            connections.slab(slot, direction, PipePool.holder(pipe));
            connections.unsentOffset(slot, direction, written);
            connections.endOffset(slot, direction, filled);
            state.counters.increment(LoopCounter.PIPES_OUT);
            forwarder.countWritten(direction, written);
            forwarder.onHeld(slot, direction, nowNs);
        } else {
            pool.discard(pipe);
            state.counters.add(LoopCounter.BYTES_DISCARDED, filled);
            forwarder.onSinkReset(slot, direction, nowNs);
        }
    }

    /** Write what a direction's pipe holds: as {@link io.fairlead.core.transport.Transport#write}. */
    int write(int slot, int direction, int length) {
        return pipes.drain(
                PipePool.pipe(connections.slab(slot, direction)),
                connections.socket(slot, Sockets.sinkOf(direction)),
                length);
    }
}
