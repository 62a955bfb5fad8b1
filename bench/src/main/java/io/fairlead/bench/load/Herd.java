package io.fairlead.bench.load;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;

/**
 * WebSockets to one target, each with payloads of its own, so that an echo that went to the wrong one is seen.
 *
 * <p><b>Owned by the load thread.</b>
 */
public final class Herd {
    private static final int OPENING_LIMIT = 64;
    private static final long OPEN_LIMIT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int PAYLOAD_STEP = 8;
    private static final long SEED = 0x4641_4952L;

    private final LoadLoop loop;
    private final Target target;
    private final int messageLength;
    private final SourceAddresses sources;
    private final MessageHandler handler;
    private final List<MessageClient> clients = new ArrayList<>();
    private final DirectBuffer request;

    /**
     * No WebSocket yet.
     *
     * @param loop to be served by.
     * @param target where to.
     * @param messageLength bytes of each payload.
     * @param sources where to connect from.
     * @param handler of all of them.
     */
    public Herd(LoadLoop loop, Target target, int messageLength, SourceAddresses sources, MessageHandler handler) {
        this.loop = loop;
        this.target = target;
        this.messageLength = messageLength;
        this.sources = sources;
        this.handler = handler;
        request = Handshake.request(target.authority());
    }

    /**
     * Open more WebSockets, some at a time, and shake hands.
     *
     * @param totalCount how many there are to be then.
     * @throws IOException if one of them cannot be had.
     */
    public void open(int totalCount) throws IOException {
        final ByteBuffer pattern = pattern(messageLength + PAYLOAD_STEP * (totalCount + 1));
        final long endNs = System.nanoTime() + OPEN_LIMIT_NS;
        while (clients.size() < totalCount) {
            final int first = clients.size();
            for (int i = first; i < Math.min(totalCount, first + OPENING_LIMIT); i++) {
                final ByteBuffer payload = pattern.slice(i * PAYLOAD_STEP, messageLength);
                final ByteBuffer other = pattern.slice(i * PAYLOAD_STEP + PAYLOAD_STEP / 2, messageLength);
                final MessageClient client =
                        new MessageClient(loop, target.address(), i, request, payload, other, handler);
                clients.add(client);
                connect(client);
            }
            loop.run(endNs, LoadLoop.NO_PACE, () -> areSettled(first));
            if (openCount() < clients.size()) {
                throw new ConnectException(target.name() + ": only " + openCount() + " of " + clients.size()
                        + " WebSockets opened: " + firstFailure());
            }
        }
    }

    /**
     * Connect those again that are closed, all at once.
     *
     * @param limitNs how long to wait for them at most.
     * @throws IOException if the transport is broken.
     */
    public void reopen(long limitNs) throws IOException {
        for (final MessageClient client : clients) {
            if (client.isClosed()) {
                connect(client);
            }
        }
        await(limitNs, () -> areSettled(0));
    }

    /**
     * Connect one of them, which is closed, from its own source address.
     *
     * @param client one of this herd.
     */
    public void connect(MessageClient client) {
        client.connect(sources.get(client.number(), target.address()));
    }

    /** How many there are, open or not. */
    public int count() {
        return clients.size();
    }

    /** How many are open. */
    public int openCount() {
        return (int) clients.stream().filter(MessageClient::isOpen).count();
    }

    /**
     * One of them.
     *
     * @param number from 0.
     */
    public MessageClient client(int number) {
        return clients.get(number);
    }

    /**
     * Serve the loop until something is so.
     *
     * @param limitNs for how long at most.
     * @param isDone what.
     * @return whether it came to be.
     * @throws IOException if the transport is broken.
     */
    public boolean await(long limitNs, BooleanSupplier isDone) throws IOException {
        return loop.run(System.nanoTime() + limitNs, LoadLoop.NO_PACE, isDone);
    }

    /** End all of them with resets. */
    public void abort() {
        clients.forEach(MessageClient::abort);
    }

    private boolean areSettled(int first) {
        for (int i = clients.size() - 1; i >= first; i--) {
            if (!clients.get(i).isOpen() && !clients.get(i).isClosed()) {
                return false;
            }
        }
        return true;
    }

    private String firstFailure() {
        for (final MessageClient client : clients) {
            if (client.failure() != null) {
                return client.failure();
            }
        }
        return "no answer";
    }

    private static ByteBuffer pattern(int length) {
        final byte[] bytes = new byte[length];
        new Random(SEED).nextBytes(bytes);
        return ByteBuffer.allocateDirect(length).put(bytes).flip();
    }
}
