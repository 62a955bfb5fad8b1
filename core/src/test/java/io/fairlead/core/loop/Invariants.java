package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.PinTable;
import io.fairlead.core.table.Side;
import io.fairlead.core.table.SlabPool;
import io.fairlead.core.transport.Transport;
import java.util.HashMap;
import java.util.Map;

/**
 * Recomputes from the tables what must hold between two cycles, and compares. The numbers are those of {@code
 * loop/package-info.java}.
 */
final class Invariants {
    private final LoopState state;
    private final ConnectionTable connections;
    private final BalancerStatus status;
    private long heldLength;
    private int slabCount;
    private int socketCount;
    private int webSocketCount;
    private int lingeringCount;
    private final Map<Integer, Integer> perBackend = new HashMap<>();
    private final Map<Integer, Integer> perPin = new HashMap<>();

    private Invariants(LoopState state) {
        this.state = state;
        connections = state.connections;
        status = state.status;
    }

    /** Check everything that holds between any two cycles. */
    static void check(ForwardingLoop loop) {
        new Invariants(loop.state()).check();
    }

    /** Check what holds once no close is on its way: the descriptors of the process are the table's. */
    static void checkSockets(ForwardingLoop loop, int listenerCount) {
        final Invariants invariants = new Invariants(loop.state());
        invariants.check();
        assertEquals(
                invariants.socketCount + listenerCount, loop.state().transport.openSockets(), "I9 open sockets");
    }

    private void check() {
        for (int slot = 0; slot < connections.highWater(); slot++) {
            if (connections.phase(slot) != Phase.FREE) {
                checkConnection(slot);
            }
        }
        checkConservation();
        checkBackends();
        checkPins();
        assertEquals(0, status.count(LoopCounter.MISPINS), "I10 mispins");
    }

    private void checkConnection(int slot) {
        final int phase = connections.phase(slot);
        for (int side = 0; side < 2; side++) {
            final boolean isOpen = connections.socket(slot, side) != Transport.NULL_SOCKET;
            final boolean isDue = side == Side.CLIENT ? true : phase == Phase.CONNECTING || phase == Phase.FORWARDING;
            assertEquals(isDue, isOpen, () -> "socket in phase " + phase + " of slot " + slot);
            socketCount += isOpen ? 1 : 0;
            checkSlab(slot, side);
            if (phase == Phase.FORWARDING) {
                checkInterest(slot, side);
            }
        }
        lingeringCount += phase == Phase.LINGERING ? 1 : 0;
        webSocketCount += connections.is(slot, Flag.WEBSOCKET) && phase == Phase.FORWARDING ? 1 : 0;
        if (connections.backendId(slot) >= 0) {
            perBackend.merge(connections.backendId(slot), 1, Integer::sum);
        }
        if (connections.pin(slot) != PinTable.NULL_PIN) {
            perPin.merge(connections.pin(slot), 1, Integer::sum);
        }
    }

    private void checkSlab(int slot, int direction) {
        final int slab = connections.slab(slot, direction);
        if (slab == SlabPool.NULL_SLAB) {
            return;
        }
        slabCount++;
        final SlabPool pool = state.pool(slot, direction);
        final int start = pool.offset(slab);
        final int unsent = connections.unsentOffset(slot, direction);
        final int end = connections.endOffset(slot, direction);
        assertTrue(
                start <= unsent && unsent <= end && end <= start + pool.slabLength(),
                () -> "I1 slab of slot " + slot + ": " + start + " <= " + unsent + " <= " + end);
        heldLength += end - unsent;
        assertFalse(connections.is(slot, Flag.inLine(direction)), "I3 a direction with a slab waits for one");
    }

    private void checkInterest(int slot, int direction) {
        final boolean isKeptConnection = connections.is(slot, Flag.KEPT);
        final boolean holds = connections.slab(slot, direction) != SlabPool.NULL_SLAB;
        final boolean isRead = state.sockets.wants(slot, Sockets.sourceOf(direction), Transport.READABLE);
        final boolean isWritten = state.sockets.wants(slot, Sockets.sinkOf(direction), Transport.WRITABLE);
        final boolean hasEnded = connections.is(slot, Flag.endSeen(direction));
        final boolean isInLine = connections.is(slot, Flag.inLine(direction));
        if (holds && !isKeptConnection) {
            assertFalse(isRead, () -> "I2 slot " + slot + " holds bytes and reads more, direction " + direction);
            assertTrue(isWritten, () -> "I2 slot " + slot + " holds bytes and does not write, direction " + direction);
        }
        if (!holds) {
            assertFalse(isWritten, () -> "I2 slot " + slot + " has nothing to write, direction " + direction);
        }
        if (!isRead) {
            assertTrue(
                    holds || hasEnded || isInLine || isKeptConnection,
                    () -> "I2 slot " + slot + " is not read for no reason, direction " + direction);
        }
        if (hasEnded && !holds && !isKeptConnection) {
            assertTrue(connections.is(slot, Flag.endSent(direction)), () -> "I4 slot " + slot + " withholds a FIN");
        }
        if (connections.is(slot, Flag.endSent(direction))) {
            assertTrue(hasEnded && !holds, () -> "I4 slot " + slot + " sent a FIN too early");
        }
    }

    private void checkConservation() {
        long ended = 0;
        for (final TerminationCause cause : TerminationCause.values()) {
            ended += status.terminations(cause);
        }
        assertEquals(
                status.count(LoopCounter.ACCEPTED),
                status.count(LoopCounter.CONNECTIONS_ACTIVE) + ended,
                "I9 accepted = active + ended");
        assertEquals(connections.activeCount(), status.count(LoopCounter.CONNECTIONS_ACTIVE), "I9 active");
        assertEquals(lingeringCount, status.count(LoopCounter.LINGERING_ACTIVE), "I9 lingering");
        assertEquals(webSocketCount, status.count(LoopCounter.WEBSOCKETS_ACTIVE), "I9 WebSockets");
        assertEquals(
                status.count(LoopCounter.CLIENT_BYTES_READ)
                        + status.count(LoopCounter.BACKEND_BYTES_READ)
                        + status.count(LoopCounter.BYTES_ORIGINATED)
                        + status.count(LoopCounter.BYTES_REPLAYED),
                status.count(LoopCounter.CLIENT_BYTES_WRITTEN)
                        + status.count(LoopCounter.BACKEND_BYTES_WRITTEN)
                        + heldLength
                        + status.count(LoopCounter.BYTES_DISCARDED),
                "I9 bytes read + originated + replayed = written + held + discarded");
        assertEquals(slabCount, status.count(LoopCounter.SLABS_OUT), "I9 slabs out");
        assertEquals(slabCount, state.slabs.outCount() + state.peekSlabs.outCount(), "I9 slabs of the pools");
    }

    private void checkBackends() {
        for (int i = 0; i < state.backends.size(); i++) {
            final Backend backend = state.backends.get(i);
            final int count = perBackend.getOrDefault(backend.id(), 0);
            assertEquals(count, backend.activeCount(), () -> "connections of " + backend.name());
            assertEquals(
                    count,
                    state.stats(backend.id()).counters().get(BackendCounter.CONNECTIONS_ACTIVE),
                    () -> "counted connections of " + backend.name());
        }
    }

    private void checkPins() {
        if (state.pins != null) {
            perPin.forEach(
                    (pin, count) -> assertEquals(count, state.pins.liveCount(pin), () -> "live count of pin " + pin));
            assertEquals(perPin.size(), state.pins.liveCount(), "live pins");
            assertEquals(state.pins.heldCount(), status.count(LoopCounter.PINS_HELD), "pins held");
        }
    }
}
