package io.fairlead.bench.load;

import java.io.IOException;

/**
 * A closed loop of messages: WebSockets that stay, each with so many messages under way, no more and no fewer.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class ClosedMessages extends Workload implements MessageHandler {
    private final Herd herd;
    private final int windowCount;

    /**
     * No connection yet.
     *
     * @param kind of the transport.
     * @param target whom to load.
     * @param messageLength bytes of each payload.
     * @param windowCount messages under way on each connection.
     * @param sources where to connect from.
     */
    ClosedMessages(TransportKind kind, Target target, int messageLength, int windowCount, SourceAddresses sources)
            throws IOException {
        super(kind);
        this.windowCount = windowCount;
        herd = new Herd(loop, target, messageLength, sources, this);
    }

    Herd herd() {
        return herd;
    }

    @Override
    void startClients() {
        for (int i = 0; i < herd.count(); i++) {
            final MessageClient client = herd.client(i);
            while (client.isOpen() && client.underWayCount() < windowCount) {
                client.send(System.nanoTime());
            }
        }
    }

    @Override
    public void onEcho(MessageClient client, long startNs) {
        onCompleted();
        if (isSending()) {
            client.send(System.nanoTime());
        }
    }

    @Override
    public void onFailed(MessageClient client, String reason) {
        onError(reason);
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
