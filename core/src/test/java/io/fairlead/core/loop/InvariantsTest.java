package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Side;
import io.fairlead.core.transport.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Invariants} that never failed would prove nothing: here each is broken by hand, and mended. */
final class InvariantsTest {
    @ParameterizedTest
    @CsvSource({
        "ACCEPTED, I9 accepted",
        "CONNECTIONS_ACTIVE, I9 accepted",
        "LINGERING_ACTIVE, I9 lingering",
        "WEBSOCKETS_ACTIVE, I9 WebSockets",
        "CLIENT_BYTES_READ, I9 bytes",
        "BACKEND_BYTES_WRITTEN, I9 bytes",
        "BYTES_DISCARDED, I9 bytes",
        "BYTES_REPLAYED, I9 bytes",
        "BYTES_ORIGINATED, I9 bytes",
        "SLABS_OUT, I9 slabs",
        "PIPES_OUT, I9 pipes",
        "PINS_HELD, pins held",
        "MISPINS, I10"
    })
    void shouldBiteWhenCounterIsWrong(LoopCounter counter, String message) {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.openWebSocket(null);
            harness.status.counters().add(counter, 1);
            assertBites(harness, message);
            harness.status.counters().add(counter, -1);
        }
    }

    @Test
    void shouldBiteWhenEndIsCountedTwice() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.status.countTermination(TerminationCause.COMPLETED);
            assertBites(harness, "I9 accepted");
            harness.status.counters().increment(LoopCounter.ACCEPTED);
        }
    }

    @Test
    void shouldBiteWhenInterestIsOffForNoReason() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final int slot = harness.slotOf(harness.openWebSocket(null).client());
            harness.loop.state().sockets.unwant(slot, Side.CLIENT, Transport.READABLE);
            assertBites(harness, "I2 slot " + slot + " is not read for no reason");
            harness.loop.state().sockets.want(slot, Side.CLIENT, Transport.READABLE);
        }
    }

    @Test
    void shouldBiteWhenHolderReadsOn() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            harness.stall(pair.client(), Side.BACKEND, true);
            pair.client().send("stuck");
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "a slab is out");
            final int slot = harness.slotOf(pair.client());
            harness.loop.state().sockets.want(slot, Side.CLIENT, Transport.READABLE);
            assertBites(harness, "I2 slot " + slot + " holds bytes and reads more");
            harness.loop.state().sockets.unwant(slot, Side.CLIENT, Transport.READABLE);
            harness.loop.state().sockets.unwant(slot, Side.BACKEND, Transport.WRITABLE);
            assertBites(harness, "I2 slot " + slot + " holds bytes and does not write");
            harness.loop.state().sockets.want(slot, Side.BACKEND, Transport.WRITABLE);
        }
    }

    @Test
    void shouldBiteWhenHeldLengthIsWrong() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            harness.stall(pair.client(), Side.BACKEND, true);
            pair.client().send("stuck");
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "a slab is out");
            final ConnectionTable connections = harness.loop.state().connections;
            final int slot = harness.slotOf(pair.client());
            final int end = connections.endOffset(slot, Side.CLIENT_TO_BACKEND);
            connections.endOffset(slot, Side.CLIENT_TO_BACKEND, end - 1);
            assertBites(harness, "I9 bytes");
            connections.endOffset(slot, Side.CLIENT_TO_BACKEND, end);
        }
    }

    @Test
    void shouldBiteWhenFinIsWithheldOrTooEarly() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final int slot = harness.slotOf(harness.openOpaque(null).client());
            final ConnectionTable connections = harness.loop.state().connections;
            connections.set(slot, Flag.endSeen(Side.CLIENT_TO_BACKEND));
            assertBites(harness, "I4 slot " + slot + " withholds a FIN");
            connections.clear(slot, Flag.endSeen(Side.CLIENT_TO_BACKEND));
            connections.set(slot, Flag.endSent(Side.CLIENT_TO_BACKEND));
            assertBites(harness, "I4 slot " + slot + " sent a FIN too early");
            connections.clear(slot, Flag.endSent(Side.CLIENT_TO_BACKEND));
        }
    }

    @Test
    void shouldBiteWhenBackendOrPinIsMiscounted() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final int slot = harness.slotOf(harness.openWebSocket(null).client());
            final LoopState state = harness.loop.state();
            state.backends.get(0).addActive(1);
            assertBites(harness, "connections of b1");
            state.backends.get(0).addActive(-1);
            state.pins.acquire(state.connections.pin(slot));
            assertBites(harness, "live count of pin");
            state.pins.release(state.connections.pin(slot), harness.clock.nanoTime());
        }
    }

    @Test
    void shouldBiteWhenSocketIsLeaked() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            final int slot = harness.slotOf(pair.client());
            final ConnectionTable connections = harness.loop.state().connections;
            final int socket = connections.socket(slot, Side.BACKEND);
            connections.socket(slot, Side.BACKEND, Transport.NULL_SOCKET);
            assertBites(harness, "socket in phase");
            connections.socket(slot, Side.BACKEND, socket);
            final int stray =
                    harness.transport.connect(harness.backends.get(0).settings().address(), null);
            final AssertionError violated =
                    assertThrows(AssertionError.class, () -> Invariants.checkSockets(harness.loop, 1));
            assertTrue(violated.getMessage().startsWith("I9 open sockets"), violated::getMessage);
            harness.transport.close(stray);
        }
    }

    private static void assertBites(LoopHarness harness, String message) {
        final AssertionError violated = assertThrows(AssertionError.class, () -> Invariants.check(harness.loop));
        assertTrue(violated.getMessage().startsWith(message), violated::getMessage);
    }
}
