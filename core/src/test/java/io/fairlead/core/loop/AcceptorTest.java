package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.transport.Transport;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AcceptorTest {
    private static final int BATCH_LENGTH = 64;

    @Test
    void shouldLeaveClientsWaitingWhenTableIsFull() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.connectionLimit = 2)) {
            final LoopHarness.WebSocketPair first = harness.openWebSocket(null);
            final LoopHarness.WebSocketPair second = harness.openWebSocket(null);
            final TestPeer third = harness.connect();
            third.send(Handshake.REQUEST);
            harness.steps(20);
            assertEquals(2, harness.count(LoopCounter.ACCEPTED));
            assertEquals(1, harness.count(LoopCounter.ACCEPT_PAUSES));
            assertFalse(third.isOver(), "nobody is accepted to be killed");
            second.client().send("still");
            harness.stepUntil(() -> second.backend().text().equals("still"), "open connections go on");

            first.client().reset();
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            backend.send(Handshake.ANSWER);
            harness.stepUntil(() -> third.text().equals(Handshake.ANSWER), "the one that waited is served");
            assertEquals(3, harness.count(LoopCounter.ACCEPTED));
        }
    }

    @Test
    void shouldPauseAndKeepForwardingWhenHalfSentHeadersHoldEveryPeekSlab() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.peekSlabLimit = 2)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            final TestPeer slow = harness.connect().send("GET / HTTP/1.1\r\n");
            final TestPeer slower = harness.connect().send("GET / HTTP/1.1\r\n");
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 2, "both hold a peek slab");
            final TestPeer waiting = harness.connect().send(Handshake.REQUEST);
            harness.steps(20);
            assertEquals(3, harness.count(LoopCounter.ACCEPTED));
            assertEquals(1, harness.count(LoopCounter.ACCEPT_PAUSES));
            pair.client().send("through");
            harness.stepUntil(() -> pair.backend().text().equals("through"), "open connections go on");

            harness.advance(Duration.ofSeconds(11));
            harness.stepUntil(() -> slow.hasEnded() && slower.hasEnded(), "both are answered");
            assertTrue(slow.text().startsWith("HTTP/1.1 408 "), slow.text());
            assertTrue(slower.text().startsWith("HTTP/1.1 408 "), slower.text());
            harness.awaitRequest(Handshake.REQUEST);
            assertFalse(waiting.isOver());
        }
    }

    @Test
    void shouldBackOffAndRecoverWhenAcceptLacksDescriptors() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.transport.acceptOutcome = Transport.LOCAL_RESOURCE;
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            harness.stepUntil(() -> harness.count(LoopCounter.LOCAL_RESOURCE_BACKOFFS) == 1, "accepting backs off");
            harness.steps(50);
            assertEquals(1, harness.count(LoopCounter.LOCAL_RESOURCE_BACKOFFS), "no spinning while it lasts");
            harness.transport.acceptOutcome = 0;
            harness.clock.advance(Duration.ofMillis(99));
            harness.steps(20);
            assertEquals(0, harness.count(LoopCounter.ACCEPTED));
            harness.clock.advance(Duration.ofMillis(1));
            harness.awaitRequest(Handshake.REQUEST);
            assertFalse(client.isOver());
        }
    }

    @Test
    void shouldBackOffAgainWhenDescriptorsAreStillLacking() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.transport.acceptOutcome = Transport.LOCAL_RESOURCE;
            harness.connect();
            harness.stepUntil(() -> harness.count(LoopCounter.LOCAL_RESOURCE_BACKOFFS) == 1, "accepting backs off");
            harness.clock.advance(Duration.ofMillis(100));
            harness.stepUntil(() -> harness.count(LoopCounter.LOCAL_RESOURCE_BACKOFFS) == 2, "and again");
            harness.transport.acceptOutcome = 0;
            harness.clock.advance(Duration.ofMillis(100));
            harness.stepUntil(() -> harness.count(LoopCounter.ACCEPTED) == 1, "then accepts");
        }
    }

    @Test
    void shouldAnswer503AndBlameNoBackendWhenConnectLacksDescriptors() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            harness.transport.connectOutcome = Transport.LOCAL_RESOURCE;
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            harness.stepUntil(client::hasEnded, "the client is answered");
            assertTrue(client.text().startsWith("HTTP/1.1 503 "), client.text());
            assertEquals(1, harness.count(LoopCounter.LOCAL_RESOURCE_BACKOFFS));
            assertEquals(0, harness.count(LoopCounter.RETRIES), "no other backend would fare better");
            for (final TestBackend backend : harness.backends) {
                assertEquals(0, harness.count(backend, BackendCounter.CONNECT_REFUSED));
                assertEquals(0, harness.count(backend, BackendCounter.CONNECT_TIMED_OUT));
            }
            client.finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.LOCAL_RESOURCE));

            harness.transport.connectOutcome = 0;
            harness.connect().send(Handshake.REQUEST);
            harness.steps(20);
            assertEquals(1, harness.count(LoopCounter.ACCEPTED), "accepting waits");
            harness.clock.advance(Duration.ofMillis(100));
            harness.awaitRequest(Handshake.REQUEST);
        }
    }

    @Test
    void shouldForwardAndAcceptInTheSameCycleWhenClientsFlood() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> {
            settings.connectionLimit = 512;
            settings.peekSlabLimit = 512;
        })) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            final List<TestPeer> flood = new ArrayList<>();
            for (int i = 0; i < 2 * BATCH_LENGTH + 1; i++) {
                flood.add(harness.connect());
            }
            pair.client().send("not starved");
            harness.step();
            assertEquals(1 + BATCH_LENGTH, harness.count(LoopCounter.ACCEPTED), "one batch a cycle");
            assertEquals("not starved", pair.backend().text());
            harness.step();
            assertEquals(1 + 2 * BATCH_LENGTH, harness.count(LoopCounter.ACCEPTED));
            harness.step();
            assertEquals(1 + flood.size(), harness.count(LoopCounter.ACCEPTED));
        }
    }

    @Test
    void shouldCloseListenersAndLetConnectionsLiveWhenAcceptingStops() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            final int port = harness.loop.localPort(0);
            harness.loop.stopAccepting();
            harness.steps(2);
            assertFalse(harness.status.accepting());
            assertEquals(2, harness.transport.openSockets(), "only the connection's own");
            assertThrows(
                    UncheckedIOException.class,
                    () -> TestPeer.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), null, 0));
            pair.client().send("alive");
            harness.stepUntil(() -> pair.backend().text().equals("alive"), "the open connection goes on");
            harness.loop.stopAccepting();
            harness.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void shouldStayClosedWhenAcceptingStopsDuringBackOff() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.transport.acceptOutcome = Transport.LOCAL_RESOURCE;
            harness.connect();
            harness.stepUntil(() -> harness.count(LoopCounter.LOCAL_RESOURCE_BACKOFFS) == 1, "accepting backs off");
            harness.loop.stopAccepting();
            harness.advance(Duration.ofSeconds(1));
            assertEquals(0, harness.count(LoopCounter.ACCEPTED));
            assertEquals(0, harness.transport.openSockets());
        }
    }

    @Test
    void shouldPinPerListenerWhenThereAreSeveral() {
        try (LoopHarness harness = LoopHarness.start(3, settings -> settings.listenerCount = 2)) {
            final String source = "127.0.3.7";
            final TestBackend owner = harness.order(source).get(0);
            final TestBackend next = harness.order(source).get(1);
            harness.loop.drainBackend(owner.name(), true);
            assertEquals(next, serve(harness, source, 0), "the first listener pins to what accepts");
            harness.loop.drainBackend(owner.name(), false);
            assertEquals(owner, serve(harness, source, 1), "the second listener knows nothing of that");
            assertEquals(next, serve(harness, source, 0));
            assertEquals(owner, serve(harness, source, 1));
            assertEquals(2, harness.count(LoopCounter.PINS_HELD));
        }
    }

    @Test
    void shouldPauseEveryListenerWhenTableIsFull() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> {
            settings.listenerCount = 2;
            settings.connectionLimit = 1;
        })) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            harness.connect(null, 0, 0).send("a");
            harness.connect(null, 1, 0).send("b");
            harness.steps(20);
            assertEquals(1, harness.count(LoopCounter.ACCEPTED));
            pair.client().reset();
            harness.stepUntil(() -> harness.count(LoopCounter.ACCEPTED) == 2, "one more fits");
            harness.steps(20);
            assertEquals(2, harness.count(LoopCounter.ACCEPTED));
        }
    }

    private static TestBackend serve(LoopHarness harness, String source, int listenerIndex) {
        final TestPeer client = harness.connect(source, listenerIndex, 0).send(Handshake.REQUEST);
        final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
        backend.send(Handshake.ANSWER);
        harness.stepUntil(() -> client.text().equals(Handshake.ANSWER), "the 101 arrives");
        client.reset();
        harness.stepUntil(backend::wasReset, "the backend sees the end");
        return harness.backendOf(backend);
    }

    @Test
    void shouldGoOnAcceptingWithoutPeekWhenPeekSlabsAreOut() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> {
            settings.peekSlabLimit = 1;
            settings.listenerCount = 2;
            settings.lastPeek = PeekMode.OFF;
        })) {
            harness.connect("127.0.0.1", 0, 0).send("GET / HT");
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "a half-sent head holds the slab");
            harness.connect("127.0.0.2", 0, 0);
            harness.stepUntil(() -> harness.count(LoopCounter.ACCEPT_PAUSES) == 1, "its listener pauses");
            final TestPeer unpeeked = harness.connect("127.0.0.3", 1, 0);
            harness.stepUntil(() -> !harness.backends.get(0).accepted().isEmpty(), "the other one accepts");
            harness.backends.get(0).last().send("server first");
            harness.stepUntil(() -> unpeeked.text().equals("server first"), "and forwards");
        }
    }

    @Test
    void shouldGiveThoseWhoWaitTheirWholeTimeWhenAcceptingStopsAfterAPause() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect();
            harness.clock.advance(Duration.ofMinutes(1));
            harness.loop.stopAccepting();
            client.send("GET / HTTP/1.1\r\n");
            harness.stepUntil(() -> harness.count(LoopCounter.CLIENT_BYTES_READ) > 0, "half a head is read");

            harness.advance(Duration.ofSeconds(9));
            client.send("\r\n");

            harness.awaitRequest("GET / HTTP/1.1\r\n\r\n");
        }
    }

    @Test
    void shouldServeThoseWhoAlreadyWaitWhenToldToStopAccepting() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.connectionLimit = 200)) {
            final List<TestPeer> waiting = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                waiting.add(harness.connect());
            }
            harness.loop.stopAccepting();
            for (final TestPeer client : waiting) {
                client.send("\u0000");
            }
            harness.stepUntil(() -> harness.backends.get(0).accepted().size() == 150, "all are connected");
            assertTrue(waiting.stream().noneMatch(TestPeer::isOver), "a closed listener would have reset them");
        }
    }
}
