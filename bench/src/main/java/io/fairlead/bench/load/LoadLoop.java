package io.fairlead.bench.load;

import io.fairlead.core.transport.ReadinessHandler;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongUnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The transport of some WebSockets, most often one target's, and the read buffer that they share. WebSockets of different
 * loops cost each other nothing while they rest.
 *
 * <p><b>Owned by the load thread.</b> A poll allocates nothing but what the transport does.
 */
public final class LoadLoop implements AutoCloseable {
    /** What a pace says that waits for nothing but the network. */
    public static final long NOTHING_DUE = Long.MAX_VALUE;

    /** A pace that waits for nothing but the network. */
    public static final LongUnaryOperator NO_PACE = nowNs -> NOTHING_DUE;

    private static final int READ_LENGTH = 256 * 1024;
    private static final int INITIAL_CAPACITY = 64;

    /** What a transport may round a time-out up to: a wait that has to be exact must end this long before. */
    private static final long POLL_UNIT_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What the kernel may take to wake this thread up. */
    private static final long WAKE_UP_NS = TimeUnit.MICROSECONDS.toNanos(200);

    final Transport transport;

    private final ByteBuffer readBytes = ByteBuffer.allocateDirect(READ_LENGTH);
    private final UnsafeBuffer readBuffer = new UnsafeBuffer(readBytes);
    private final ReadinessHandler readinessHandler = this::onReady;
    private WebSocketClient[] clients = new WebSocketClient[INITIAL_CAPACITY];
    private int clientCount;

    /**
     * Open a loop.
     *
     * @param kind of its transport.
     * @throws IOException if descriptors are lacking.
     */
    public LoadLoop(LoadTransport kind) throws IOException {
        transport = kind.open();
    }

    /** A place in this loop for a WebSocket that from now on belongs to it. */
    int add(WebSocketClient client) {
        if (clientCount == clients.length) {
            clients = Arrays.copyOf(clients, 2 * clientCount);
        }
        clients[clientCount] = client;
        return clientCount++;
    }

    /** Read once; what came is then in {@link #received}. */
    int read(int socket) {
        return transport.read(socket, readBuffer, 0, READ_LENGTH);
    }

    /** The first bytes of the shared read buffer, valid until the next read of any WebSocket of this loop. */
    ByteBuffer received(int length) {
        return readBytes.clear().limit(length);
    }

    /**
     * Serve what is ready.
     *
     * @param timeoutNs how long to wait when nothing is; 0 looks once.
     * @return how many WebSockets were ready.
     * @throws IOException if the transport is broken.
     */
    public int poll(long timeoutNs) throws IOException {
        return transport.poll(timeoutNs, readinessHandler);
    }

    /**
     * Serve the clients for a time.
     *
     * @param endNs until {@code System.nanoTime()} has passed this.
     * @param pace asked in each cycle, with the time: does what is due, and returns in how many nanoseconds something is
     *     due again, or {@link #NOTHING_DUE}. What is left of about a millisecond before that is spent polling without a wait.
     * @param isDone ends the run early.
     * @return whether it did.
     * @throws IOException if the transport is broken.
     */
    @SuppressWarnings("ThreadPriorityCheck")
    public boolean run(long endNs, LongUnaryOperator pace, BooleanSupplier isDone) throws IOException {
        while (!isDone.getAsBoolean()) {
            final long nowNs = System.nanoTime();
            final long leftNs = endNs - nowNs;
            if (leftNs <= 0) {
                return false;
            }
            final long dueNs = pace.applyAsLong(nowNs);
            if (dueNs == NOTHING_DUE) {
                poll(leftNs);
            } else if (poll(exactWaitNs(Math.min(dueNs, leftNs))) == 0 && dueNs > 0) {
                // Where others share this core, they are what is waited for.
                Thread.yield();
            }
        }
        return true;
    }

    /** The longest wait that a transport's rounding cannot make too long. */
    private static long exactWaitNs(long waitNs) {
        return Math.max(0, waitNs - POLL_UNIT_NS - WAKE_UP_NS);
    }

    @Override
    public void close() {
        transport.close();
    }

    private void onReady(long token, int readiness) {
        clients[(int) token].onReady(token, readiness);
    }
}
