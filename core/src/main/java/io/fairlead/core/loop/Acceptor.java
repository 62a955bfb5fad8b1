package io.fairlead.core.loop;

import io.fairlead.core.rules.ClientKey;
import io.fairlead.core.status.LimitKind;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * Accepts connections, a batch at a time, and only those that can be served: with a full table, or without a free peek
 * slab, the listeners are not polled and the system keeps the clients waiting; nobody is accepted to be dropped, but who takes more than a source may. A lack
 * of descriptors is waited out.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Acceptor {
    private static final int BATCH_LIMIT = 64;
    private static final long BACK_OFF_NS = 100_000_000L;

    private final LoopState state;
    private final ConnectionTable connections;
    private final Transport transport;
    private final int[] listeners;
    private final boolean[] isPaused;
    private final Terminator terminator;
    private final Defects defects;
    private final Admission admission;
    private final Notices notices;
    private Connector connector;
    private int pausedCount;
    private boolean isClosed;
    private boolean isBackingOff;
    private long backOffUntilNs;

    Acceptor(LoopState state, Admission admission, Terminator terminator, Defects defects, Notices notices) {
        this.state = state;
        this.admission = admission;
        this.notices = notices;
        this.terminator = terminator;
        this.defects = defects;
        connections = state.connections;
        transport = state.transport;
        listeners = new int[state.settings.listeners().size()];
        isPaused = new boolean[listeners.length];
        Arrays.fill(listeners, Transport.NULL_SOCKET);
    }

    /** Who continues with a connection that is not peeked. To be set once, before {@link #open()}. */
    void connector(Connector value) {
        connector = value;
    }

    /** Bind every listener and start to accept. @throws IOException if one cannot be bound. */
    void open() throws IOException {
        for (int i = 0; i < listeners.length; i++) {
            final InetSocketAddress address = state.settings.listeners().get(i).address();
            listeners[i] = transport.listen(address, state.settings.backlogLength());
            if (transport.register(listeners[i], Token.ofListener(i), Transport.READABLE) != 0) {
                throw new IOException("no resources left to poll " + address);
            }
        }
        state.status.accepting(true);
    }

    int localPort(int listenerIndex) {
        return transport.localPort(listeners[listenerIndex]);
    }

    /** Take those who already wait, for a closed listener would reset them, then stop accepting for good. */
    void drain(long nowNs) {
        for (int i = 0; i < listeners.length && !isClosed; i++) {
            int total = 0;
            int count = BATCH_LIMIT;
            while (count == BATCH_LIMIT && total < state.settings.backlogLength()) {
                count = onReadable(i, nowNs);
                total += count;
            }
        }
        close();
    }

    /** Stop accepting for good. */
    void close() {
        if (!isClosed) {
            isClosed = true;
            state.status.accepting(false);
            for (final int listener : listeners) {
                if (listener != Transport.NULL_SOCKET) {
                    state.sockets.closeStray(listener);
                }
            }
        }
    }

    /** Connections wait at a listener. @return how many were accepted. */
    int onReadable(int listenerIndex, long nowNs) {
        int count = 0;
        while (!isClosed && !isPaused[listenerIndex] && count < BATCH_LIMIT) {
            if (!canAdmit(listenerIndex)) {
                state.counters.increment(LoopCounter.ACCEPT_PAUSES);
                notices.limit(connections.hasFree() ? LimitKind.PEEK_SLABS : LimitKind.CONNECTIONS, nowNs);
                pause(listenerIndex);
                break;
            }
            final int socket = transport.accept(listeners[listenerIndex]);
            if (socket == Transport.LOCAL_RESOURCE) {
                backOff(nowNs);
                break;
            }
            if (socket == Transport.NONE_PENDING) {
                break;
            }
            admitContained(socket, listenerIndex, nowNs);
            count++;
        }
        return count;
    }

    /** This machine ran out of something: give it time. */
    void backOff(long nowNs) {
        state.counters.increment(LoopCounter.LOCAL_RESOURCE_BACKOFFS);
        isBackingOff = true;
        backOffUntilNs = nowNs + BACK_OFF_NS;
        for (int i = 0; i < listeners.length; i++) {
            pause(i);
        }
    }

    /** Poll the listeners again once what they were paused for is over. */
    void resumeIfPossible(long nowNs) {
        if (pausedCount == 0 || isClosed) {
            return;
        }
        if (isBackingOff && nowNs - backOffUntilNs >= 0) {
            isBackingOff = false;
        }
        for (int i = 0; i < listeners.length; i++) {
            if (isPaused[i] && !isBackingOff && canAdmit(i)) {
                isPaused[i] = false;
                pausedCount--;
                transport.setInterest(listeners[i], Token.ofListener(i), Transport.READABLE);
            }
        }
    }

    /** A listener that does not peek needs no peek slab: another one's half-sent heads are none of its business. */
    private boolean canAdmit(int listenerIndex) {
        return connections.hasFree()
                && (!isPeeked(listenerIndex) || (state.peekSlabs.hasFree() && state.peekLine.length() == 0));
    }

    private boolean isPeeked(int listenerIndex) {
        return state.settings.listeners().get(listenerIndex).peek() != PeekMode.OFF;
    }

    private void pause(int listenerIndex) {
        if (!isPaused[listenerIndex] && !isClosed) {
            isPaused[listenerIndex] = true;
            pausedCount++;
            transport.setInterest(listeners[listenerIndex], Token.ofListener(listenerIndex), 0);
        }
    }

    /** A defect here ends the connection it shows on, as anywhere. */
    private void admitContained(int socket, int listenerIndex, long nowNs) {
        final int slot = connections.allocate(Phase.PEEKING);
        final int generation = connections.generation(slot);
        state.counters.increment(LoopCounter.ACCEPTED);
        state.counters.increment(LoopCounter.CONNECTIONS_ACTIVE);
        try {
            admit(slot, socket, listenerIndex, nowNs);
        } catch (final RuntimeException e) {
            defects.contain(slot, generation, e, nowNs);
        }
    }

    private void admit(int slot, int socket, int listenerIndex, long nowNs) {
        final Settings settings = state.settings;
        final boolean isPeeked = isPeeked(listenerIndex);
        connections.phaseStartNs(slot, nowNs);
        connections.acceptedNs(slot, nowNs);
        connections.lastActivityNs(slot, nowNs);
        connections.listenerIndex(slot, listenerIndex);
        final boolean isOpen = state.sockets.open(slot, Side.CLIENT, socket, isPeeked ? Transport.READABLE : 0);
        final int address = connections.addressOffset(slot);
        transport.remoteAddress(socket, connections.buffer(), address);
        final int prefix4 = settings.clientPrefix4();
        final int prefix6 = settings.clientPrefix6();
        connections.key(
                slot,
                ClientKey.hi(connections.buffer(), address, prefix4, prefix6),
                ClientKey.lo(connections.buffer(), address, prefix4, prefix6));
        final TerminationCause refusal = admission.admit(slot, nowNs);
        if (!isOpen) {
            terminator.terminate(slot, TerminationCause.LOCAL_RESOURCE, nowNs);
            backOff(nowNs);
        } else if (refusal != null) {
            terminator.terminate(slot, refusal, nowNs);
        } else if (!isPeeked) {
            connections.peekedNs(slot, nowNs);
            connector.begin(slot, nowNs);
        }
    }
}
