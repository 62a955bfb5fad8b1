package io.fairlead.bench.system;

import io.fairlead.bench.load.Herd;
import io.fairlead.bench.load.LoadLoop;
import io.fairlead.bench.load.LoadTransport;
import io.fairlead.bench.load.MessageClient;
import io.fairlead.bench.load.MessageHandler;
import io.fairlead.bench.load.SourceAddresses;
import io.fairlead.bench.load.Target;
import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import io.fairlead.core.TransportKind;
import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Clients with an address each before a balancer whose backends fail and return, and where each of them has to be.
 *
 * <p><b>Owned by the benchmark's thread.</b> The balancer and each backend have threads of their own.
 */
final class PinnedFleet implements AutoCloseable {
    private static final int MESSAGE_LENGTH = 64;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    /** Rounds: nothing, a failure, nothing, its return; and on to the next backend. */
    private static final int PERIOD = 4;

    private static final int FAILURE = 1;
    private static final int RETURN = 3;

    private final List<EchoServer> servers = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final LoadLoop loop;
    private final Balancer balancer;
    private final Herd herd;
    private final ExpectedBackends expected;
    private final String[] told;
    private final String[] before;
    private int round;
    private int answeredCount;
    private int endedCount;
    private String firstFailure;

    /**
     * Start all and connect everybody for the first time.
     *
     * @param clientCount clients, from an address each.
     * @param backendCount backends.
     * @param pins whether the balancer remembers where a client was; false is for the test that tells whether it is noticed.
     * @param transport of the balancer.
     */
    PinnedFleet(int clientCount, int backendCount, boolean pins, TransportKind transport) throws IOException {
        final BalancerContext context = new BalancerContext()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .connectionLimit(2 * clientCount)
                .transportKind(transport)
                .pinning(pins);
        // Its backends return at once, and this is about where pins lead then, not about waiting.
        context.health().ejectAfter(0);
        for (int i = 0; i < backendCount; i++) {
            final String name = "b" + i;
            final EchoServer server = EchoServer.start(EchoOptions.named(name));
            servers.add(server);
            names.add(name);
            context.backend(name, server.address(), 1);
        }
        balancer = Balancer.launch(context);
        final Target target = new Target("fairlead", balancer.listenAddresses().get(0), List.of());
        final SourceAddresses sources = new SourceAddresses(clientCount);
        final List<InetAddress> addresses = new ArrayList<>();
        for (int i = 0; i < clientCount; i++) {
            addresses.add(sources.get(i, target.address()).getAddress());
        }
        expected = new ExpectedBackends(names, addresses);
        told = new String[clientCount];
        before = new String[clientCount];
        loop = new LoadLoop(LoadTransport.NIO);
        herd = new Herd(loop, target, MESSAGE_LENGTH, sources, new Clients());
        herd.open(clientCount);
        await("answers", () -> answeredCount == clientCount);
        System.arraycopy(told, 0, before, 0, clientCount);
        verify(0);
    }

    /**
     * Let the next thing happen, if it is time for one: a backend fails, or comes back.
     *
     * @return how many clients were on the backend that failed.
     */
    int nextEvent() throws IOException {
        final int backend = round / PERIOD % servers.size();
        final int step = round % PERIOD;
        round++;
        if (step == RETURN) {
            final EchoServer old = servers.get(backend);
            servers.set(
                    backend,
                    EchoServer.start(EchoOptions.named(names.get(backend))
                            .withPort(old.address().getPort())));
            expected.recover(names.get(backend));
        }
        return step == FAILURE ? fail(backend) : 0;
    }

    /** Every client ends what it has, connects again and asks who answers. */
    void reconnectAll() throws IOException {
        System.arraycopy(told, 0, before, 0, told.length);
        answeredCount = 0;
        for (int i = 0; i < told.length; i++) {
            told[i] = null;
            herd.client(i).abort();
        }
        for (int i = 0; i < told.length; i++) {
            herd.connect(herd.client(i));
        }
        await("answers", () -> answeredCount == told.length);
    }

    /** Clients on another backend than the last time. */
    int movedCount() {
        int count = 0;
        for (int i = 0; i < told.length; i++) {
            count += told[i].equals(before[i]) ? 0 : 1;
        }
        return count;
    }

    /** Clients on another backend than they have to be. */
    int mispinnedCount() {
        int count = 0;
        for (int i = 0; i < told.length; i++) {
            count += told[i].equals(expected.backend(i)) ? 0 : 1;
        }
        return count;
    }

    /**
     * See that all is as it has to be.
     *
     * @param orphaned clients whose backend failed since the last time.
     * @throws IllegalStateException if it is not.
     */
    void verify(int orphaned) {
        if (mispinnedCount() != 0) {
            throw new IllegalStateException(mispinnedCount() + " clients are mispinned: " + firstMispinned());
        }
        if (movedCount() != orphaned) {
            throw new IllegalStateException(
                    movedCount() + " clients moved, but the backend of " + orphaned + " failed");
        }
    }

    /** Of what the backends said. */
    long checksum() {
        long sum = 0;
        for (final String name : told) {
            sum = 31 * sum + name.hashCode();
        }
        return sum;
    }

    @Override
    public void close() {
        loop.close();
        balancer.close();
        servers.forEach(EchoServer::close);
    }

    /** A backend goes, with connections on it: theirs end, and nobody else's. */
    private int fail(int backend) throws IOException {
        endedCount = 0;
        servers.get(backend).close();
        final int orphaned = expected.fail(names.get(backend));
        await("ends", () -> endedCount == orphaned);
        final int openCount = herd.openCount();
        if (openCount != told.length - orphaned) {
            throw new IllegalStateException(
                    "the backend of " + orphaned + " failed, and " + (told.length - openCount) + " were cut");
        }
        return orphaned;
    }

    private void await(String what, BooleanSupplier isDone) throws IOException {
        if (!herd.await(LIMIT_NS, isDone)) {
            throw new IllegalStateException(what + " did not come: " + answeredCount + " answered, " + endedCount
                    + " ended, of " + told.length + "; first failure: " + firstFailure);
        }
    }

    private String firstMispinned() {
        for (int i = 0; i < told.length; i++) {
            if (!told[i].equals(expected.backend(i))) {
                return "client " + i + " is on " + told[i] + " and belongs on " + expected.backend(i);
            }
        }
        return "none";
    }

    private final class Clients implements MessageHandler {
        @Override
        public void onOpen(MessageClient client) {
            client.askBackend();
        }

        @Override
        public void onEcho(MessageClient client, long startNs) {
            throw new IllegalStateException("nobody sent anything");
        }

        @Override
        public void onBackend(MessageClient client, String backend) {
            told[client.number()] = backend;
            answeredCount++;
        }

        @Override
        public void onFailed(MessageClient client, String reason) {
            endedCount++;
            if (firstFailure == null) {
                firstFailure = "client " + client.number() + ": " + reason;
            }
        }
    }
}
