package io.fairlead.bench.failover;

import io.fairlead.bench.load.LoadLoop;
import io.fairlead.bench.load.LoadTransport;
import io.fairlead.bench.load.SourceAddresses;
import io.fairlead.bench.load.Target;
import io.fairlead.bench.load.TextClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.agrona.DirectBuffer;

/**
 * All clients of a subject, on one thread, and the books of what happens to them.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class Crowd implements AutoCloseable {
    /** How exact a client's times are: looking more often would take a core for itself. */
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** As many connect in a second when nothing is wrong: Python takes about a millisecond for a handshake. */
    private static final long CONNECTS_PER_SECOND = 400;

    private static final long CONNECT_GAP_NS = TimeUnit.SECONDS.toNanos(1) / CONNECTS_PER_SECOND;
    private static final long SEED = 20_260;
    private static final long MOST_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int DIGITS = 3;

    private final LoadLoop loop;
    private final Pace pace;
    private final BooleanSupplier stop;
    private final List<Client> clients = new ArrayList<>();
    private final Histogram replyNs = new Histogram(MOST_NS, DIGITS);
    private Observation books;
    private long tickNs;
    private String fault;

    /**
     * Nobody has connected yet; all are going to as soon as {@link #run} is called, one after the other.
     *
     * @param target whom to.
     * @param count how many.
     * @param pace of each.
     * @param stop whether to give up.
     * @throws IOException if descriptors are lacking.
     */
    Crowd(Target target, int count, Pace pace, BooleanSupplier stop) throws IOException {
        this.pace = pace;
        this.stop = stop;
        final SourceAddresses sources = SourceAddresses.scattered(count, SEED);
        final DirectBuffer request = TextClient.request(target);
        loop = new LoadLoop(LoadTransport.NIO);
        final long startNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            clients.add(new Client(
                    this, loop, target, request, i, sources.get(i, target.address()), startNs + i * CONNECT_GAP_NS));
        }
        books = new Observation(count, Fleet.NAMES.size(), startNs);
        tickNs = startNs;
    }

    /** How many there are. */
    int count() {
        return clients.size();
    }

    Pace pace() {
        return pace;
    }

    /** What has happened since the last event. */
    Observation books() {
        return books;
    }

    /** Open the books of the next event. */
    void begin(Observation next) {
        books = next;
    }

    /** How long replies took since {@link #forgetReplyTimes}, in nanoseconds. */
    Histogram replyNs() {
        return replyNs;
    }

    /** Begin to look at how long replies take. */
    void forgetReplyTimes() {
        replyNs.reset();
    }

    /** What was answered wrongly first; null if nothing was. */
    String fault() {
        return fault;
    }

    /** Have everybody close and connect again once, one after the other. */
    void leaveAll() {
        final long nowNs = System.nanoTime();
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).leaveAt(nowNs + i * CONNECT_GAP_NS);
        }
    }

    /**
     * Let everybody live.
     *
     * @param limitNs for how long at most.
     * @param isDone asked often; ends it early.
     * @return whether it did.
     * @throws IOException if the transport is broken.
     * @throws CancellationException if this is to be given up.
     */
    boolean run(long limitNs, BooleanSupplier isDone) throws IOException {
        final long endNs = System.nanoTime() + limitNs;
        while (!isDone.getAsBoolean()) {
            if (stop.getAsBoolean()) {
                throw new CancellationException();
            }
            final long nowNs = System.nanoTime();
            if (endNs - nowNs <= 0) {
                return false;
            }
            if (tickNs - nowNs <= 0) {
                tickNs = nowNs + TICK_NS;
                for (final Client client : clients) {
                    client.onTime(nowNs);
                }
            }
            loop.poll(Math.max(0, tickNs - System.nanoTime()));
        }
        return true;
    }

    void onReply(int client, int backend, long sentNs, long nowNs) {
        replyNs.recordValue(Math.min(MOST_NS, nowNs - sentNs));
        books.onReply(client, backend, sentNs, nowNs);
    }

    void onFault(String what) {
        if (fault == null) {
            fault = what;
        }
    }

    @Override
    public void close() {
        clients.forEach(Client::abort);
        loop.close();
    }
}
