package io.fairlead.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.loop.PeekMode;
import io.fairlead.core.simulation.network.NetworkConditions;
import io.fairlead.core.simulation.network.SimulatedNetwork;
import io.fairlead.core.simulation.network.SimulatedTransport;
import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.BackendStatus;
import io.fairlead.core.status.ConnectionEvent;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.transport.NioTransport;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A balancer as its users see it, on real threads. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BalancerTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final EchoBackend backend = new EchoBackend();

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    @Test
    void shouldCarryWebSocketWhenLaunched() throws Exception {
        final Balancer balancer = Balancer.launch(context());
        try (Socket client = EchoBackend.openWebSocket(port(balancer))) {
            assertEquals("hello", EchoBackend.exchange(client, "hello", 5));
            assertEquals(1, balancer.status().count(LoopCounter.WEBSOCKETS_ACTIVE));
            assertTrue(balancer.status().accepting());
            assertEquals(Optional.of("b1"), balancer.lookUpPin(0, LOOPBACK).get());
            final InetAddress stranger = InetAddress.getByAddress(new byte[] {10, 1, 2, 3});
            assertEquals(Optional.empty(), balancer.lookUpPin(0, stranger).get());
            balancer.close();
        }
        assertFalse(balancer.status().accepting());
        assertEquals(1, balancer.status().terminations(TerminationCause.KILLED));
        assertEquals(0, balancer.readErrors(0, text -> {}));
        assertThrows(ConnectException.class, () -> new Socket(LOOPBACK, port(balancer)).close());
    }

    @Test
    void shouldEndThreadsWhenClosed() throws Exception {
        final Balancer balancer = Balancer.launch(context().connectionListener(event -> {}));
        balancer.close();
        balancer.close();
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("fairlead-")));
    }

    @Test
    void shouldRefuseToBeDrivenWhenLaunched() throws Exception {
        try (Balancer balancer = Balancer.launch(context().connectionListener(event -> {}))) {
            assertThrows(IllegalStateException.class, balancer::doWork);
            assertThrows(IllegalStateException.class, () -> balancer.doWork(1));
            assertThrows(IllegalStateException.class, balancer::pollEvents, "its own thread does that");
        }
    }

    @Test
    void shouldCarryWebSocketWhenEmbedded() throws Exception {
        final List<ConnectionEvent> events = new ArrayList<>();
        final Balancer balancer = Balancer.embed(context().connectionListener(events::add));
        final CompletableFuture<String> client = CompletableFuture.supplyAsync(() -> talk(port(balancer)));
        boolean isWaiting = false;
        while (!client.isDone()) {
            isWaiting = !isWaiting;
            balancer.doWork(isWaiting ? 1_000_000 : 0);
            balancer.pollEvents();
        }
        assertEquals("hello", client.get());
        balancer.close();
        balancer.close();
        balancer.pollEvents();
        assertEquals(2, events.size(), "its 101 and its end");
        assertThrows(IllegalStateException.class, balancer::doWork);
    }

    @Test
    void shouldDoNothingAndNotBlockWhenThereIsNoWork() throws Exception {
        try (Balancer balancer = Balancer.embed(context())) {
            assertEquals(0, balancer.doWork());
            assertEquals(0, balancer.pollEvents(), "nobody listens");
        }
    }

    @Test
    void shouldExecuteCommandsWhenManyThreadsGiveThem() throws Exception {
        try (Balancer balancer = Balancer.launch(context())) {
            final List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                final String name = "added" + i;
                threads.add(CompletableFuture.runAsync(() -> {
                    for (int k = 0; k < 50; k++) {
                        balancer.addBackend(name, backend.address(), 1).join();
                        balancer.drainBackend(name).join();
                        balancer.resumeBackend(name).join();
                        balancer.removeBackend(name).join();
                    }
                    balancer.addBackend(name, backend.address(), 1).join();
                }));
            }
            for (final CompletableFuture<Void> thread : threads) {
                thread.get(30, TimeUnit.SECONDS);
            }
            assertEquals(9, balancer.status().backends().size());
            assertEquals("hello", talk(port(balancer)));
        }
    }

    @Test
    void shouldShowBackendsAsCommandsChangeThem() throws Exception {
        try (Balancer balancer = Balancer.launch(context())) {
            balancer.addBackend(null, backend.address(), 3).get();
            final BackendStatus added = balancer.status().backends().get(1);
            assertEquals("127.0.0.1:" + backend.address().getPort(), added.name());
            assertEquals(added.name(), added.address());
            assertEquals(3, added.weight());
            balancer.drainBackend("b1").get();
            assertEquals(
                    BackendState.DRAINING, balancer.status().backends().get(0).state());
            balancer.resumeBackend("b1").get();
            assertEquals(
                    BackendState.ACTIVE, balancer.status().backends().get(0).state());
            balancer.weighBackend("b1", 5).get();
            assertEquals(5, balancer.status().backends().get(0).weight());
            balancer.removeBackend("b1").get();
            assertEquals(
                    List.of(added.name()),
                    balancer.status().backends().stream()
                            .map(BackendStatus::name)
                            .toList());
        }
    }

    @Test
    void shouldFailCommandWhenNameIsUnknownOrTaken() throws Exception {
        try (Balancer balancer = Balancer.launch(context())) {
            assertFails(NoSuchElementException.class, "no backend is named b9", balancer.drainBackend("b9"));
            assertFails(NoSuchElementException.class, "no backend is named b9", balancer.resumeBackend("b9"));
            assertFails(NoSuchElementException.class, "no backend is named b9", balancer.removeBackend("b9"));
            assertFails(NoSuchElementException.class, "no backend is named b9", balancer.weighBackend("b9", 1));
            assertFails(
                    IllegalArgumentException.class,
                    "a backend is already named b1",
                    balancer.addBackend("b1", backend.address(), 1));
            assertThrows(IllegalArgumentException.class, () -> balancer.addBackend("b2", backend.address(), 0));
            assertEquals("hello", talk(port(balancer)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, BalancerContext.MAX_WEIGHT + 1})
    void shouldSayAtOnceWhatWeightsThereAreWhenOneIsWrong(int weight) throws Exception {
        try (Balancer balancer = Balancer.embed(context())) {
            final IllegalArgumentException added = assertThrows(
                    IllegalArgumentException.class, () -> balancer.addBackend("b2", backend.address(), weight));
            final IllegalArgumentException weighed =
                    assertThrows(IllegalArgumentException.class, () -> balancer.weighBackend("b1", weight));
            assertEquals("the weight must be from 1 to 1000000, not " + weight, weighed.getMessage());
            assertEquals(added.getMessage(), weighed.getMessage());
            assertEquals(0, balancer.doWork(), "no command was given");
        }
    }

    @Test
    void shouldTakeLeastAndMostWeightWhenBackendIsWeighed() throws Exception {
        try (Balancer balancer = Balancer.embed(context())) {
            for (final int weight : new int[] {BalancerContext.MAX_WEIGHT, 1}) {
                final CompletableFuture<Void> weighed = balancer.weighBackend("b1", weight);
                balancer.doWork();
                weighed.get(1, TimeUnit.SECONDS);
                assertEquals(weight, balancer.status().backends().get(0).weight());
            }
        }
    }

    @Test
    void shouldUseTransportAndClockOfContextWhenEmbedded() throws Exception {
        final SimulatedNetwork network = new SimulatedNetwork(1, new NetworkConditions(), Long.MAX_VALUE - 1);
        final SimulatedTransport peers = network.open();
        final SimulatedTransport sockets = network.open();
        final Balancer balancer =
                Balancer.embed(simulatedContext().transport(sockets).clock(network.clock()));
        final int client = peers.connect(balancer.listenAddresses().get(0), null);
        drive(balancer, network, Duration.ofSeconds(9));
        assertEquals(1, balancer.status().count(LoopCounter.CONNECTIONS_ACTIVE));
        drive(balancer, network, Duration.ofSeconds(2));
        assertEquals(1, balancer.status().terminations(TerminationCause.PEEK_TIMED_OUT), "by the context's clock");

        assertEquals(Transport.CONNECT_DONE, peers.finishConnect(client));
        assertEquals(1, sockets.openSockets(), "it listens there");
        balancer.close();
        assertEquals(0, sockets.openSockets());
        assertThrows(IllegalStateException.class, () -> sockets.localPort(0), "it is closed");
        assertEquals(0, balancer.readErrors(0, text -> {}));
    }

    @Test
    void shouldTellWhenConnectionsWereAcceptedByTheWallClockWhenItsOwnIsElsewhere() throws Exception {
        final SimulatedNetwork network = new SimulatedNetwork(1, new NetworkConditions(), -7_000_000_000_000_000_000L);
        final List<ConnectionEvent> events = new ArrayList<>();
        final long beforeMs = System.currentTimeMillis();
        try (Balancer balancer = Balancer.embed(simulatedContext()
                .connectionListener(events::add)
                .transport(network.open())
                .clock(network.clock()))) {
            final long afterMs = System.currentTimeMillis();
            network.open().connect(balancer.listenAddresses().get(0), null);
            drive(balancer, network, Duration.ofHours(1));
            balancer.pollEvents();
            assertEquals(1, events.size());
            final long acceptedMs = events.get(0).acceptedAtMs();
            assertTrue(
                    acceptedMs >= beforeMs - 1 && acceptedMs <= afterMs + 1, () -> acceptedMs + " after " + beforeMs);
        }
    }

    @Test
    void shouldCloseTransportOfContextWhenEmbeddingFails() throws Exception {
        final AtomicInteger closes = new AtomicInteger();
        final BalancerContext wrong = simulatedContext().pinLimit(0).transport(countingCloses(closes));
        assertThrows(IllegalArgumentException.class, () -> Balancer.embed(wrong));
        assertEquals(1, closes.get(), "a setting is wrong");

        final SimulatedNetwork network = new SimulatedNetwork(1, new NetworkConditions(), 0);
        final SimulatedTransport first = network.open();
        final SimulatedTransport second = network.open();
        try (Balancer balancer = Balancer.embed(simulatedContext().transport(first))) {
            assertThrows(
                    BindException.class,
                    () -> Balancer.embed(simulatedContext()
                            .listen(balancer.listenAddresses().get(0))
                            .transport(second)));
            assertEquals(0, second.openSockets(), "an address is taken");
            assertEquals(1, first.openSockets());
        }
    }

    @Test
    void shouldRefuseToLaunchWhenContextHasTransportOrClockOfItsOwn() throws Exception {
        final SimulatedNetwork network = new SimulatedNetwork(1, new NetworkConditions(), 0);
        for (final BalancerContext context : List.of(
                context().transport(network.open()),
                context().clock(network.clock()),
                context().transport(network.open()).clock(network.clock()))) {
            final IllegalStateException e = assertThrows(IllegalStateException.class, () -> Balancer.launch(context));
            assertEquals("a balancer with a clock or transport of its own is to be embedded", e.getMessage());
        }
        Balancer.launch(context().clock(SystemNanoClock.INSTANCE)).close();
    }

    @Test
    void shouldRefuseSocketOptionsThatItsTransportHasNot() throws Exception {
        final IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> Balancer.launch(context().transportKind(TransportKind.NIO).userTimeout(Duration.ofSeconds(5))));
        assertEquals(
                "a TCP user time-out needs the epoll transport, and this is nio: as was asked for", e.getMessage());
        Balancer.launch(context().transportKind(TransportKind.NIO).userTimeout(Duration.ZERO))
                .close();

        final SimulatedNetwork network = new SimulatedNetwork(1, new NetworkConditions(), 0);
        final SimulatedTransport sockets = network.open();
        assertEquals(
                "sharing ports needs the epoll transport, and this is SimulatedTransport: as was asked for",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Balancer.embed(
                                        simulatedContext().transport(sockets).sharePorts(2)))
                        .getMessage());
    }

    @Test
    void shouldFailCommandsWhenClosed() throws Exception {
        final Balancer balancer = Balancer.launch(context());
        final CompletableFuture<Void> drained;
        try (Socket client = EchoBackend.openWebSocket(port(balancer))) {
            drained = balancer.drain();
            assertEquals("still here", EchoBackend.exchange(client, "still here", 10));
            assertFalse(drained.isDone(), "a connection is left");
            balancer.close();
        }
        assertFails(IllegalStateException.class, "the balancer is closed", drained);
        assertFails(IllegalStateException.class, "the balancer is closed", balancer.drainBackend("b1"));
        assertFails(IllegalStateException.class, "the balancer is closed", balancer.drain());
    }

    @Test
    void shouldCompleteDrainWhenLastConnectionEnds() throws Exception {
        try (Balancer balancer = Balancer.launch(context())) {
            final Socket client = EchoBackend.openWebSocket(port(balancer));
            final CompletableFuture<Void> drained = balancer.drain();
            final CompletableFuture<Void> again = balancer.drain();
            assertEquals("still here", EchoBackend.exchange(client, "still here", 10));
            assertFalse(drained.isDone());
            assertThrows(ConnectException.class, () -> new Socket(LOOPBACK, port(balancer)).close());
            client.close();
            drained.get(20, TimeUnit.SECONDS);
            again.get(20, TimeUnit.SECONDS);
            balancer.drain().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldCloseFromDependentStageWhenEmbedded() throws Exception {
        final Balancer balancer = Balancer.embed(context());
        final CompletableFuture<Void> other = balancer.drain();
        final CompletableFuture<Void> closed = balancer.drain().thenRun(balancer::close);
        balancer.doWork();
        closed.get(1, TimeUnit.SECONDS);
        other.get(1, TimeUnit.SECONDS);
        assertThrows(IllegalStateException.class, balancer::doWork);
    }

    @Test
    void shouldCloseFromDependentStageOfCommandWhenEmbedded() throws Exception {
        final Balancer balancer = Balancer.embed(context());
        final CompletableFuture<Void> closed = balancer.removeBackend("b1").thenRun(balancer::close);
        final CompletableFuture<Void> behind = balancer.drainBackend("b1");
        balancer.doWork();
        closed.get(1, TimeUnit.SECONDS);
        assertFails(IllegalStateException.class, "the balancer is closed", behind);
    }

    @Test
    void shouldCloseFromDependentStageWhenLaunched() throws Exception {
        final Balancer balancer = Balancer.launch(context());
        balancer.drain().thenRun(balancer::close).get(20, TimeUnit.SECONDS);
        balancer.close();
    }

    @Test
    void shouldKeepApartWhenSeveralLiveInOneJvm() throws Exception {
        final Balancer first = Balancer.launch(context());
        try (Balancer second = Balancer.launch(context())) {
            talk(port(first));
            talk(port(second));
            talk(port(second));
            assertEquals(1, first.status().count(LoopCounter.ACCEPTED));
            assertEquals(2, second.status().count(LoopCounter.ACCEPTED));
            first.close();
            assertEquals("hello", talk(port(second)));
        }
    }

    @Test
    void shouldNameAddressAndLeakNothingWhenPortIsInUse() throws Exception {
        try (Balancer first = Balancer.launch(context())) {
            final BalancerContext second = new BalancerContext()
                    .listen(new InetSocketAddress(LOOPBACK, 0))
                    .listen(new InetSocketAddress(LOOPBACK, port(first)));
            final BindException e = assertThrows(BindException.class, () -> Balancer.launch(second));
            assertTrue(e.getMessage().contains("127.0.0.1:" + port(first)), e::getMessage);
        }
    }

    @Test
    void shouldDeliverEveryEventBeforeCloseReturns() throws Exception {
        final List<ConnectionEvent> events = new ArrayList<>();
        final List<Socket> clients = new ArrayList<>();
        try (Balancer balancer = Balancer.launch(context().connectionListener(events::add))) {
            for (int i = 0; i < 20; i++) {
                clients.add(EchoBackend.openWebSocket(port(balancer)));
            }
        }
        assertEquals(40, events.size());
        assertEquals(
                20,
                events.stream()
                        .filter(event -> event.cause() == TerminationCause.KILLED)
                        .count());
        for (final Socket client : clients) {
            client.close();
        }
    }

    @Test
    void shouldDeliverTheOthersAndGoOnWhenListenerThrows() throws Exception {
        final AtomicInteger count = new AtomicInteger();
        final Balancer balancer = Balancer.launch(context().connectionListener(event -> {
            count.incrementAndGet();
            throw new IllegalStateException("a listener's mistake");
        }));
        final List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(EchoBackend.openWebSocket(port(balancer)));
        }
        assertEquals("hello", talk(port(balancer)));
        balancer.close();
        assertEquals(22, count.get(), "each event is told, also those of the close");
        final List<String> errors = new ArrayList<>();
        assertEquals(1, balancer.readErrors(0, errors::add));
        assertTrue(errors.get(0).startsWith("met 22 times: "), () -> errors.get(0));
        for (final Socket client : clients) {
            client.close();
        }
    }

    @Test
    void shouldNotWaitForListenerWhenItIsSlow() throws Exception {
        final CountDownLatch release = new CountDownLatch(1);
        final AtomicInteger count = new AtomicInteger();
        final Balancer balancer = Balancer.launch(context().eventQueueLength(4).connectionListener(event -> {
            count.incrementAndGet();
            isReleased(release, 30);
        }));
        for (int i = 0; i < 20; i++) {
            assertEquals("hello", talk(port(balancer)));
        }
        final long lost = balancer.status().count(LoopCounter.EVENTS_LOST);
        assertTrue(lost > 0, "the queue has room for four");
        release.countDown();
        balancer.close();
        assertEquals(40, count.get() + balancer.status().count(LoopCounter.EVENTS_LOST));
    }

    @Test
    void shouldTellFatalHandlerWhenSelectorBreaks() throws Exception {
        final AtomicBoolean isBroken = new AtomicBoolean();
        final CompletableFuture<Throwable> fatal = new CompletableFuture<>();
        final Balancer balancer = Balancer.launch(context().fatalHandler(fatal::complete), breakable(isBroken, false));
        assertEquals("hello", talk(port(balancer)));
        isBroken.set(true);
        final CompletableFuture<Void> drained = balancer.drain();
        assertInstanceOf(IOException.class, fatal.get(20, TimeUnit.SECONDS).getCause());
        assertThrows(ExecutionException.class, () -> drained.get(20, TimeUnit.SECONDS));
        balancer.close();
        assertThrows(ConnectException.class, () -> new Socket(LOOPBACK, port(balancer)).close());
    }

    @Test
    void shouldEndAndTellWhenCloseItselfFails() throws Exception {
        final AtomicBoolean isBroken = new AtomicBoolean();
        final CompletableFuture<Throwable> fatal = new CompletableFuture<>();
        final Balancer balancer = Balancer.launch(
                context().fatalHandler(fatal::complete).connectionListener(event -> {}), breakable(isBroken, true));
        try (Socket client = EchoBackend.openWebSocket(port(balancer))) {
            isBroken.set(true);
            balancer.close();
            assertEquals("broken for the test", fatal.get(20, TimeUnit.SECONDS).getMessage());
            assertThrows(IOException.class, () -> new Socket(LOOPBACK, port(balancer)).close());
            assertFalse(client.isClosed());
        }
    }

    @Test
    void shouldNotWaitForFatalHandlerWhenClosed() throws Exception {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch closed = new CountDownLatch(1);
        final CompletableFuture<Boolean> wasClosedMeanwhile = new CompletableFuture<>();
        final Balancer balancer = Balancer.launch(
                context().fatalHandler(error -> {
                    entered.countDown();
                    // As System.exit waits for a shutdown hook that closes the balancer.
                    wasClosedMeanwhile.complete(isReleased(closed, 5));
                }),
                breakable(new AtomicBoolean(true), false));
        assertTrue(isReleased(entered, 20));
        balancer.close();
        closed.countDown();
        assertTrue(wasClosedMeanwhile.get(20, TimeUnit.SECONDS));
    }

    private BalancerContext context() {
        return new BalancerContext()
                .listen(new InetSocketAddress(LOOPBACK, 0))
                .backend("b1", backend.address(), 1)
                .connectionLimit(256)
                .pinLimit(1000)
                .slabLimit(16)
                .peekSlabLimit(64);
    }

    private static BalancerContext simulatedContext() {
        return new BalancerContext()
                .listen(new InetSocketAddress(LOOPBACK, 0), PeekMode.REQUIRED)
                .connectionLimit(16)
                .pinLimit(16)
                .slabLimit(16)
                .peekSlabLimit(16);
    }

    /** As often as its contract asks for, until so much of the network's time has passed. */
    private static void drive(Balancer balancer, SimulatedNetwork network, Duration duration) {
        final long endNs = network.nowNs() + duration.toNanos();
        while (network.nowNs() - endNs < 0) {
            balancer.doWork(Math.min(100_000_000L, endNs - network.nowNs()));
        }
    }

    private static Transport countingCloses(AtomicInteger closes) {
        return (Transport) Proxy.newProxyInstance(
                Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("pipes")) {
                        return null;
                    }
                    assertEquals("close", method.getName());
                    closes.incrementAndGet();
                    return null;
                });
    }

    private static int port(Balancer balancer) {
        return balancer.listenAddresses().get(0).getPort();
    }

    private static String talk(int port) {
        try (Socket client = EchoBackend.openWebSocket(port)) {
            return EchoBackend.exchange(client, "hello", 5);
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A transport that at a wish cannot poll any more, or, further on, not even close a socket. */
    private static Transport breakable(AtomicBoolean isBroken, boolean inClose) throws IOException {
        final Transport transport = NioTransport.open();
        return (Transport) Proxy.newProxyInstance(
                Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (proxy, method, arguments) -> {
                    if (isBroken.get() && !inClose && method.getName().equals("poll")) {
                        throw new IOException("broken for the test");
                    }
                    if (isBroken.get() && inClose && method.getName().equals("close") && arguments != null) {
                        throw new IllegalStateException("broken for the test");
                    }
                    try {
                        return method.invoke(transport, arguments);
                    } catch (final InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static void assertFails(Class<? extends Exception> type, String message, CompletableFuture<Void> future) {
        final ExecutionException e = assertThrows(ExecutionException.class, () -> future.get(20, TimeUnit.SECONDS));
        assertInstanceOf(type, e.getCause());
        assertEquals(message, e.getCause().getMessage());
    }

    private static boolean isReleased(CountDownLatch latch, int patienceSeconds) {
        try {
            return latch.await(patienceSeconds, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
