package io.fairlead.echo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one thread of a server: waits, serves, sweeps. Nothing here allocates per message.
 *
 * <p><b>Owned by the loop thread</b>, but for what any thread may call: {@link #stop()} and the questions about its state.
 */
final class EchoLoop implements Runnable {
    private static final int BACKLOG = 4096;
    private static final int ACCEPT_BATCH_LIMIT = 64;
    private static final long SWEEP_INTERVAL_MS = 500;
    private static final long ACCEPT_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final LoopResources resources;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final SelectionKey listenerKey;
    // A field, so that no select makes a new one.
    private final Consumer<SelectionKey> onReady = this::onReady;

    private volatile boolean isStopped;
    private volatile boolean hasFailed;
    private boolean isAcceptPaused;
    private long acceptResumeNs;
    private long nextSweepNs = System.nanoTime();

    /** Binds: an address that cannot be listened on is known here. */
    EchoLoop(EchoOptions options) throws IOException {
        resources = new LoopResources(options);
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(new InetSocketAddress(options.bindAddress(), options.port()), BACKLOG);
            listener.configureBlocking(false);
            listenerKey = listener.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            listener.close();
            selector.close();
            throw e;
        }
    }

    /** Where it listens. */
    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    /** How many clients are connected. */
    int connectionCount() {
        return resources.connectionCount.get();
    }

    /** How many clients are not read because they do not read. */
    int stalledCount() {
        return resources.stalledCount.get();
    }

    /** Whether it ended otherwise than by {@link #stop()}. */
    boolean hasFailed() {
        return hasFailed;
    }

    /** Makes {@link #run()} close everything and return. */
    void stop() {
        isStopped = true;
        selector.wakeup();
    }

    @Override
    public void run() {
        try {
            while (!isStopped) {
                cycle();
            }
        } catch (IOException | RuntimeException e) {
            hasFailed = true;
            resources.log.accept("The server stops: " + e);
        } finally {
            closeAll();
        }
    }

    private void cycle() throws IOException {
        final boolean isTimed = resources.deadlineCount > 0 || isAcceptPaused;
        selector.select(onReady, isTimed ? SWEEP_INTERVAL_MS : 0);
        if (isTimed) {
            onTime(System.nanoTime());
        }
    }

    private void onReady(SelectionKey key) {
        if (key == listenerKey) {
            acceptBatch();
            return;
        }
        final EchoConnection connection = (EchoConnection) key.attachment();
        // The selector may still deliver a key that an earlier one of the same batch closed.
        if (connection.isClosed()) {
            return;
        }
        try {
            connection.onReady();
        } catch (IOException expected) {
            // The client is gone: an event, not an error.
            close(connection);
        } catch (RuntimeException e) {
            resources.log.accept("A connection is cut off, this is a bug: " + e);
            close(connection);
        }
    }

    private void acceptBatch() {
        try {
            for (int i = 0; i < ACCEPT_BATCH_LIMIT; i++) {
                SocketChannel channel = listener.accept();
                if (channel == null) {
                    return;
                }
                open(channel);
            }
        } catch (IOException e) {
            // Most likely no descriptor is left. The listener stays readable, so without a pause this would spin.
            resources.log.accept("Accepting pauses: " + e);
            listenerKey.interestOps(0);
            isAcceptPaused = true;
            acceptResumeNs = System.nanoTime() + ACCEPT_PAUSE_NS;
        }
    }

    private void open(SocketChannel channel) throws IOException {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(new EchoConnection(channel, key, resources, System.nanoTime()));
        } catch (IOException expected) {
            // The client is gone already.
            channel.close();
        }
    }

    private void onTime(long nowNs) {
        if (isAcceptPaused && nowNs - acceptResumeNs >= 0) {
            isAcceptPaused = false;
            listenerKey.interestOps(SelectionKey.OP_ACCEPT);
        }
        if (nowNs - nextSweepNs >= 0) {
            nextSweepNs = nowNs + TimeUnit.MILLISECONDS.toNanos(SWEEP_INTERVAL_MS);
            for (SelectionKey key : selector.keys()) {
                sweep(key, nowNs);
            }
        }
    }

    private void sweep(SelectionKey key, long nowNs) {
        if (key.attachment() instanceof EchoConnection connection) {
            try {
                connection.onSweep(nowNs);
            } catch (IOException expected) {
                close(connection);
            }
        }
    }

    private void close(EchoConnection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            resources.log.accept("A socket did not close: " + e);
        }
    }

    private void closeAll() {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof EchoConnection connection) {
                try {
                    connection.onServerClose();
                } catch (IOException expected) {
                    close(connection);
                }
            }
        }
        try {
            listener.close();
            // Closes what the channels left to the selector: the descriptors.
            selector.close();
        } catch (IOException e) {
            resources.log.accept("The server did not close: " + e);
        }
    }
}
