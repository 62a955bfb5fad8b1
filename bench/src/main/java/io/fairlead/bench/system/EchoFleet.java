package io.fairlead.bench.system;

import io.fairlead.bench.load.Herd;
import io.fairlead.bench.load.LoadLoop;
import io.fairlead.bench.load.LoadTransport;
import io.fairlead.bench.load.MessageClient;
import io.fairlead.bench.load.MessageHandler;
import io.fairlead.bench.load.OwnFleet;
import io.fairlead.bench.load.ProcFile;
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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Clients, a balancer and a backend, each on a thread of its own, in this process or, where its descriptors would not do, in
 * three.
 *
 * <p><b>Owned by the benchmark's thread.</b> A message allocates nothing here.
 */
final class EchoFleet implements AutoCloseable {
    /** Most bytes of messages under way at once. */
    static final long UNDER_WAY_LIMIT = 256L << 20;

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long REST_LIMIT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int SOURCE_COUNT = 200;
    private static final int SPARE_DESCRIPTORS = 1000;

    /** A client's, two of the balancer, the backend's. */
    private static final int DESCRIPTORS_PER_CONNECTION = 4;

    private static final int DESCRIPTORS_OF_BALANCER = 2;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final LoadLoop loop;
    private final Herd herd;
    private final TransportKind transport;
    private final int messageLength;
    private final int shortCount;
    private long completedCount;
    private long wantedCount;
    private boolean isSending;
    private String failure;

    private EchoFleet(
            TransportKind transport, int messageLength, int connectionCount, int shortCount, boolean isOneProcess)
            throws IOException {
        this.transport = transport;
        this.messageLength = messageLength;
        this.shortCount = shortCount;
        loop = new LoadLoop(LoadTransport.NIO);
        parts.push(loop);
        try {
            final Target target = isOneProcess ? startHere(connectionCount) : startProcesses();
            herd = new Herd(loop, target, messageLength, new SourceAddresses(SOURCE_COUNT), new Clients());
            herd.open(connectionCount);
        } catch (final IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Start all and connect; nothing is sent yet.
     *
     * @param size {@code <bytes>x<connections>}.
     * @param transport of the balancer.
     */
    static EchoFleet open(String size, TransportKind transport) throws IOException {
        final int cross = size.indexOf('x');
        final int messageLength = Integer.parseInt(size.substring(0, cross));
        final int wanted = Integer.parseInt(size.substring(cross + 1));
        if ((long) messageLength * wanted > UNDER_WAY_LIMIT) {
            throw new IllegalArgumentException(size + ": more than " + UNDER_WAY_LIMIT + " bytes under way at once");
        }
        final long limit = ProcFile.descriptorLimit("self") - SPARE_DESCRIPTORS;
        final boolean isOneProcess = (long) wanted * DESCRIPTORS_PER_CONNECTION <= limit;
        final int possible = (int) Math.min(wanted, limit / DESCRIPTORS_OF_BALANCER);
        if (possible < wanted) {
            System.out.printf(
                    "%n# %d connections instead of %d: more need a higher limit of descriptors (ulimit -n)%n",
                    possible, wanted);
        }
        return new EchoFleet(transport, messageLength, possible, wanted - possible, isOneProcess);
    }

    /** Send the first message on each connection; from now on each sends again when it has its echo. */
    void start() {
        isSending = true;
        wantedCount = completedCount;
        for (int i = 0; i < herd.count(); i++) {
            herd.client(i).send(0);
        }
    }

    /**
     * Go on until so many more echoes have come. What came beyond them is not lost: the next call asks for as many less.
     *
     * @param count how many more.
     * @return their bytes.
     * @throws IllegalStateException if a WebSocket failed, or none moves any more.
     */
    long roundTrips(int count) throws IOException {
        wantedCount += count;
        if (!herd.await(LIMIT_NS, () -> completedCount >= wantedCount || failure != null)) {
            throw new IllegalStateException("nothing moves any more: " + (wantedCount - completedCount) + " lacking");
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        return (long) count * messageLength;
    }

    /**
     * Send nothing more, and wait for the echoes that are lacking.
     *
     * @throws IllegalStateException naming a WebSocket whose message was never answered: that others went on does not hide
     *     it.
     */
    void rest() throws IOException {
        isSending = false;
        if (!herd.await(REST_LIMIT_NS, () -> isAtRest() || failure != null)) {
            for (int i = 0; i < herd.count(); i++) {
                if (herd.client(i).underWayCount() > 0) {
                    throw new IllegalStateException("client " + i + " never had its echo");
                }
            }
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    private boolean isAtRest() {
        for (int i = 0; i < herd.count(); i++) {
            if (herd.client(i).underWayCount() > 0) {
                return false;
            }
        }
        return true;
    }

    /** How many connections there are less than asked for. */
    int shortCount() {
        return shortCount;
    }

    @Override
    public void close() throws IOException {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (final IOException | RuntimeException e) {
                throw e;
            } catch (final Exception e) {
                throw new IOException(e);
            }
        }
    }

    private Target startHere(int connectionLimit) throws IOException {
        final EchoServer server = EchoServer.start(EchoOptions.named("b1"));
        parts.push(server);
        final Balancer balancer = Balancer.launch(new BalancerContext()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .backend("b1", server.address(), 1)
                .transportKind(transport)
                .connectionLimit(connectionLimit));
        parts.push(balancer);
        return new Target("fairlead", balancer.listenAddresses().get(0), List.of());
    }

    private Target startProcesses() throws IOException {
        final OwnFleet own = OwnFleet.start("direct", transport);
        parts.push(own);
        return own.targets().get(1);
    }

    private final class Clients implements MessageHandler {
        @Override
        public void onEcho(MessageClient client, long startNs) {
            completedCount++;
            if (isSending) {
                client.send(0);
            }
        }

        @Override
        public void onFailed(MessageClient client, String reason) {
            failure = "client " + client.number() + ": " + reason;
        }
    }
}
