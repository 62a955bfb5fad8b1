package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.ConnectionEvent;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.status.WhyChosen;
import io.fairlead.core.table.Phase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConnectionEventsTest {
    private static final String CLIENT = "127.3.2.1";
    private static final long MS = 1_000_000;

    @Test
    void shouldTellOfUpgradeAndEndWithEveryField() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect(CLIENT);
            final int port = client.localPort();
            harness.stepUntil(() -> harness.count(LoopCounter.ACCEPTED) == 1, "it is accepted");
            final long acceptedAtMs = harness.clock.nanoTime() / MS;
            harness.clock.advance(Duration.ofMillis(20));
            client.send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            harness.clock.advance(Duration.ofMillis(300));
            backend.send(Handshake.ANSWER);
            harness.stepUntil(() -> client.text().equals(Handshake.ANSWER), "it is upgraded");

            final ConnectionEvent open = onlyEvent(harness);
            assertFalse(open.end());
            assertEquals("/" + CLIENT, open.clientAddress().toString());
            assertEquals(port, open.clientPort());
            assertEquals(acceptedAtMs, open.acceptedAtMs());
            assertEquals("test", open.listener());
            assertEquals("b1", open.backend());
            assertEquals(CLIENT + "/32", open.key());
            assertEquals("b1", open.owner());
            assertEquals(WhyChosen.OWNER, open.why());
            assertEquals(20 * MS, open.peekNs());
            assertEquals(0, open.connectNs());
            assertEquals(300 * MS, open.upgradeNs());
            assertEquals(320 * MS, open.totalNs());
            assertEquals(Handshake.REQUEST.length(), open.upBytes());
            assertEquals(Handshake.ANSWER.length(), open.downBytes());
            assertNull(open.cause());
            assertTrue(open.webSocket());
            assertEquals(0, open.closeCode());
            assertEquals(1, open.active());
            assertEquals(1, open.backendActive());
            assertEquals(0, open.retries());

            final byte[] up =
                    Frames.ofClient().text("hi").text("ho").close(1000).bytes();
            client.send(up).finish();
            harness.clock.advance(Duration.ofSeconds(5));
            harness.stepUntil(backend::hasEnded, "the backend has it all");
            final byte[] down = Frames.ofBackend().close(1000).bytes();
            backend.send(down).finish();
            harness.stepUntilEnded(1);

            final ConnectionEvent end = onlyEvent(harness);
            assertTrue(end.end());
            assertEquals(TerminationCause.COMPLETED, end.cause());
            assertEquals(open.acceptedAtMs(), end.acceptedAtMs());
            assertEquals(5_320 * MS, end.totalNs());
            assertEquals(open.upBytes() + up.length, end.upBytes());
            assertEquals(open.downBytes() + down.length, end.downBytes());
            assertEquals(2, end.upMessages());
            assertEquals(0, end.downMessages());
            assertTrue(end.webSocket());
            assertEquals(1000, end.closeCode());
            assertTrue(end.closedByClient());
        }
    }

    @Test
    void shouldTellHowFarItCameWhenClientLeavesInPeek() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect(CLIENT);
            client.send("GET ");
            harness.stepUntil(() -> harness.count(LoopCounter.CLIENT_BYTES_READ) == 4, "it is read");
            client.finish();
            harness.stepUntilEnded(1);
            final ConnectionEvent end = onlyEvent(harness);
            assertEquals(TerminationCause.CLIENT_LEFT_IN_PEEK, end.cause());
            assertNull(end.backend());
            assertEquals("b1", end.owner());
            assertEquals(WhyChosen.NONE, end.why());
            assertEquals(-1, end.peekNs());
            assertEquals(-1, end.connectNs());
            assertEquals(-1, end.upgradeNs());
            assertEquals(4, end.upBytes());
            assertEquals(0, end.backendActive());
            assertFalse(end.webSocket());
        }
    }

    @Test
    void shouldNameLastBackendWhenItWasRemovedMeanwhile() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.backends.get(0).down();
            final TestPeer client = harness.connect(CLIENT);
            client.send(Handshake.REQUEST);
            harness.stepUntilPhase(client, Phase.LINGERING);
            harness.loop.removeBackend("b1");
            client.finish();
            harness.stepUntilEnded(1);

            final ConnectionEvent end = onlyEvent(harness);
            assertEquals(TerminationCause.BACKENDS_REFUSED, end.cause());
            assertEquals("b1", end.backend());
            assertEquals(0, end.backendActive());
        }
    }

    @Test
    void shouldTellOfRetriesAndOwnerWhenOwnerRefuses() {
        try (LoopHarness harness = LoopHarness.start(3)) {
            final String owner = ChooserTest.visit(harness, CLIENT);
            harness.backends.stream()
                    .filter(backend -> backend.name().equals(owner))
                    .forEach(TestBackend::down);
            harness.events.clear();
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(CLIENT);
            final ConnectionEvent open = onlyEvent(harness);
            assertEquals(1, open.retries());
            assertEquals(WhyChosen.RETRY, open.why());
            assertEquals(owner, open.owner());
            assertEquals(harness.backendOf(pair.backend()).name(), open.backend());
        }
    }

    @Test
    void shouldTellPinAsReasonWhenClientReturns() {
        try (LoopHarness harness = LoopHarness.start(3, settings -> settings.policy = BalancePolicy.ROUND_ROBIN)) {
            final LoopHarness.WebSocketPair first = harness.openWebSocket(CLIENT);
            assertEquals(WhyChosen.BALANCE, onlyEvent(harness).why());
            harness.openWebSocket(CLIENT);
            final ConnectionEvent second = onlyEvent(harness);
            assertEquals(WhyChosen.PIN, second.why());
            assertEquals(harness.backendOf(first.backend()).name(), second.backend());
            assertEquals(2, second.active());
            assertEquals(2, second.backendActive());
        }
    }

    @Test
    void shouldShortenKeyToPrefixWhenPrefixIsSet() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.clientPrefix4 = 8)) {
            harness.openWebSocket(CLIENT);
            final ConnectionEvent open = onlyEvent(harness);
            assertEquals("127.0.0.0/8", open.key());
            assertEquals("/" + CLIENT, open.clientAddress().toString());
        }
    }

    @Test
    void shouldCountWhatIsLostWhenListenerDoesNotKeepUp() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.eventQueueLength = 4)) {
            final LoopState state = harness.loop.state();
            final int slot = harness.slotOf(harness.openWebSocket(null).client());
            harness.events.clear();
            final ConnectionEvents events = new ConnectionEvents(state, harness.loop.chooser(), 0);
            events.listenerNames(List.of("test"));
            for (int i = 0; i < 10; i++) {
                events.onUpgraded(slot, harness.clock.nanoTime());
            }
            assertEquals(6, harness.count(LoopCounter.EVENTS_LOST));
            assertEquals(4, events.poll(event -> assertEquals("b1", event.backend()), 100));
            assertEquals(0, events.poll(event -> {}, 100));
        }
    }

    @Test
    void shouldTellNothingWhenNobodyListens() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.eventQueueLength = 0)) {
            ChooserTest.visit(harness, CLIENT);
            assertEquals(List.of(), harness.events);
            assertEquals(0, harness.count(LoopCounter.EVENTS_LOST));
        }
    }

    /** The one event since the last look. */
    private static ConnectionEvent onlyEvent(LoopHarness harness) {
        assertEquals(1, harness.events.size(), () -> "events: " + harness.events);
        return harness.events.remove(0);
    }
}
