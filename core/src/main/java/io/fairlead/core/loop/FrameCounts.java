package io.fairlead.core.loop;

import io.fairlead.core.rules.FrameHandler;
import io.fairlead.core.rules.FrameTracker;
import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendStats;
import io.fairlead.core.status.Counters;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Side;
import org.agrona.DirectBuffer;

/**
 * Follows the frames of tracked directions and counts them for the connection and its backend.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class FrameCounts implements FrameHandler {
    private final LoopState state;
    private final ConnectionTable connections;
    /** Of the backend, and about the direction, whose bytes are being tracked. */
    private BackendStats stats;

    private boolean isControlOpen;
    private long announcedLength;

    FrameCounts(LoopState state) {
        this.state = state;
        connections = state.connections;
    }

    /** Begin with the first byte behind the handshake, both ways. */
    void start(int slot) {
        for (int direction = 0; direction < 2; direction++) {
            FrameTracker.start(connections.buffer(), connections.trackerOffset(slot, direction));
            connections.set(slot, Flag.tracked(direction));
        }
    }

    /**
     * Follow the next bytes of a tracked direction. Payload is counted as it passes, never as a header announces it: else
     * fourteen bytes could claim exabytes.
     */
    void track(int slot, int direction, DirectBuffer bytes, int offset, int length) {
        final int tracker = connections.trackerOffset(slot, direction);
        final boolean wasControlOpen = connections.is(slot, Flag.controlOpen(direction));
        isControlOpen = wasControlOpen;
        stats = state.stats(connections.backendId(slot));
        final long dataBefore = dataRemaining(tracker);
        announcedLength = 0;
        final boolean isFraming = FrameTracker.track(
                connections.buffer(), tracker, bytes, offset, length, this, ((long) slot << 1) | direction);
        final long passedLength = dataBefore + announcedLength - dataRemaining(tracker);
        if (passedLength != 0) {
            countPassed(direction, passedLength);
        }
        if (isControlOpen != wasControlOpen) {
            onControlOpenChanged(slot, direction);
        }
        if (!isFraming) {
            connections.clear(slot, Flag.tracked(direction));
            state.counters.increment(LoopCounter.TRACKING_LOST);
        }
    }

    /** Payload of the frame that a tracked direction is in passed unseen; it is not more than what remains of it. */
    void skip(int slot, int direction, int length) {
        FrameTracker.skip(connections.buffer(), connections.trackerOffset(slot, direction), length);
        if (!connections.is(slot, Flag.controlOpen(direction))) {
            stats = state.stats(connections.backendId(slot));
            countPassed(direction, length);
        }
    }

    private void countPassed(int direction, long length) {
        stats.counters()
                .add(
                        direction == Side.CLIENT_TO_BACKEND
                                ? BackendCounter.UP_MESSAGE_BYTES
                                : BackendCounter.DOWN_MESSAGE_BYTES,
                        length);
    }

    /** What is still to come of an open data frame. */
    private long dataRemaining(int tracker) {
        return isControlOpen ? 0 : FrameTracker.payloadRemaining(connections.buffer(), tracker);
    }

    @Override
    public void onFrame(long connection, int opcode, boolean fin, long payloadLength, int closeCode) {
        final int slot = (int) (connection >>> 1);
        final int direction = (int) connection & 1;
        final Counters<BackendCounter> counters = stats.counters();
        final boolean isUp = direction == Side.CLIENT_TO_BACKEND;
        counters.increment(isUp ? BackendCounter.UP_FRAMES : BackendCounter.DOWN_FRAMES);
        isControlOpen = opcode > FrameTracker.BINARY;
        if (opcode <= FrameTracker.BINARY) {
            announcedLength += payloadLength;
            if (fin) {
                connections.addMessage(slot, direction);
                counters.increment(isUp ? BackendCounter.UP_MESSAGES : BackendCounter.DOWN_MESSAGES);
            }
        } else if (opcode == FrameTracker.PING) {
            counters.increment(isUp ? BackendCounter.UP_PINGS : BackendCounter.DOWN_PINGS);
        } else if (opcode == FrameTracker.PONG) {
            counters.increment(isUp ? BackendCounter.UP_PONGS : BackendCounter.DOWN_PONGS);
        } else if (opcode == FrameTracker.CLOSE) {
            onClose(slot, closeCode, isUp);
        }
    }

    private void onControlOpenChanged(int slot, int direction) {
        if (isControlOpen) {
            connections.set(slot, Flag.controlOpen(direction));
        } else {
            connections.clear(slot, Flag.controlOpen(direction));
        }
    }

    private void onClose(int slot, int closeCode, boolean byClient) {
        stats.counters().increment(byClient ? BackendCounter.UP_CLOSES : BackendCounter.DOWN_CLOSES);
        // The other side answers with a Close of its own (RFC 6455 section 5.5.1): that one initiates nothing.
        if (connections.closeCode(slot) == 0) {
            connections.close(slot, closeCode, byClient);
            stats.countClose(closeCode, byClient);
        }
    }
}
