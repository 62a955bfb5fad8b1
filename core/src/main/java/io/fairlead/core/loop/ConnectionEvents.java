package io.fairlead.core.loop;

import io.fairlead.core.rules.ClientKey;
import io.fairlead.core.status.ConnectionEvent;
import io.fairlead.core.status.ConnectionListener;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.status.WhyChosen;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Side;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Queue;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Tells what happened to connections: builds an event and puts it into a bounded queue, from which another thread takes
 * it. An event allocates; nobody listening costs nothing.
 *
 * <p>{@link #poll} belongs to one other thread, everything else to the loop thread.
 */
final class ConnectionEvents {
    private static final int ADDRESS_LENGTH = 16;
    private static final long NS_PER_MS = 1_000_000;

    private final LoopState state;
    private final Chooser chooser;
    private final long epochOffsetMs;
    private final Queue<ConnectionEvent> queue;
    private final byte[] address = new byte[ADDRESS_LENGTH];
    private List<String> listenerNames = List.of();

    /**
     * Ready to tell.
     *
     * @param epochOffsetMs what to add to the loop's clock, in milliseconds, to get milliseconds since 1970.
     */
    ConnectionEvents(LoopState state, Chooser chooser, long epochOffsetMs) {
        this.state = state;
        this.chooser = chooser;
        this.epochOffsetMs = epochOffsetMs;
        final int length = state.settings.eventQueueLength();
        queue = length == 0 ? null : new OneToOneConcurrentArrayQueue<>(length);
    }

    void listenerNames(List<String> names) {
        listenerNames = List.copyOf(names);
    }

    void onUpgraded(int slot, long nowNs) {
        if (queue != null) {
            offer(build(slot, null, nowNs));
        }
    }

    void onEnd(int slot, TerminationCause cause, long nowNs) {
        if (queue != null) {
            offer(build(slot, cause, nowNs));
        }
    }

    /** Hand waiting events to a listener, up to a limit. @return how many. */
    int poll(ConnectionListener listener, int limit) {
        int count = 0;
        if (queue != null) {
            ConnectionEvent event = queue.poll();
            while (event != null) {
                count++;
                listener.onConnection(event);
                event = count < limit ? queue.poll() : null;
            }
        }
        return count;
    }

    private void offer(ConnectionEvent event) {
        if (!queue.offer(event)) {
            state.counters.increment(LoopCounter.EVENTS_LOST);
        }
    }

    private ConnectionEvent build(int slot, TerminationCause cause, long nowNs) {
        final ConnectionTable connections = state.connections;
        final Settings settings = state.settings;
        final long acceptedNs = connections.acceptedNs(slot);
        final long peekedNs = connections.peekedNs(slot);
        final long connectedNs = connections.connectedNs(slot);
        final long upgradedNs = connections.upgradedNs(slot);
        final StringBuilder key = new StringBuilder();
        ClientKey.appendTo(
                key,
                connections.keyHi(slot),
                connections.keyLo(slot),
                settings.clientPrefix4(),
                settings.clientPrefix6());
        final Backend backend = state.backends.lastKnown(connections.lastTried(slot));
        final Backend owner = chooser.ownerOfAll(slot);
        return new ConnectionEvent(
                cause != null,
                clientAddress(slot),
                connections.clientPort(slot),
                acceptedNs / NS_PER_MS + epochOffsetMs,
                listenerNames.get(connections.listenerIndex(slot)),
                backend == null ? null : backend.name(),
                key.toString(),
                owner == null ? null : owner.name(),
                WhyChosen.of(connections.why(slot)),
                durationNs(acceptedNs, peekedNs),
                durationNs(peekedNs, connectedNs),
                durationNs(connectedNs, upgradedNs),
                nowNs - acceptedNs,
                connections.bytesRead(slot, Side.CLIENT_TO_BACKEND),
                connections.bytesRead(slot, Side.BACKEND_TO_CLIENT),
                connections.messages(slot, Side.CLIENT_TO_BACKEND),
                connections.messages(slot, Side.BACKEND_TO_CLIENT),
                cause,
                connections.is(slot, Flag.WEBSOCKET),
                connections.closeCode(slot),
                connections.closedByClient(slot),
                connections.activeCount(),
                backend == null ? 0 : backend.activeCount(),
                Math.max(0, connections.triedCount(slot) - 1));
    }

    private InetAddress clientAddress(int slot) {
        state.connections.buffer().getBytes(state.connections.addressOffset(slot), address);
        try {
            return InetAddress.getByAddress(address);
        } catch (final UnknownHostException e) {
            throw new IllegalStateException("sixteen bytes are always an address", e);
        }
    }

    /** Zero means that a time was never noted: a monotonic clock can in principle say 0, once in 600 years. */
    private static long durationNs(long fromNs, long toNs) {
        return fromNs == 0 || toNs == 0 ? -1 : toNs - fromNs;
    }
}
