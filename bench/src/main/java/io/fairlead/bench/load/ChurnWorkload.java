package io.fairlead.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Whole lives of WebSockets, so many at a time: connect, upgrade, Close both ways, end. The server ends its side first, as
 * RFC 6455 section 7.1.1 has it, so that no client port waits in TIME_WAIT.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class ChurnWorkload implements Workload {
    private static final long REST_LIMIT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int NORMAL_CLOSURE = 1000;

    private final LoadLoop loop = new LoadLoop();
    private final List<ChurnClient> clients = new ArrayList<>();

    /**
     * Nothing connected yet.
     *
     * @param target whom to load.
     * @param concurrency lives at a time.
     * @param sources where to connect from, each life from the next.
     */
    ChurnWorkload(Target target, int concurrency, SourceAddresses sources) throws IOException {
        final ByteBuffer request = Handshake.request(target.authority());
        final ByteBuffer close = Frames.masked(
                Frames.CLOSE,
                ByteBuffer.allocate(Short.BYTES)
                        .putShort((short) NORMAL_CLOSURE)
                        .flip());
        for (int i = 0; i < concurrency; i++) {
            clients.add(
                    new ChurnClient(loop, target.address(), sources, i * 7919, request.duplicate(), close.duplicate()));
        }
    }

    @Override
    public void start() {
        loop.isSending(true);
        clients.forEach(ChurnClient::start);
    }

    @Override
    public void run(long durationNs) throws IOException {
        loop.run(System.nanoTime() + durationNs, () -> false);
    }

    @Override
    public void rest() throws IOException {
        loop.isSending(false);
        if (!loop.run(System.nanoTime() + REST_LIMIT_NS, this::areResting)) {
            clients.stream().filter(ChurnClient::isAlive).forEach(client -> client.fail("it did not end"));
        }
    }

    @Override
    public long completedCount() {
        return loop.completedCount();
    }

    @Override
    public long errorCount() {
        return loop.errorCount();
    }

    @Override
    public String firstError() {
        return loop.firstError();
    }

    @Override
    public void close() throws IOException {
        loop.close();
    }

    private boolean areResting() {
        return clients.stream().noneMatch(ChurnClient::isAlive);
    }
}
