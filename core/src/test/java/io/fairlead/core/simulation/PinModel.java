package io.fairlead.core.simulation;

import io.fairlead.core.rules.ClientKey;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Which client is pinned to which backend, in plain objects: what the engine's pin table is held against. It learns from
 * what the backends say, and from nothing the engine decided.
 */
final class PinModel {
    private static final int IPV4_LENGTH = 4;

    private final int limit;
    private final long timeoutNs;
    private final HealthModel health;
    private long evictedCount;
    private long refusedCount;
    private final Map<Key, Pin> pins = new HashMap<>();
    /** Those without connections, the one that has been so for longest first. */
    private final ArrayDeque<Pin> idle = new ArrayDeque<>();

    /** A client, as pins know it: by as many bits of its address as the settings say. */
    record Key(int listenerIndex, long hi, long lo) {
        static Key of(int listenerIndex, InetAddress address, HistorySettings settings) {
            final InetAddress prefix = settings.prefixOf(address);
            final byte[] bytes = prefix.getAddress();
            return bytes.length == IPV4_LENGTH
                    ? new Key(listenerIndex, 0, Stage.addressLow(prefix))
                    : new Key(
                            listenerIndex,
                            ByteBuffer.wrap(bytes).getLong(),
                            ByteBuffer.wrap(bytes).getLong(Long.BYTES));
        }

        /** What rendezvous hashing takes of it. */
        long key64() {
            return ClientKey.key64(hi, lo);
        }
    }

    /** A client is bound to a backend. */
    static final class Pin {
        final Key key;
        Incarnation backend;
        /** Connections of the client to the backend that have been answered. */
        int liveCount;
        /** Since when there are none; meaningless while there are. */
        long idleSinceNs;

        Pin(Key key, Incarnation backend) {
            this.key = key;
            this.backend = backend;
        }
    }

    PinModel(int limit, long timeoutNs, HealthModel health) {
        this.health = health;
        this.limit = limit;
        this.timeoutNs = timeoutNs;
    }

    Pin find(Key key) {
        return pins.get(key);
    }

    /** Whether a pin may have expired by now, or not: that depends on where the sweep is. */
    boolean isDoubtful(Pin pin, long nowNs) {
        return pin.liveCount == 0 && nowNs - pin.idleSinceNs >= timeoutNs;
    }

    /** Whether a connection may go where its client is pinned to. */
    boolean isUsable(Pin pin, ConnectionRecord connection) {
        return health.accepts(pin.backend) && !connection.tried.contains(pin.backend);
    }

    /** A backend has answered a client: it is pinned, unless it has a pin that this connection could have used. */
    Pin onAnswered(Key key, ConnectionRecord connection) {
        final Incarnation answering = connection.backend.target;
        Pin pin = pins.get(key);
        if (pin == null) {
            if (pins.size() >= limit) {
                final Pin oldest = idle.poll();
                if (oldest == null) {
                    refusedCount++;
                    return null;
                }
                pins.remove(oldest.key);
                evictedCount++;
            }
            pin = new Pin(key, answering);
            pins.put(key, pin);
        } else {
            if (!isUsable(pin, connection)) {
                pin.backend = answering;
            }
            if (pin.liveCount == 0) {
                idle.remove(pin);
            }
        }
        pin.liveCount++;
        return pin;
    }

    /** A connection that holds a pin has ended. */
    void onEnd(Pin pin, long nowNs) {
        if (--pin.liveCount == 0) {
            pin.idleSinceNs = nowNs;
            idle.add(pin);
        }
    }

    /** The engine has dropped pins whose time was over. */
    void expire(long nowNs, int count) {
        for (int i = 0; i < count; i++) {
            final Pin oldest = idle.peek();
            if (oldest == null || !isDoubtful(oldest, nowNs)) {
                throw new Violation(-1, "I10 a pin was dropped before its time");
            }
            idle.remove();
            pins.remove(oldest.key);
        }
    }

    /** A pin that must be gone: the oldest one, if even the slowest sweep has passed it. */
    boolean isOverdue(long nowNs, long graceNs) {
        final Pin oldest = idle.peek();
        return oldest != null && nowNs - oldest.idleSinceNs >= timeoutNs + graceNs;
    }

    /** Pins that made room for others. */
    long evictedCount() {
        return evictedCount;
    }

    /** Clients for which there was no room. */
    long refusedCount() {
        return refusedCount;
    }

    int size() {
        return pins.size();
    }
}
