package io.fairlead.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;

/**
 * Whole lives of WebSockets, so many at a time: connect, upgrade, Close both ways, end. The server ends its side first, as
 * RFC 6455 section 7.1.1 has it, so that no client port waits in TIME_WAIT.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class ChurnWorkload extends PacedWorkload {
    private final Target target;
    private final SourceAddresses sources;
    private final List<ChurnClient> clients = new ArrayList<>();
    private final LongQueue waiting = new LongQueue();
    private int sourceIndex;

    /**
     * Nothing connected yet.
     *
     * @param kind of the transport.
     * @param target whom to load.
     * @param concurrency most lives at a time; what a schedule has due beyond that waits, and its time runs.
     * @param schedule of an open loop, or null.
     * @param sources where to connect from, each life from the next.
     * @param firstSource which of them the first life comes from.
     */
    ChurnWorkload(
            LoadTransport kind,
            Target target,
            int concurrency,
            Schedule schedule,
            SourceAddresses sources,
            int firstSource)
            throws IOException {
        super(kind, 0, schedule);
        this.target = target;
        this.sources = sources;
        sourceIndex = firstSource;
        final DirectBuffer request = Handshake.request(target.authority());
        for (int i = 0; i < concurrency; i++) {
            clients.add(new ChurnClient(this, target.address(), request));
        }
    }

    /** A life went as it should. */
    void onLifeEnd(ChurnClient client, long startNs) {
        final long nowNs = onCompleted(startNs);
        if (waiting.size() > 0) {
            startLife(client, waiting.remove());
        } else if (isAgain()) {
            startLife(client, nowNs);
        }
    }

    /** A life went wrong; the client's next one begins only when something else has it begin. */
    void onLifeFailed(ChurnClient client, String reason) {
        onError(reason);
    }

    @Override
    void prepare() {
        waiting.clear();
    }

    @Override
    void startClients() {
        for (final ChurnClient client : clients) {
            if (!client.isAlive()) {
                startLife(client, System.nanoTime());
            }
        }
    }

    @Override
    void begin(long dueNs) {
        waiting.add(dueNs);
        for (int i = 0; i < clients.size() && waiting.size() > 0; i++) {
            if (!clients.get(i).isAlive()) {
                startLife(clients.get(i), waiting.remove());
            }
        }
    }

    private void startLife(ChurnClient client, long startNs) {
        client.start(sources.get(sourceIndex, target.address()), startNs);
        sourceIndex = sourceIndex + 1 & Integer.MAX_VALUE;
    }

    @Override
    void forEachUnderWay(LongConsumer action) {
        waiting.forEach(action);
        clients.stream().filter(ChurnClient::isAlive).forEach(client -> action.accept(client.startNs()));
    }

    @Override
    void failRestless() {
        waiting.clear();
        clients.stream().filter(ChurnClient::isAlive).forEach(client -> client.fail("it did not end"));
    }

    @Override
    boolean areResting() {
        return waiting.size() == 0 && clients.stream().noneMatch(ChurnClient::isAlive);
    }
}
