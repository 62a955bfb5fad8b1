package io.fairlead.echo;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A WebSocket echo server (RFC 6455) on one thread: the backend that the demo, the tests and the benchmarks put behind
 * the balancer. Several may run in one JVM.
 *
 * <p>It answers every message with its prefix and the message, and the text message {@code whoami} with its name and the
 * client address it saw: {@code b1 127.0.0.1:54321}. Its 101 carries the name as {@code X-Backend}. A plain
 * {@code GET /} is answered with a page that tries it in the browser. An idle connection costs no buffer, and a message
 * in steady state no allocation.
 *
 * <p><b>Thread safe.</b>
 */
public final class EchoServer implements AutoCloseable {
    private final EchoOptions options;
    private final EchoLoop loop;
    private final InetSocketAddress address;
    private final Thread thread;

    private EchoServer(EchoOptions options) throws IOException {
        this.options = options;
        loop = new EchoLoop(options);
        address = loop.address();
        thread = new Thread(loop, "echo-" + options.name());
        thread.setDaemon(true);
    }

    /**
     * Binds and starts. The server's thread is a daemon.
     *
     * @param options what to listen on and who to be
     * @return the server, connections already accepted
     * @throws IOException if the address cannot be listened on
     */
    public static EchoServer start(EchoOptions options) throws IOException {
        EchoServer server = new EchoServer(options);
        server.thread.start();
        return server;
    }

    /**
     * The port it listens on.
     *
     * @return the port, the real one where 0 was asked for
     */
    public int port() {
        return address.getPort();
    }

    /**
     * Where it listens.
     *
     * @return the address and the real port
     */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Who it says it is.
     *
     * @return the name of its options
     */
    public String name() {
        return options.name();
    }

    /**
     * How many clients are connected, handshakes and ends under way included.
     *
     * @return the count at some instant during the call
     */
    public int connectionCount() {
        return loop.connectionCount();
    }

    /**
     * Whether the server ended by itself, because its selector failed; the log says why.
     *
     * @return false while it runs, and after {@link #close()}
     */
    public boolean hasFailed() {
        return loop.hasFailed();
    }

    /**
     * Waits until the server has ended.
     *
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public void awaitEnd() throws InterruptedException {
        thread.join();
    }

    /**
     * Stops listening, sends a Close 1001 to every client that can take one at once, and closes all connections.
     * Idempotent. Returns when all of it is done, or early if the calling thread is interrupted.
     */
    @Override
    public void close() {
        loop.stop();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many clients are not read because they do not read. */
    int stalledCount() {
        return loop.stalledCount();
    }

    /** The thread whose allocations a test counts. */
    long threadId() {
        return thread.getId();
    }
}
