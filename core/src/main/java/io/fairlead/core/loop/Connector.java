package io.fairlead.core.loop;

import io.fairlead.core.rules.ClientKey;
import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.Counters;
import io.fairlead.core.status.LimitKind;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;
import io.fairlead.core.transport.Transport;

/**
 * Connects a classified connection to its backend, and to the next one in the client's order as long as an attempt fails
 * before the client could notice.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Connector {
    /** A pin is not followed with the record's last room: the way back needs it. */
    private static final int REDIRECT_LIMIT = ConnectionTable.TRIED_LIMIT - 1;

    private final LoopState state;
    private final ConnectionTable connections;
    private final Transport transport;
    private final Sockets sockets;
    private final Chooser chooser;
    private final Forwarder forwarder;
    private final Terminator terminator;
    private final Acceptor acceptor;
    private final SourceAddresses sources;
    private final Health health;
    private final Notices notices;

    Connector(
            LoopState state,
            Chooser chooser,
            Forwarder forwarder,
            Terminator terminator,
            Acceptor acceptor,
            SourceAddresses sources,
            Health health,
            Notices notices) {
        this.state = state;
        this.notices = notices;
        this.health = health;
        this.sources = sources;
        this.chooser = chooser;
        this.forwarder = forwarder;
        this.terminator = terminator;
        this.acceptor = acceptor;
        connections = state.connections;
        transport = state.transport;
        sockets = state.sockets;
    }

    /** Choose a backend and start to connect to it. */
    void begin(int slot, long nowNs) {
        next(slot, TerminationCause.NO_BACKEND, nowNs);
    }

    /** The backend's socket has an outcome. */
    void onReady(int slot, long nowNs) {
        final int outcome = transport.finishConnect(connections.socket(slot, Side.BACKEND));
        if (outcome == Transport.CONNECT_DONE) {
            onConnected(slot, nowNs);
        } else if (outcome != Transport.CONNECT_PENDING) {
            onFailed(slot, outcome, nowNs);
        }
    }

    /** The connect time-out passed. */
    void onTimeout(int slot, long nowNs) {
        onFailed(slot, Transport.CONNECT_TIMED_OUT, nowNs);
    }

    /** The backend was found down while it was being connected: nothing came of the attempt that could be held against it. */
    void onBackendDown(int slot, long nowNs) {
        next(slot, TerminationCause.BACKEND_DOWN, nowNs);
    }

    /** Whether it would be worth leaving a backend that was found down: one that is well would take the connection. */
    boolean mayMoveOn(int slot) {
        return mayTry(slot) && chooser.hasHealthyOther(slot);
    }

    /** A connected backend took the kept request and left, or was silent too long: give it to the next one. */
    void retry(int slot, TerminationCause cause, long nowNs) {
        state.stats(connections.backendId(slot)).counters().increment(BackendCounter.UPGRADES_UNANSWERED);
        health.onUnanswered(
                state.backend(slot), ClientKey.key64(connections.keyHi(slot), connections.keyLo(slot)), nowNs);
        rewind(slot);
        next(slot, cause, nowNs);
    }

    private void onConnected(int slot, long nowNs) {
        health.onConnected(state.backend(slot), nowNs);
        final Backend pinned = chooser.pinned(slot);
        if (pinned != null && connections.attemptCount(slot) < REDIRECT_LIMIT) {
            // While this attempt was under way another connection of the client was answered elsewhere. The backend
            // that is left behind did nothing wrong: should the pinned one fail, it may be tried again.
            connections.withdrawAttempt(slot);
            next(slot, TerminationCause.NO_BACKEND, nowNs);
            return;
        }
        if (chooser.isMispinned(slot)) {
            state.counters.increment(LoopCounter.MISPINS);
        }
        final int backendId = connections.backendId(slot);
        state.stats(backendId).counters().increment(BackendCounter.CONNECTED);
        state.stats(backendId).connect().record(nowNs - connections.phaseStartNs(slot));
        forwarder.start(slot, nowNs);
    }

    private void onFailed(int slot, int outcome, long nowNs) {
        if (outcome == Transport.LOCAL_RESOURCE) {
            onLocalResource(slot, nowNs);
        } else {
            next(slot, countFailure(slot, outcome, nowNs), nowNs);
        }
    }

    /** Try backends until one is under way, or none is left and the client is told so. */
    private void next(int slot, TerminationCause causeSoFar, long nowNs) {
        TerminationCause cause = causeSoFar;
        while (true) {
            terminator.detachBackend(slot, nowNs);
            final Backend backend = mayTry(slot) ? chooser.choose(slot, nowNs) : null;
            if (backend == null) {
                terminator.answer(slot, HttpAnswer.UNAVAILABLE, orFull(slot, cause, nowNs), nowNs);
                return;
            }
            final int outcome = attempt(slot, backend, nowNs);
            if (outcome == Transport.LOCAL_RESOURCE) {
                onLocalResource(slot, nowNs);
                return;
            }
            if (outcome >= 0) {
                return;
            }
            cause = countFailure(slot, outcome, nowNs);
        }
    }

    /** A pin that turned up late may be followed beyond the limit, and so may the way back from it. */
    private boolean mayTry(int slot) {
        final int attemptCount = connections.attemptCount(slot);
        final int triedCount = connections.triedCount(slot);
        final int withdrawnCount = attemptCount - triedCount;
        return attemptCount < ConnectionTable.TRIED_LIMIT
                && (triedCount < state.settings.attemptLimit() + withdrawnCount || chooser.pinned(slot) != null);
    }

    private int attempt(int slot, Backend backend, long nowNs) {
        connections.phase(slot, Phase.CONNECTING, nowNs);
        if (connections.triedCount(slot) > 0) {
            state.counters.increment(LoopCounter.RETRIES);
        }
        connections.addAttempt(slot, backend.id());
        connections.backendId(slot, backend.id());
        backend.addActive(1);
        state.stats(backend.id()).counters().increment(BackendCounter.CONNECTIONS_ACTIVE);
        final int socket = sources.connect(backend, transport);
        if (socket < 0) {
            return socket;
        }
        return sockets.open(slot, Side.BACKEND, socket, Transport.WRITABLE) ? socket : Transport.LOCAL_RESOURCE;
    }

    private TerminationCause orFull(int slot, TerminationCause cause, long nowNs) {
        if (cause != TerminationCause.NO_BACKEND || !chooser.isHeldUpByLimits(slot)) {
            return cause;
        }
        notices.limit(LimitKind.ALL_BACKENDS, nowNs);
        return TerminationCause.BACKENDS_FULL;
    }

    private TerminationCause countFailure(int slot, int outcome, long nowNs) {
        if (outcome == Transport.CONNECT_NO_PORT) {
            // Ports run out towards one backend's address at a time: the others are still there, and none is to blame.
            return TerminationCause.LOCAL_RESOURCE;
        }
        final Counters<BackendCounter> counters =
                state.stats(connections.backendId(slot)).counters();
        health.onConnectFailed(
                state.backend(slot), ConnectOutcome.describe(outcome), connections.phaseStartNs(slot), nowNs);
        if (outcome == Transport.CONNECT_TIMED_OUT) {
            counters.increment(BackendCounter.CONNECT_TIMED_OUT);
            return TerminationCause.CONNECT_TIMED_OUT;
        }
        counters.increment(BackendCounter.CONNECT_REFUSED);
        return TerminationCause.BACKENDS_REFUSED;
    }

    /** Nobody's fault but this machine's: no other backend would fare better, and accepting more makes it worse. */
    private void onLocalResource(int slot, long nowNs) {
        acceptor.backOff(nowNs);
        terminator.answer(slot, HttpAnswer.UNAVAILABLE, TerminationCause.LOCAL_RESOURCE, nowNs);
    }

    /** Make the kept request whole again. */
    private void rewind(int slot) {
        final int slab = connections.slab(slot, Side.CLIENT_TO_BACKEND);
        final int start = state.peekSlabs.offset(slab) + LoopState.HEAD_ROOM;
        final int written = connections.unsentOffset(slot, Side.CLIENT_TO_BACKEND) - start;
        state.counters.add(LoopCounter.BYTES_REPLAYED, written);
        connections.unsentOffset(slot, Side.CLIENT_TO_BACKEND, start);
    }
}
