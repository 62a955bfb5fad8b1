package io.fairlead.bench.gate;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * WebSockets through a subject over real sockets. The caller's thread is the clients, the subject and the backend in turn, so
 * that each subject is given the same events in the same order, and only its own steps are timed, in the thread's CPU time. A
 * message allocates nothing outside the subject.
 *
 * <p><b>Owned by one thread.</b>
 */
final class LoopbackLoad implements AutoCloseable {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final int BACKLOG_LENGTH = 128;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final List<SocketChannel> clients = new ArrayList<>();
    private final List<SocketChannel> backends = new ArrayList<>();
    private final ByteBuffer up;
    private final ByteBuffer down;
    private final ByteBuffer in;
    private final Subject subject;
    private long processorNs;

    /**
     * Connect everything.
     *
     * @param factory of the subject.
     * @param connectionCount WebSockets.
     * @param messageLength bytes of each payload; few enough for a socket to take a frame at once.
     */
    LoopbackLoad(Subject.Factory factory, int connectionCount, int messageLength) throws IOException {
        up = direct(Bytes.ofClient(messageLength));
        down = direct(Bytes.ofBackend(messageLength));
        in = ByteBuffer.allocateDirect(Math.max(up.capacity(), Bytes.REQUEST.length));
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG_LENGTH);
            listener.configureBlocking(false);
            subject = factory.open((InetSocketAddress) listener.getLocalAddress());
            for (int i = 0; i < connectionCount; i++) {
                connect(listener);
            }
        }
    }

    private void connect(ServerSocketChannel listener) throws IOException {
        final ByteBuffer request = direct(Bytes.REQUEST);
        final ByteBuffer answer = direct(Bytes.ANSWER);
        final SocketChannel client = SocketChannel.open(subject.address());
        prepare(client);
        clients.add(client);
        send(client, request);
        final long startNs = System.nanoTime();
        SocketChannel backend = listener.accept();
        while (backend == null) {
            drive(startNs);
            backend = listener.accept();
        }
        prepare(backend);
        backends.add(backend);
        receive(backend, request);
        send(backend, answer);
        receive(client, answer);
    }

    private static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** One message on each WebSocket to the backend, then one on each back; and that so many times. */
    void roundTrips(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            exchange(clients, up, backends);
            exchange(backends, down, clients);
        }
    }

    /** CPU time of the subject's steps so far, in nanoseconds. */
    long processorNs() {
        return processorNs;
    }

    int connectionCount() {
        return clients.size();
    }

    private void exchange(List<SocketChannel> from, ByteBuffer frame, List<SocketChannel> to) throws IOException {
        for (int i = 0; i < from.size(); i++) {
            send(from.get(i), frame);
        }
        for (int i = 0; i < to.size(); i++) {
            receive(to.get(i), frame);
        }
    }

    private static void send(SocketChannel channel, ByteBuffer bytes) throws IOException {
        if (channel.write(bytes.rewind()) < bytes.capacity()) {
            throw new IOException("a socket took less than a frame");
        }
    }

    private void receive(SocketChannel channel, ByteBuffer expected) throws IOException {
        final long startNs = System.nanoTime();
        in.clear().limit(expected.capacity());
        while (in.hasRemaining()) {
            final int length = channel.read(in);
            if (length < 0) {
                throw new IOException("a connection was ended");
            }
            if (length == 0) {
                drive(startNs);
            }
        }
        if (!in.flip().equals(expected.rewind())) {
            throw new IOException("what arrived is not what was sent");
        }
    }

    private void drive(long startNs) throws IOException {
        final long beforeNs = threads.getCurrentThreadCpuTime();
        final int workCount = subject.step();
        processorNs += threads.getCurrentThreadCpuTime() - beforeNs;
        if (workCount == 0 && System.nanoTime() - startNs > PATIENCE_NS) {
            throw new IOException("nothing moves any more");
        }
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Override
    public void close() throws IOException {
        for (final SocketChannel client : clients) {
            client.close();
        }
        for (final SocketChannel backend : backends) {
            backend.close();
        }
        subject.close();
    }
}
