package io.fairlead.core.loop;

import io.fairlead.core.rules.AnswerPeek;
import io.fairlead.core.rules.UpgradeAccept;
import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendStats;
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
 * Waits for the answer to a WebSocket upgrade. The answer's head is looked at whole: until then it stands in a slab and
 * the client sees none of it. A verified 101 starts frame tracking; whatever else came passes untouched.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Upgrader {
    private static final int UP = Side.CLIENT_TO_BACKEND;
    private static final int DOWN = Side.BACKEND_TO_CLIENT;

    private final LoopState state;
    private final ConnectionTable connections;
    private final UpgradeAccept accept = new UpgradeAccept();
    private final Connector connector;
    private final Forwarder forwarder;
    private final FrameCounts frames;
    private final Terminator terminator;
    private final ConnectionEvents events;
    private final Health health;

    Upgrader(
            LoopState state,
            Connector connector,
            Forwarder forwarder,
            FrameCounts frames,
            Terminator terminator,
            ConnectionEvents events,
            Health health) {
        this.health = health;
        this.state = state;
        this.connector = connector;
        this.forwarder = forwarder;
        this.frames = frames;
        this.terminator = terminator;
        this.events = events;
        connections = state.connections;
    }

    /** The backend answers, or leaves. */
    void onReadable(int slot, long nowNs) {
        final boolean isHeld = isHeld(slot);
        if (!isHeld && !state.mayTakeSlab()) {
            state.joinLine(slot, DOWN);
            return;
        }
        final UnsafeBuffer buffer = isHeld ? state.slabs.buffer(connections.slab(slot, DOWN)) : state.readBuffer;
        final int offset = isHeld ? connections.endOffset(slot, DOWN) : 0;
        final int heldLength = isHeld ? offset - connections.unsentOffset(slot, DOWN) : 0;
        final int length = state.transport.read(
                connections.socket(slot, Side.BACKEND), buffer, offset, state.settings.readBufferLength() - heldLength);
        if (length > 0) {
            forwarder.countRead(slot, DOWN, length, nowNs);
            if (isHeld) {
                connections.endOffset(slot, DOWN, offset + length);
            } else {
                forwarder.onFirstAnswer(slot);
                health.onAnswered(state.backend(slot));
            }
            onBytes(slot, buffer, offset - heldLength, heldLength + length, nowNs);
        } else if (length != Transport.WOULD_BLOCK) {
            onLeft(slot, length, nowNs);
        }
    }

    /** The upgrade time-out passed. What a backend has begun to answer is never asked of another. */
    void onTimeout(int slot, long nowNs) {
        if (!isStillAwaited(slot, nowNs)) {
            return;
        }
        if (connections.is(slot, Flag.inLine(DOWN))) {
            // It was not silent, it was not heard: no slab became free for its answer.
            terminator.answer(slot, HttpAnswer.UNAVAILABLE, TerminationCause.LOCAL_RESOURCE, nowNs);
        } else if (connections.is(slot, Flag.ANSWERED)) {
            state.stats(connections.backendId(slot)).counters().increment(BackendCounter.UPGRADES_UNANSWERED);
            terminator.answer(slot, HttpAnswer.UNAVAILABLE, TerminationCause.UPGRADE_TIMED_OUT, nowNs);
        } else {
            connector.retry(slot, TerminationCause.UPGRADE_TIMED_OUT, nowNs);
        }
    }

    /** The backend was found down before it answered. */
    void onBackendDown(int slot, long nowNs) {
        if (isStillAwaited(slot, nowNs) && !connections.is(slot, Flag.ANSWERED)) {
            connector.retry(slot, TerminationCause.BACKEND_DOWN, nowNs);
        }
    }

    /**
     * Whether the answer is still not whole when what has come this very moment, and was not told of yet, is looked at too: no
     * other backend may be asked what this one has answered. Without a slab to take it nothing is.
     */
    private boolean isStillAwaited(int slot, long nowNs) {
        final int generation = connections.generation(slot);
        final int backendId = connections.backendId(slot);
        final boolean mayHear = !connections.is(slot, Flag.ANSWERED) && state.mayTakeSlab();
        if (mayHear && !connections.is(slot, Flag.inLine(DOWN))) {
            onReadable(slot, nowNs);
        }
        return connections.generation(slot) == generation
                && connections.phase(slot) == Phase.FORWARDING
                && connections.backendId(slot) == backendId
                && connections.is(slot, Flag.KEPT);
    }

    /**
     * The backend failed while its answer could not be read, for want of a slab. What it may have answered decides whether
     * another backend may be asked, so it is looked at; it is too late for it to be passed on.
     */
    void onFailed(int slot, long nowNs) {
        final boolean isAnswered = connections.is(slot, Flag.ANSWERED);
        final int length = isAnswered
                ? Transport.RESET
                : state.transport.read(
                        connections.socket(slot, Side.BACKEND), state.readBuffer, 0, state.settings.readBufferLength());
        if (length > 0) {
            forwarder.countRead(slot, DOWN, length, nowNs);
            forwarder.onFirstAnswer(slot);
            state.counters.add(LoopCounter.BYTES_DISCARDED, length);
        }
        if (isAnswered || length > 0) {
            terminator.terminate(slot, TerminationCause.BACKEND_RESET, nowNs);
        } else if (length != Transport.WOULD_BLOCK) {
            state.leaveLine(slot, DOWN);
            connector.retry(slot, TerminationCause.BACKEND_LEFT_IN_UPGRADE, nowNs);
        }
    }

    private void onBytes(int slot, UnsafeBuffer buffer, int offset, int length, long nowNs) {
        final UnsafeBuffer request = state.peekSlabs.buffer(connections.slab(slot, UP));
        final int verdict = AnswerPeek.peek(
                connections.buffer(),
                connections.trackerOffset(slot, DOWN),
                buffer,
                offset,
                length,
                state.settings.headerLimit(),
                accept.forKey(request, connections.webSocketKeyOffset(slot)));
        if (verdict == AnswerPeek.NEED_MORE) {
            if (!isHeld(slot)) {
                hold(slot, length);
            }
            return;
        }
        if (verdict == AnswerPeek.SWITCHED) {
            final int headLength = AnswerPeek.headLength(connections.buffer(), connections.trackerOffset(slot, DOWN));
            onSwitched(slot, buffer, offset + headLength, length - headLength, nowNs);
        } else {
            state.stats(connections.backendId(slot)).counters().increment(BackendCounter.UPGRADES_DECLINED);
        }
        release(slot, length, nowNs);
    }

    private void onSwitched(int slot, UnsafeBuffer buffer, int offset, int length, long nowNs) {
        final BackendStats stats = state.stats(connections.backendId(slot));
        stats.counters().increment(BackendCounter.UPGRADES_SWITCHED);
        stats.counters().increment(BackendCounter.WEBSOCKETS_ACTIVE);
        stats.handshake().record(nowNs - connections.connectedNs(slot));
        state.counters.increment(LoopCounter.UPGRADES);
        state.counters.increment(LoopCounter.WEBSOCKETS_ACTIVE);
        connections.set(slot, Flag.WEBSOCKET);
        connections.upgradedNs(slot, nowNs);
        if (state.settings.frameTracking()) {
            frames.start(slot);
            frames.track(slot, DOWN, buffer, offset, length);
            trackBehindRequest(slot);
        }
        events.onUpgraded(slot, nowNs);
    }

    /** Frames that the client sent behind its request, before it could know that they are welcome. */
    private void trackBehindRequest(int slot) {
        final int headEnd = connections.headEnd(slot);
        final UnsafeBuffer request = state.peekSlabs.buffer(connections.slab(slot, UP));
        frames.track(slot, UP, request, headEnd, connections.endOffset(slot, UP) - headEnd);
    }

    /** The answer is classified: let it pass, and what the client sent behind its request. */
    private void release(int slot, int length, long nowNs) {
        final int generation = connections.generation(slot);
        connections.clear(slot, Flag.KEPT);
        forwarder.countPeeked(slot);
        if (isHeld(slot)) {
            connections.progressNs(slot, DOWN, nowNs);
            forwarder.flush(slot, DOWN, nowNs);
        } else {
            forwarder.send(slot, DOWN, length, nowNs);
        }
        if (connections.generation(slot) == generation && connections.phase(slot) == Phase.FORWARDING) {
            connections.progressNs(slot, UP, nowNs);
            forwarder.flush(slot, UP, nowNs);
        }
    }

    /** Whether a piece of the answer stands in a slab. */
    private boolean isHeld(int slot) {
        return connections.slab(slot, DOWN) != SlabPool.NULL_SLAB;
    }

    private void hold(int slot, int length) {
        final int slab = state.acquireSlab(slot, DOWN);
        final int start = connections.unsentOffset(slot, DOWN);
        state.slabs.buffer(slab).putBytes(start, state.readBuffer, 0, length);
        connections.endOffset(slot, DOWN, start + length);
        connections.progressNs(slot, DOWN, connections.lastActivityNs(slot));
    }

    /** The backend ended before its answer was whole; {@code how} is what the read said. */
    private void onLeft(int slot, int how, long nowNs) {
        if (!connections.is(slot, Flag.ANSWERED)) {
            connector.retry(slot, TerminationCause.BACKEND_LEFT_IN_UPGRADE, nowNs);
        } else if (how == Transport.RESET) {
            terminator.terminate(slot, TerminationCause.BACKEND_RESET, nowNs);
        } else {
            // A piece of an answer, then FIN: the client shall see just that.
            final int generation = connections.generation(slot);
            state.stats(connections.backendId(slot)).counters().increment(BackendCounter.UPGRADES_DECLINED);
            release(slot, 0, nowNs);
            if (connections.generation(slot) == generation) {
                forwarder.onEndOfStream(slot, DOWN, nowNs);
            }
        }
    }
}
