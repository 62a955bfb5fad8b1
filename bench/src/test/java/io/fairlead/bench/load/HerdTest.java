package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a benchmark builds on: WebSockets that send, ask for their backend, end in both ways, and connect again. */
final class HerdTest implements MessageHandler {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private final List<Long> echoes = new ArrayList<>();
    private final Map<Integer, String> backends = new HashMap<>();
    private final List<Integer> closed = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private EchoServer server;
    private LoadLoop loop;

    @BeforeEach
    void start() throws IOException {
        server = EchoServer.start(EchoOptions.named("b1"));
        loop = new LoadLoop(LoadTransport.NIO);
    }

    @AfterEach
    void stop() {
        loop.close();
        server.close();
    }

    @Test
    void shouldHandBackWhatEachMessageWasSentWithInOrder() throws IOException {
        final Herd herd = herd(server.address(), 1000);
        herd.open(1);
        final List<Long> sent = new ArrayList<>();
        for (long number = 0; number < 20; number++) {
            herd.client(0).send(number);
            sent.add(number);
        }
        assertEquals(20, herd.client(0).underWayCount());
        assertTrue(herd.await(LIMIT_NS, () -> echoes.size() == 20));
        assertEquals(sent, echoes);
        assertEquals(List.of(), failures);
    }

    @Test
    void shouldQueueMessagesThatTheSystemDoesNotTake() throws IOException {
        final Herd herd = herd(server.address(), 4_000_000);
        herd.open(1);
        for (long number = 0; number < 5; number++) {
            herd.client(0).send(number);
        }
        assertTrue(herd.await(LIMIT_NS, () -> echoes.size() == 5));
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L), echoes);
        assertEquals(List.of(), failures);
    }

    @Test
    void shouldFindTheSameBackendAfterAResetWhenTheBalancerPins() throws IOException {
        try (EchoServer other = EchoServer.start(EchoOptions.named("b2"));
                Balancer balancer = Balancer.launch(new BalancerContext()
                        .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .backend("b1", server.address(), 1)
                        .backend("b2", other.address(), 1)
                        .connectionLimit(200))) {
            final Herd herd = herd(balancer.listenAddresses().get(0), 64);
            herd.open(50);
            final Map<Integer, String> before = askAll(herd);
            assertEquals(Set.of("b1", "b2"), new HashSet<>(before.values()));
            herd.abort();
            assertEquals(0, herd.openCount());
            reopen(herd);
            assertEquals(before, askAll(herd));
            assertEquals(List.of(), failures);
        }
    }

    @Test
    void shouldCloseProperlyAndConnectAgain() throws IOException {
        final Herd herd = herd(server.address(), 64);
        herd.open(3);
        for (int i = 0; i < 3; i++) {
            herd.client(i).close();
            assertFalse(herd.client(i).isOpen());
        }
        assertTrue(herd.await(LIMIT_NS, () -> closed.size() == 3));
        reopen(herd);
        herd.client(2).send(7);
        assertTrue(herd.await(LIMIT_NS, () -> !echoes.isEmpty()));
        assertEquals(List.of(), failures);
    }

    @Test
    void shouldTellWhyWhenTheServerResets() throws IOException {
        final Herd herd = herd(server.address(), 64);
        herd.open(2);
        server.close();
        assertTrue(herd.await(LIMIT_NS, () -> failures.size() == 2));
        assertTrue(herd.client(0).isClosed());
        assertEquals(failures.get(0), herd.client(0).failure());
    }

    @Test
    void shouldReachAnIpv6Target() throws IOException {
        try (EchoServer server6 =
                EchoServer.start(EchoOptions.named("b6").withBindAddress(InetAddress.getByAddress(IPV6_LOOPBACK)))) {
            final Herd herd = herd(server6.address(), 64);
            herd.open(2);
            assertEquals("b6", askAll(herd).get(1));
        }
    }

    @Test
    void shouldRefuseToConnectTwice() throws IOException {
        final Herd herd = herd(server.address(), 64);
        herd.open(1);
        assertThrows(IllegalStateException.class, () -> herd.connect(herd.client(0)));
    }

    private Herd herd(InetSocketAddress address, int messageLength) {
        return new Herd(loop, new Target("subject", address, List.of()), messageLength, new SourceAddresses(100), this);
    }

    private Map<Integer, String> askAll(Herd herd) throws IOException {
        backends.clear();
        for (int i = 0; i < herd.count(); i++) {
            herd.client(i).askBackend();
        }
        assertTrue(herd.await(LIMIT_NS, () -> backends.size() == herd.count()), () -> failures.toString());
        return Map.copyOf(backends);
    }

    private void reopen(Herd herd) throws IOException {
        for (int i = 0; i < herd.count(); i++) {
            herd.connect(herd.client(i));
        }
        assertTrue(herd.await(LIMIT_NS, () -> herd.openCount() == herd.count()), () -> failures.toString());
    }

    @Override
    public void onEcho(MessageClient client, long startNs) {
        echoes.add(startNs);
    }

    @Override
    public void onBackend(MessageClient client, String backend) {
        backends.put(client.number(), backend);
    }

    @Override
    public void onClosed(MessageClient client) {
        closed.add(client.number());
    }

    @Override
    public void onFailed(MessageClient client, String reason) {
        failures.add(reason);
    }
}
