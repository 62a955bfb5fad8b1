package io.fairlead.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Whole lives of WebSockets, so many at a time: connect, upgrade, Close both ways, end. The server ends its side first, as
 * RFC 6455 section 7.1.1 has it, so that no client port waits in TIME_WAIT.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class ChurnWorkload extends Workload {
    private final Target target;
    private final SourceAddresses sources;
    private final List<ChurnClient> clients = new ArrayList<>();
    private int sourceIndex;

    /**
     * Nothing connected yet.
     *
     * @param kind of the transport.
     * @param target whom to load.
     * @param concurrency lives at a time.
     * @param sources where to connect from, each life from the next.
     */
    ChurnWorkload(TransportKind kind, Target target, int concurrency, SourceAddresses sources) throws IOException {
        super(kind);
        this.target = target;
        this.sources = sources;
        final DirectBuffer request = Handshake.request(target.authority());
        for (int i = 0; i < concurrency; i++) {
            clients.add(new ChurnClient(this, target.address(), request));
        }
    }

    /** A life went as it should. */
    void onLifeEnd(ChurnClient client, long startNs) {
        onCompleted();
        if (isSending()) {
            startLife(client);
        }
    }

    /** A life went wrong; the client's next one begins only with the next {@link #start}. */
    void onLifeFailed(ChurnClient client, String reason) {
        onError(reason);
    }

    @Override
    void startClients() {
        for (final ChurnClient client : clients) {
            if (!client.isAlive()) {
                startLife(client);
            }
        }
    }

    private void startLife(ChurnClient client) {
        client.start(sources.get(sourceIndex, target.address()), System.nanoTime());
        sourceIndex = sourceIndex + 1 & Integer.MAX_VALUE;
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
