package io.fairlead.bench.load;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * WebSockets that stay, each with one message under way. Every connection has another payload, so that an echo that went to
 * the wrong one is seen.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class MessageWorkload extends Workload {
    private static final int OPENING_LIMIT = 64;
    private static final long OPEN_LIMIT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int PAYLOAD_STEP = 8;
    private static final long SEED = 0x4641_4952L;

    private final Target target;
    private final int messageLength;
    private final SourceAddresses sources;
    private final List<MessageClient> clients = new ArrayList<>();
    private final ByteBuffer request;

    /**
     * No connection yet.
     *
     * @param target whom to load.
     * @param messageLength bytes of each payload.
     * @param sources where to connect from.
     */
    MessageWorkload(Target target, int messageLength, SourceAddresses sources) throws IOException {
        this.target = target;
        this.messageLength = messageLength;
        this.sources = sources;
        request = Handshake.request(target.authority());
    }

    /**
     * Open more connections and shake hands.
     *
     * @param totalCount how many there are to be then.
     * @throws ConnectException if one of them cannot be had.
     */
    void open(int totalCount) throws IOException {
        final ByteBuffer pattern = pattern(messageLength + PAYLOAD_STEP * totalCount);
        final long endNs = System.nanoTime() + OPEN_LIMIT_NS;
        while (clients.size() < totalCount) {
            final int openingEnd = Math.min(totalCount, clients.size() + OPENING_LIMIT);
            for (int i = clients.size(); i < openingEnd; i++) {
                final ByteBuffer payload = pattern.slice(i * PAYLOAD_STEP, messageLength);
                clients.add(new MessageClient(
                        loop,
                        target.address(),
                        sources.get(i),
                        request,
                        Frames.masked(Frames.BINARY, payload),
                        payload));
            }
            loop.run(endNs, this::areSettled);
            if (openCount() < clients.size()) {
                throw new ConnectException(target.name() + ": only " + openCount() + " of " + clients.size()
                        + " WebSockets opened: " + loop.firstError());
            }
        }
    }

    /** Connections that are open. */
    int openCount() {
        return (int) clients.stream().filter(MessageClient::isOpen).count();
    }

    /**
     * Send one message on each connection.
     *
     * @return how many echoes came back.
     */
    long sendOnce() throws IOException {
        final long before = loop.completedCount();
        clients.forEach(MessageClient::start);
        rest();
        return loop.completedCount() - before;
    }

    @Override
    void startClients() throws IOException {
        clients.forEach(MessageClient::start);
    }

    @Override
    void failRestless() {
        clients.stream().filter(MessageClient::isWaiting).forEach(client -> client.fail("no echo came"));
    }

    private boolean areSettled() {
        for (int i = clients.size() - 1; i >= Math.max(0, clients.size() - OPENING_LIMIT); i--) {
            if (!clients.get(i).isOpen() && !clients.get(i).hasFailed()) {
                return false;
            }
        }
        return true;
    }

    @Override
    boolean areResting() {
        return clients.stream().noneMatch(MessageClient::isWaiting);
    }

    private static ByteBuffer pattern(int length) {
        final byte[] bytes = new byte[length];
        new Random(SEED).nextBytes(bytes);
        return ByteBuffer.allocateDirect(length).put(bytes).flip();
    }
}
