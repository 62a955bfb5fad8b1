package io.fairlead.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Whole lives of WebSockets, so many at a time: connect, upgrade, Close both ways, end. The server ends its side first, as
 * RFC 6455 section 7.1.1 has it, so that no client port waits in TIME_WAIT.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class ChurnWorkload extends Workload {
    private static final int NORMAL_CLOSURE = 1000;

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
    void startClients() throws IOException {
        clients.forEach(ChurnClient::start);
    }

    @Override
    void failRestless() {
        clients.stream().filter(ChurnClient::isAlive).forEach(client -> client.fail("it did not end"));
    }

    @Override
    boolean areResting() {
        return clients.stream().noneMatch(ChurnClient::isAlive);
    }
}
