package io.fairlead.bench.load;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Messages on WebSockets that stay. In a closed loop each has so many under way, no more and no fewer; in an open loop they
 * take turns in sending, and each has as many under way as the schedule brings it.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class MessageWorkload extends PacedWorkload implements MessageHandler {
    private static final long REOPEN_LIMIT_NS = TimeUnit.SECONDS.toNanos(10);

    private final Herd herd;
    private final int underWayLimit;
    private int next;

    /**
     * No connection yet.
     *
     * @param kind of the transport.
     * @param target whom to load.
     * @param messageLength bytes of each payload.
     * @param underWayLimit messages under way on each connection of a closed loop.
     * @param schedule of an open loop, or null.
     * @param sources where to connect from.
     */
    MessageWorkload(
            LoadTransport kind,
            Target target,
            int messageLength,
            int underWayLimit,
            Schedule schedule,
            SourceAddresses sources)
            throws IOException {
        super(kind, messageLength, schedule);
        this.underWayLimit = underWayLimit;
        herd = new Herd(loop, target, messageLength, sources, this);
    }

    Herd herd() {
        return herd;
    }

    @Override
    void prepare() throws IOException {
        if (herd.openCount() < herd.count()) {
            herd.reopen(REOPEN_LIMIT_NS);
        }
    }

    @Override
    void startClients() {
        for (int i = 0; i < herd.count(); i++) {
            final MessageClient client = herd.client(i);
            while (client.isOpen() && client.underWayCount() < underWayLimit) {
                client.send(System.nanoTime());
            }
        }
    }

    @Override
    void begin(long dueNs) {
        final MessageClient client = herd.client(next);
        next = next + 1 == herd.count() ? 0 : next + 1;
        // One that has failed misses its turns, and they are counted.
        if (client.isOpen()) {
            client.send(dueNs);
        }
    }

    @Override
    public void onEcho(MessageClient client, long startNs) {
        final long nowNs = onCompleted(startNs);
        if (isAgain()) {
            client.send(nowNs);
        }
    }

    @Override
    public void onFailed(MessageClient client, String reason) {
        onError(reason);
    }

    @Override
    void forEachUnderWay(LongConsumer action) {
        for (int i = 0; i < herd.count(); i++) {
            herd.client(i).forEachUnderWay(action);
        }
    }

    @Override
    boolean areResting() {
        for (int i = 0; i < herd.count(); i++) {
            if (herd.client(i).underWayCount() > 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    void failRestless() {
        for (int i = 0; i < herd.count(); i++) {
            if (herd.client(i).underWayCount() > 0) {
                herd.client(i).fail("no echo came");
            }
        }
    }
}
