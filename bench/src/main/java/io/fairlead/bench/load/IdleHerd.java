package io.fairlead.bench.load;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * WebSockets to one target that say nothing, until at the end each has to prove that it lives.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class IdleHerd implements MessageHandler, AutoCloseable {
    private static final int MESSAGE_LENGTH = 64;
    private static final long ECHO_LIMIT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long END_LIMIT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final LoadLoop loop;
    private final Herd herd;
    private final long socketsBefore;
    private int echoCount;
    private int failedCount;
    private String firstFailure;

    /** No WebSocket yet. */
    IdleHerd(LoadTransport kind, Target target, SourceAddresses sources) throws IOException {
        socketsBefore = KernelMemory.socketCount();
        loop = new LoadLoop(kind);
        herd = new Herd(loop, target, MESSAGE_LENGTH, sources, this);
    }

    /** Let it grow. */
    void open(int count) throws IOException {
        herd.open(count);
    }

    /**
     * Send a message on each.
     *
     * @return null if every echo came, else what went wrong.
     */
    String checkAlive() throws IOException {
        for (int i = 0; i < herd.count(); i++) {
            if (herd.client(i).isOpen()) {
                herd.client(i).send(System.nanoTime());
            }
        }
        herd.await(ECHO_LIMIT_NS, () -> echoCount + failedCount >= herd.count());
        return echoCount == herd.count()
                ? null
                : "only " + echoCount + " of " + herd.count() + " WebSockets were alive: "
                        + (firstFailure == null ? "no echo came" : firstFailure);
    }

    @Override
    public void onEcho(MessageClient client, long startNs) {
        echoCount++;
    }

    @Override
    public void onFailed(MessageClient client, String reason) {
        failedCount++;
        if (firstFailure == null) {
            firstFailure = reason;
        }
    }

    /** End all with resets, and wait until everybody's sockets are gone: the next herd's kernel memory starts from there. */
    @Override
    public void close() throws IOException {
        herd.abort();
        final long endNs = System.nanoTime() + END_LIMIT_NS;
        while (KernelMemory.socketCount() > socketsBefore && System.nanoTime() - endNs < 0) {
            herd.await(LOOK_NS, () -> false);
        }
        loop.close();
    }
}
