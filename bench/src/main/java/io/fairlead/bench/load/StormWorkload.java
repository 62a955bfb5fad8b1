package io.fairlead.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongUnaryOperator;
import org.HdrHistogram.Histogram;

/**
 * WebSockets that rest, are all reset at once, and all connect again at once. One that fails tries again a little later. It is
 * back when its backend has told its name.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class StormWorkload extends Workload implements MessageHandler {
    private static final int MESSAGE_LENGTH = 64;
    private static final long BACK_OFF_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long RETURN_LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

    /**
     * What one storm did. <b>Immutable.</b>
     *
     * @param lastNs when the last one was back.
     * @param retryCount connects that were tried again.
     * @param movedCount clients that found another backend than before.
     */
    record Storm(long lastNs, long retryCount, long movedCount) {}

    private final Herd herd;
    private final String[] backends;
    private final boolean[] isBack;
    private final LongQueue retryTimes = new LongQueue();
    private final LongQueue retryNumbers = new LongQueue();
    private final LongUnaryOperator pace = this::pace;
    private final Histogram latencies = Latencies.histogram();
    private final List<Storm> storms = new ArrayList<>();
    private boolean isFirst = true;
    private long startNs;
    private long lastNs;
    private int backCount;
    private long retryCount;
    private long movedCount;

    /**
     * Open the WebSockets, and ask each for its backend.
     *
     * @param kind of the transport.
     * @param target whom to load.
     * @param count WebSockets.
     * @param sources where to connect from.
     * @throws IOException if one of them cannot be had.
     */
    StormWorkload(LoadTransport kind, Target target, int count, SourceAddresses sources) throws IOException {
        super(kind);
        herd = new Herd(loop, target, MESSAGE_LENGTH, sources, this);
        backends = new String[count];
        isBack = new boolean[count];
        herd.open(count);
        begin();
        for (int i = 0; i < count; i++) {
            herd.client(i).askBackend();
        }
        awaitAll();
        isFirst = false;
    }

    /** The storms measured so far. */
    List<Storm> storms() {
        return storms;
    }

    /** Storm after storm. */
    @Override
    void warmUp(long durationNs, BooleanSupplier isDone) throws IOException {
        final long endNs = System.nanoTime() + durationNs;
        while (System.nanoTime() - endNs < 0 && !isDone.getAsBoolean()) {
            storm();
        }
    }

    /** One storm, however long it takes. */
    @Override
    Window measure(Meter meter, long windowNs) throws IOException {
        final long errorsBefore = errorCount();
        latencies.reset();
        latencies.setStartTimeStamp(System.currentTimeMillis());
        meter.begin();
        storm();
        meter.end();
        latencies.setEndTimeStamp(System.currentTimeMillis());
        storms.add(new Storm(lastNs, retryCount, movedCount));
        return new Window(meter.sample(backCount, 0, errorCount() - errorsBefore, 0), latencies.copy(), 0);
    }

    private void storm() throws IOException {
        begin();
        startNs = System.nanoTime();
        for (int i = 0; i < herd.count(); i++) {
            herd.client(i).abort();
        }
        for (int i = 0; i < herd.count(); i++) {
            herd.connect(herd.client(i));
        }
        awaitAll();
    }

    private void begin() {
        backCount = 0;
        retryCount = 0;
        movedCount = 0;
        lastNs = 0;
        retryTimes.clear();
        retryNumbers.clear();
        Arrays.fill(isBack, false);
    }

    private void awaitAll() throws IOException {
        loop.run(System.nanoTime() + RETURN_LIMIT_NS, pace, () -> backCount == herd.count());
        for (int i = 0; i < isBack.length; i++) {
            if (!isBack[i]) {
                final String failure = herd.client(i).failure();
                onError("not back within a minute: " + failure);
                herd.client(i).abort();
            }
        }
    }

    /** Those that failed first are the first to try again. */
    private long pace(long nowNs) {
        while (retryTimes.size() > 0) {
            final long leftNs = retryTimes.oldest() - nowNs;
            if (leftNs > 0) {
                return leftNs;
            }
            retryTimes.remove();
            herd.connect(herd.client((int) retryNumbers.remove()));
        }
        return LoadLoop.NOTHING_DUE;
    }

    @Override
    public void onOpen(MessageClient client) {
        // The herd's first opening has no storm to come back from.
        if (!isFirst) {
            client.askBackend();
        }
    }

    @Override
    public void onBackend(MessageClient client, String backend) {
        final int number = client.number();
        lastNs = System.nanoTime() - startNs;
        Latencies.record(latencies, lastNs);
        if (backends[number] != null && !backends[number].equals(backend)) {
            movedCount++;
        }
        backends[number] = backend;
        isBack[number] = true;
        backCount++;
    }

    @Override
    public void onEcho(MessageClient client, long messageStartNs) {
        client.fail("an echo of nothing");
    }

    @Override
    public void onFailed(MessageClient client, String reason) {
        if (isFirst) {
            return;
        }
        if (isBack[client.number()]) {
            onError("after it was back: " + reason);
            return;
        }
        retryCount++;
        retryTimes.add(System.nanoTime() + BACK_OFF_NS);
        retryNumbers.add(client.number());
    }
}
