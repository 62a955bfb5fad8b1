package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.fairlead.core.rules.ClientKey;
import io.fairlead.core.rules.RendezvousHash;
import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendNotice;
import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.BackendStatus;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.ConnectionEvent;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.Notice;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.agrona.concurrent.errors.ErrorLogReader;

/**
 * A loop, its clients and its backends, all driven by the test's own thread over loopback, with a clock that the test
 * advances. {@link Invariants} are checked after every cycle; at the close nothing may be left.
 */
final class LoopHarness implements AutoCloseable {
    private static final long PATIENCE_NS = 20_000_000_000L;
    private static final long POLL_NS = 1_000_000L;

    final ManualClock clock = new ManualClock();
    final BalancerStatus status = new BalancerStatus();
    final FaultyTransport transport;
    final ForwardingLoop loop;
    final List<TestBackend> backends;
    final List<ConnectionEvent> events = new ArrayList<>();
    final List<Notice> notices = new ArrayList<>();

    private final TestSettings settings;
    private final List<TestPeer> clients = new ArrayList<>();
    private final UnsafeBuffer errorBuffer = new UnsafeBuffer(ByteBuffer.allocateDirect(64 * 1024));
    private boolean mayHaveErrors;
    private int lastWorkCount;

    private LoopHarness(TestTransport.Source source, TestSettings settings, List<TestBackend> backends) {
        this.settings = settings;
        this.backends = backends;
        try {
            transport = new FaultyTransport(source.open());
            final long seed = Long.getLong("fairlead.seed", 42);
            loop = new ForwardingLoop(
                    settings.build(backends),
                    transport,
                    clock,
                    0,
                    seed,
                    status,
                    new DistinctErrorLog(errorBuffer, () -> 0));
            loop.open();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        loop.listenerNames(Collections.nCopies(settings.listenerCount, "test"));
    }

    /** A loop with so many backends of weight 1, named b1, b2, … */
    static LoopHarness start(int backendCount) {
        return start(backendCount, settings -> {});
    }

    static LoopHarness start(int backendCount, Consumer<TestSettings> change) {
        return start(TestTransport::open, backendCount, change);
    }

    /** A loop on a transport that the test is about. */
    static LoopHarness start(TestTransport.Source source, int backendCount, Consumer<TestSettings> change) {
        final TestBackend[] backends = new TestBackend[backendCount];
        Arrays.setAll(backends, i -> new TestBackend("b" + (i + 1), 1, 0));
        return start(source, change, backends);
    }

    static LoopHarness start(Consumer<TestSettings> change, TestBackend... backends) {
        return start(TestTransport::open, change, backends);
    }

    private static LoopHarness start(
            TestTransport.Source source, Consumer<TestSettings> change, TestBackend... backends) {
        final TestSettings settings = new TestSettings();
        change.accept(settings);
        return new LoopHarness(source, settings, List.of(backends));
    }

    TestPeer connect() {
        return connect(null);
    }

    /** A client from an address in 127.0.0.0/8. */
    TestPeer connect(String source) {
        return connect(source, 0, 0);
    }

    TestPeer connect(String source, int listenerIndex, int receiveBufferLength) {
        final TestPeer client = TestPeer.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), loop.localPort(listenerIndex)),
                source,
                receiveBufferLength);
        clients.add(client);
        return client;
    }

    /** A client whose WebSocket is open, and its backend's end of it. */
    WebSocketPair openWebSocket(String source) {
        return openWebSocket(source, 0);
    }

    WebSocketPair openWebSocket(String source, int listenerIndex) {
        final TestPeer client = connect(source, listenerIndex, 0);
        client.send(Handshake.REQUEST);
        final TestPeer backend = awaitRequest(Handshake.REQUEST);
        backend.forgetReceived();
        backend.send(Handshake.ANSWER);
        stepUntil(() -> client.text().equals(Handshake.ANSWER), "the 101 arrives");
        client.forgetReceived();
        return new WebSocketPair(client, backend);
    }

    /** A client that sent opaque bytes, and its backend's end, nothing pending. */
    WebSocketPair openOpaque(String source) {
        final TestPeer client = connect(source);
        client.send("\u0000");
        final TestPeer backend = awaitRequest("\u0000");
        backend.forgetReceived();
        return new WebSocketPair(client, backend);
    }

    record WebSocketPair(TestPeer client, TestPeer backend) {}

    /** The backend's end of a new connection on which exactly this has arrived. */
    TestPeer awaitRequest(String request) {
        final TestPeer[] found = new TestPeer[1];
        stepUntil(
                () -> {
                    for (final TestBackend backend : backends) {
                        for (final TestPeer peer : backend.accepted()) {
                            if (!peer.isOver() && peer.text().equals(request)) {
                                found[0] = peer;
                            }
                        }
                    }
                    return found[0] != null;
                },
                "a backend gets " + request.length() + " bytes");
        return found[0];
    }

    /** The backends in the order in which a client from an address tries them; their weights must be equal. */
    List<TestBackend> order(String source) {
        final UnsafeBuffer address = new UnsafeBuffer(new byte[ClientKey.ADDRESS_LENGTH]);
        if (!ClientKey.parseAddress(source, address, 0)) {
            throw new IllegalArgumentException(source);
        }
        final long key64 = ClientKey.key64(
                ClientKey.hi(address, 0, settings.clientPrefix4, 64),
                ClientKey.lo(address, 0, settings.clientPrefix4, 64));
        final List<TestBackend> order = new ArrayList<>(backends);
        order.sort((left, right) -> {
            final long leftId = RendezvousHash.id64(left.name());
            final long rightId = RendezvousHash.id64(right.name());
            return RendezvousHash.beats(
                            RendezvousHash.hash(key64, leftId), leftId, RendezvousHash.hash(key64, rightId), rightId)
                    ? -1
                    : 1;
        });
        return order;
    }

    /** The slot of a client's connection, or {@link ConnectionTable#NULL_SLOT}. */
    int slotOf(TestPeer client) {
        final ConnectionTable connections = loop.state().connections;
        for (int slot = 0; slot < connections.highWater(); slot++) {
            if (connections.phase(slot) != Phase.FREE && connections.clientPort(slot) == client.localPort()) {
                return slot;
            }
        }
        return ConnectionTable.NULL_SLOT;
    }

    int phaseOf(TestPeer client) {
        final int slot = slotOf(client);
        return slot == ConnectionTable.NULL_SLOT
                ? Phase.FREE
                : loop.state().connections.phase(slot);
    }

    void stepUntilPhase(TestPeer client, int phase) {
        stepUntil(() -> phaseOf(client) == phase, "the connection is in phase " + phase);
    }

    TestBackend backendOf(TestPeer peer) {
        for (final TestBackend backend : backends) {
            if (backend.accepted().contains(peer)) {
                return backend;
            }
        }
        throw new IllegalArgumentException("no backend accepted that");
    }

    /** One cycle, and what the peers can do before and after it. */
    void step() {
        step(0);
    }

    private void step(long timeoutNs) {
        pump();
        try {
            lastWorkCount = loop.doWork(timeoutNs);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        Invariants.check(loop);
        loop.pollEvents(events::add);
        loop.pollNotices(notices::add);
        pump();
    }

    private void pump() {
        clients.forEach(TestPeer::pump);
        backends.forEach(TestBackend::pump);
    }

    void steps(int count) {
        for (int i = 0; i < count; i++) {
            step();
        }
    }

    /** Cycle until something is so; the loop waits a millisecond in its selector when it has nothing to do. */
    void stepUntil(BooleanSupplier condition, String what) {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                fail("in vain waited until " + what + "; errors: " + errors());
            }
            // Waits only after a cycle that found nothing: most of what a test waits for is already on its way.
            step(lastWorkCount == 0 ? POLL_NS : 0);
        }
    }

    void stepUntilEnded(int count) {
        stepUntil(() -> terminations() == count, count + " connections have ended");
    }

    /** Let time pass, in steps no longer than a sweep, with a cycle at the end of each. */
    void advance(Duration duration) {
        advance(duration, Duration.ofMillis(500));
    }

    void advance(Duration duration, Duration tick) {
        Duration left = duration;
        while (left.compareTo(Duration.ZERO) > 0) {
            final Duration next = left.compareTo(tick) < 0 ? left : tick;
            clock.advance(next);
            left = left.minus(next);
            step();
        }
    }

    long count(LoopCounter counter) {
        return status.count(counter);
    }

    long count(TestBackend backend, BackendCounter counter) {
        for (final BackendStatus candidate : status.backends()) {
            if (candidate.name().equals(backend.name())) {
                return candidate.count(counter);
            }
        }
        throw new IllegalArgumentException("no backend named " + backend.name());
    }

    BackendStatus statusOf(TestBackend backend) {
        return status.backends().stream()
                .filter(candidate -> candidate.name().equals(backend.name()))
                .findFirst()
                .orElseThrow();
    }

    BackendState stateOf(TestBackend backend) {
        return statusOf(backend).state();
    }

    /** A backend as the loop has it. */
    Backend backend(String name) {
        return loop.state().backends.byName(name);
    }

    /** What was told of a backend: the states it entered, each with the reason. */
    List<String> told(String name) {
        return notices.stream()
                .filter(notice ->
                        notice instanceof BackendNotice of && of.backend().equals(name))
                .map(notice -> ((BackendNotice) notice).to().label() + ": " + ((BackendNotice) notice).reason())
                .toList();
    }

    /** Let time pass in small steps until something is so. */
    void advanceUntil(BooleanSupplier condition, Duration tick, String what) {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                fail("in vain waited until " + what + "; notices: " + notices + "; errors: " + errors());
            }
            clock.advance(tick);
            step();
        }
    }

    long terminations(TerminationCause cause) {
        return status.terminations(cause);
    }

    long terminations() {
        long sum = 0;
        for (final TerminationCause cause : TerminationCause.values()) {
            sum += status.terminations(cause);
        }
        return sum;
    }

    /** From now on, or no longer, one side of a client's connection takes nothing. */
    void stall(TestPeer client, int side, boolean value) {
        transport.stalled.set(loop.state().connections.socket(slotOf(client), side), value);
    }

    /** What the loop tells of a client's pin at the first listener. */
    String lookUpPin(String source) {
        try {
            return loop.lookUpPin(0, InetAddress.getByName(source));
        } catch (final UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The test provokes a defect: the error log need not be empty. */
    void expectErrors() {
        mayHaveErrors = true;
    }

    String errors() {
        final StringBuilder text = new StringBuilder();
        ErrorLogReader.read(errorBuffer, (count, first, last, error) -> text.append(error));
        return text.toString();
    }

    @Override
    public void close() {
        try {
            if (!mayHaveErrors) {
                assertEquals("", errors(), "error log");
                assertEquals(0, status.count(LoopCounter.INTERNAL_ERRORS), "internal errors");
            }
            steps(2);
            Invariants.checkSockets(loop, status.accepting() ? settings.listenerCount : 0);
        } finally {
            loop.close();
            Invariants.check(loop);
            assertEquals(0, status.count(LoopCounter.CONNECTIONS_ACTIVE), "connections left");
            clients.forEach(TestPeer::close);
            for (final TestBackend backend : backends) {
                backend.close();
                backend.accepted().forEach(TestPeer::close);
            }
        }
    }
}
