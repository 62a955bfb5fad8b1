package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;
import io.fairlead.core.transport.Transport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConnectorTest {
    private static final String SOURCE = "127.0.5.9";
    private static final String HTTP_REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String UNAVAILABLE = """
            HTTP/1.1 503 Service Unavailable\r
            Retry-After: 1\r
            Connection: close\r
            Cache-Control: no-store\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: 61\r
            \r
            No backend takes this connection now. Try again in a second.
            """;

    @ParameterizedTest
    @ValueSource(strings = {Handshake.REQUEST, HTTP_REQUEST, "\u0000opaque"})
    void shouldGoToNextOfClientsOrderWhenBackendsRefuse(String request) {
        try (LoopHarness harness = LoopHarness.start(3)) {
            final List<TestBackend> order = harness.order(SOURCE);
            order.get(0).down();
            order.get(1).down();
            final TestPeer client = harness.connect(SOURCE).send(request);
            final TestPeer backend = harness.awaitRequest(request);
            assertEquals(order.get(2), harness.backendOf(backend));
            backend.send("hello");
            harness.stepUntil(() -> client.text().equals("hello") || request.equals(Handshake.REQUEST), "goes on");
            assertFalse(client.isOver());
            assertEquals(2, harness.count(LoopCounter.RETRIES));
            assertEquals(1, harness.count(order.get(0), BackendCounter.CONNECT_REFUSED));
            assertEquals(1, harness.count(order.get(1), BackendCounter.CONNECT_REFUSED));
            assertEquals(0, harness.count(LoopCounter.BYTES_REPLAYED), "nothing had been written yet");
        }
    }

    @Test
    void shouldConnectFromEachSourceInTurnAndPassOverThoseWithoutPorts() throws UnknownHostException {
        final InetAddress first = InetAddress.getByName("127.0.0.2");
        final InetAddress second = InetAddress.getByName("127.0.0.3");
        final InetAddress third = InetAddress.getByName("127.0.0.4");
        final TestBackend backend = new TestBackend("b1", 1, 0);
        backend.sources = List.of(first, second, third);
        try (LoopHarness harness = LoopHarness.start(settings -> {}, backend)) {
            for (int i = 0; i < 4; i++) {
                harness.openWebSocket(SOURCE);
            }
            assertEquals(List.of(first, second, third, first), harness.transport.sources);

            harness.transport.sources.clear();
            harness.transport.portlessSources.add(second);
            for (int i = 0; i < 3; i++) {
                harness.openWebSocket(SOURCE);
            }
            assertEquals(List.of(second, third, first, second, third), harness.transport.sources);
            assertEquals(0, harness.count(LoopCounter.RETRIES), "the backend is the same");

            harness.transport.portlessSources.addAll(List.of(first, third));
            final TestPeer client = harness.connect(SOURCE).send(Handshake.REQUEST);
            harness.stepUntil(() -> client.text().equals(UNAVAILABLE), "none is left");
            assertEquals(0, harness.count(LoopCounter.LOCAL_RESOURCE_BACKOFFS), "other backends may have ports");
        }
    }

    @Test
    void shouldLetTheSystemChooseWhereToConnectFromWhenThereIsNoSource() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.openWebSocket(SOURCE);
            assertEquals(Collections.singletonList(null), harness.transport.sources);
        }
    }

    @Test
    void shouldGoToNextAfterConnectLimitWhenConnectFindsNoEnd() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final List<TestBackend> order = harness.order(SOURCE);
            harness.transport.hangingAddress = order.get(0).settings().address();
            final TestPeer client = harness.connect(SOURCE).send(Handshake.REQUEST);
            harness.stepUntilPhase(client, Phase.CONNECTING);
            harness.advance(Duration.ofMillis(4_900), Duration.ofMillis(100));
            assertEquals(0, harness.count(LoopCounter.RETRIES));
            harness.advance(Duration.ofMillis(1_100), Duration.ofMillis(100));
            assertEquals(1, harness.count(LoopCounter.RETRIES));
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            assertEquals(order.get(1), harness.backendOf(backend));
            assertEquals(1, harness.count(order.get(0), BackendCounter.CONNECT_TIMED_OUT));
            assertEquals(0, harness.count(order.get(0), BackendCounter.CONNECTIONS_ACTIVE));
            assertFalse(client.isOver());
        }
    }

    @Test
    void shouldGiveEachAttemptItsOwnLimitWhenAllHang() {
        try (LoopHarness harness = LoopHarness.start(3)) {
            harness.transport.isConnectHanging = true;
            final TestPeer client = harness.connect(SOURCE).send(HTTP_REQUEST);
            harness.stepUntilPhase(client, Phase.CONNECTING);
            harness.advance(Duration.ofSeconds(14));
            assertEquals(Phase.CONNECTING, harness.phaseOf(client));
            harness.advance(Duration.ofSeconds(4));
            harness.stepUntil(client::hasEnded, "the client is answered");
            assertEquals(UNAVAILABLE, client.text());
            client.finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.CONNECT_TIMED_OUT));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Handshake.REQUEST, HTTP_REQUEST})
    void shouldAnswer503WhenAllRefuse(String request) {
        try (LoopHarness harness = LoopHarness.start(2)) {
            harness.backends.forEach(TestBackend::down);
            final TestPeer client = harness.connect().send(request);
            harness.stepUntil(client::hasEnded, "the client is answered");
            assertEquals(UNAVAILABLE, client.text());
            client.finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.BACKENDS_REFUSED));
            assertFalse(client.wasReset());
        }
    }

    @Test
    void shouldJustCloseWhenAllRefuseAndClientSpeaksNoHttp() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            harness.backends.forEach(TestBackend::down);
            final TestPeer client = harness.connect().send("\u0000");
            harness.stepUntil(client::hasEnded, "the client is closed");
            assertEquals("", client.text());
            assertEquals(1, harness.terminations(TerminationCause.BACKENDS_REFUSED));
        }
    }

    @Test
    void shouldAnswer503WhenConnectIsUnreachableAtOnce() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            harness.transport.connectOutcome = Transport.CONNECT_UNREACHABLE;
            final TestPeer client = harness.connect().send(HTTP_REQUEST);
            harness.stepUntil(client::hasEnded, "the client is answered");
            assertEquals(UNAVAILABLE, client.text());
            for (final TestBackend backend : harness.backends) {
                assertEquals(1, harness.count(backend, BackendCounter.CONNECT_REFUSED));
            }
        }
    }

    @Test
    void shouldStopAtAttemptLimitWhenBackendsRefuse() {
        try (LoopHarness harness = LoopHarness.start(4, settings -> settings.attemptLimit = 2)) {
            final List<TestBackend> order = harness.order(SOURCE);
            order.get(0).down();
            order.get(1).down();
            final TestPeer client = harness.connect(SOURCE).send(HTTP_REQUEST);
            harness.stepUntil(client::hasEnded, "the client is answered");
            assertEquals(UNAVAILABLE, client.text());
            assertEquals(1, harness.count(LoopCounter.RETRIES));
            assertEquals(0, order.get(2).accepted().size());
        }
    }

    @Test
    void shouldAnswer503WhenNoBackendIsConfigured() {
        try (LoopHarness harness = LoopHarness.start(0)) {
            final TestPeer client = harness.connect().send(HTTP_REQUEST);
            harness.stepUntil(client::hasEnded, "the client is answered");
            assertEquals(UNAVAILABLE, client.text());
            client.finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.NO_BACKEND));
        }
    }

    @Test
    void shouldAnswer503WhenAllBackendsDrain() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            harness.backends.forEach(backend -> harness.loop.drainBackend(backend.name(), true));
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            harness.stepUntil(client::hasEnded, "the client is answered");
            assertEquals(UNAVAILABLE, client.text());
            client.finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.NO_BACKEND));
        }
    }

    @Test
    void shouldLeaveBackendAloneWhenClientResetsWhileConnecting() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.transport.isConnectHanging = true;
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            harness.stepUntilPhase(client, Phase.CONNECTING);
            client.reset();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.CLIENT_RESET_IN_CONNECT));
            assertEquals(0, harness.count(harness.backends.get(0), BackendCounter.CONNECTIONS_ACTIVE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {HTTP_REQUEST, "\u0000opaque"})
    void shouldDeliverInOrderWhenClientSendsMoreThanASlabWhileConnecting(String request) {
        final byte[] more = new byte[50_000];
        new Random(1).nextBytes(more);
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.transport.isConnectHanging = true;
            final TestPeer client = harness.connect().send(request);
            harness.stepUntilPhase(client, Phase.CONNECTING);
            client.send(more);
            final int slot = harness.slotOf(client);
            harness.stepUntil(
                    () -> !harness.loop.state().sockets.wants(slot, Side.CLIENT, Transport.READABLE),
                    "a full slab is not read behind");
            harness.steps(20);
            assertEquals(1024, harness.count(LoopCounter.CLIENT_BYTES_READ));
            harness.transport.isConnectHanging = false;
            harness.awaitRequest(request + new String(more, StandardCharsets.ISO_8859_1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {HTTP_REQUEST, "\u0000opaque"})
    void shouldPassOnFinWhenClientFinishesWhileConnecting(String request) {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.transport.isConnectHanging = true;
            final TestPeer client = harness.connect().send(request);
            harness.stepUntilPhase(client, Phase.CONNECTING);
            client.finish();
            harness.steps(20);
            assertEquals(Phase.CONNECTING, harness.phaseOf(client));
            harness.transport.isConnectHanging = false;
            harness.stepUntil(
                    () -> harness.backends.get(0).accepted().size() == 1
                            && harness.backends.get(0).last().hasEnded(),
                    "the backend sees the FIN");
            assertEquals(request, harness.backends.get(0).last().text());
            harness.backends.get(0).last().send("answer").finish();
            harness.stepUntil(client::hasEnded, "the client sees the answer's end");
            assertEquals("answer", client.text());
            assertEquals(1, harness.terminations(TerminationCause.COMPLETED));
        }
    }

    @Test
    void shouldAnswer503WhenClientFinishedAndAllRefuse() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.transport.isConnectHanging = true;
            final TestPeer client = harness.connect().send(HTTP_REQUEST);
            harness.stepUntilPhase(client, Phase.CONNECTING);
            client.finish();
            harness.steps(20);
            harness.advance(Duration.ofSeconds(6));
            harness.stepUntil(client::hasEnded, "the client is answered");
            assertEquals(UNAVAILABLE, client.text());
            assertEquals(1, harness.terminations(TerminationCause.CONNECT_TIMED_OUT), "nothing to linger for");
        }
    }

    @Test
    void shouldGoOnWhenBackendIsDrainedWhileConnecting() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.transport.isConnectHanging = true;
            final TestPeer client = harness.connect().send(HTTP_REQUEST);
            harness.stepUntilPhase(client, Phase.CONNECTING);
            harness.loop.drainBackend("b1", true);
            harness.transport.isConnectHanging = false;
            harness.awaitRequest(HTTP_REQUEST);
        }
    }

    @Test
    void shouldGoOnWhenBackendIsRemovedWhileConnecting() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.transport.isConnectHanging = true;
            final TestPeer client = harness.connect().send(HTTP_REQUEST);
            harness.stepUntilPhase(client, Phase.CONNECTING);
            harness.loop.removeBackend("b1");
            harness.transport.isConnectHanging = false;
            final TestPeer backend = harness.awaitRequest(HTTP_REQUEST);
            backend.send("answer").finish();
            harness.stepUntil(client::hasEnded, "the answer arrives");
            client.finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.COMPLETED));
            harness.loop.addBackend(harness.backends.get(0).settings());
            final TestPeer again = harness.connect().send("\u0000again");
            harness.awaitRequest("\u0000again");
            assertFalse(again.isOver());
        }
    }

    @Test
    void shouldGoToAnotherWhenRemovedBackendDoesNotConnect() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final List<TestBackend> order = harness.order(SOURCE);
            harness.transport.hangingAddress = order.get(0).settings().address();
            final TestPeer client = harness.connect(SOURCE).send(HTTP_REQUEST);
            harness.stepUntilPhase(client, Phase.CONNECTING);
            harness.loop.removeBackend(order.get(0).name());
            harness.advance(Duration.ofSeconds(6));
            assertEquals(order.get(1), harness.backendOf(harness.awaitRequest(HTTP_REQUEST)));
        }
    }

    @Test
    void shouldFollowPinWhenItAppearsWhileConnecting() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final List<TestBackend> order = harness.order(SOURCE);
            harness.transport.hangingAddress = order.get(0).settings().address();
            final TestPeer late = harness.connect(SOURCE).send(HTTP_REQUEST);
            harness.stepUntilPhase(late, Phase.CONNECTING);
            harness.loop.drainBackend(order.get(0).name(), true);
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(SOURCE);
            assertEquals(order.get(1), harness.backendOf(pair.backend()));
            harness.loop.drainBackend(order.get(0).name(), false);
            harness.transport.releaseHanging();
            final TestPeer backend = harness.awaitRequest(HTTP_REQUEST);
            assertEquals(order.get(1), harness.backendOf(backend), "it follows the pin");
            assertTrue(order.get(0).accepted().stream().allMatch(peer -> peer.receivedLength() == 0));
            assertEquals(0, harness.count(LoopCounter.MISPINS));
        }
    }

    @Test
    void shouldReturnToFirstBackendWhenLatePinFails() {
        try (LoopHarness harness = LoopHarness.start(2, settings -> settings.attemptLimit = 1)) {
            final List<TestBackend> order = harness.order(SOURCE);
            harness.transport.hangingAddress = order.get(0).settings().address();
            final TestPeer late = harness.connect(SOURCE).send(HTTP_REQUEST);
            harness.stepUntilPhase(late, Phase.CONNECTING);
            harness.loop.drainBackend(order.get(0).name(), true);
            harness.openWebSocket(SOURCE);
            harness.loop.drainBackend(order.get(0).name(), false);
            order.get(1).down();
            harness.transport.releaseHanging();
            assertEquals(order.get(0), harness.backendOf(harness.awaitRequest(HTTP_REQUEST)), "it did nothing wrong");
        }
    }

    @Test
    void shouldFollowLatePinBeyondTheAttemptLimit() {
        try (LoopHarness harness = LoopHarness.start(2, settings -> settings.attemptLimit = 1)) {
            final List<TestBackend> order = harness.order(SOURCE);
            harness.transport.hangingAddress = order.get(0).settings().address();
            final TestPeer late = harness.connect(SOURCE).send(HTTP_REQUEST);
            harness.stepUntilPhase(late, Phase.CONNECTING);
            harness.loop.drainBackend(order.get(0).name(), true);
            harness.openWebSocket(SOURCE);
            harness.loop.drainBackend(order.get(0).name(), false);
            harness.transport.releaseHanging();
            assertEquals(order.get(1), harness.backendOf(harness.awaitRequest(HTTP_REQUEST)));
        }
    }

    @Test
    void shouldTryNextBackendWithoutBlameWhenNoPortIsLeftTowardsFirst() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final List<TestBackend> order = harness.order(SOURCE);
            harness.transport.portlessAddress = order.get(0).settings().address();
            harness.connect(SOURCE).send(HTTP_REQUEST);
            assertEquals(order.get(1), harness.backendOf(harness.awaitRequest(HTTP_REQUEST)));
            assertEquals(0, harness.count(order.get(0), BackendCounter.CONNECT_REFUSED));
            assertEquals(0, harness.count(LoopCounter.LOCAL_RESOURCE_BACKOFFS));
        }
    }

    @Test
    void shouldAnswer503WhenNoPortIsLeftTowardsAnyBackend() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.transport.portlessAddress =
                    harness.backends.get(0).settings().address();
            final TestPeer client = harness.connect(SOURCE).send(HTTP_REQUEST);
            harness.stepUntil(client::hasEnded, "it is answered");
            assertTrue(client.text().startsWith("HTTP/1.1 503 "), client.text());
            client.close();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.LOCAL_RESOURCE));
        }
    }
}
