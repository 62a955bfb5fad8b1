package io.fairlead.bench.failover;

import io.fairlead.bench.load.LoadLoop;
import io.fairlead.bench.load.Target;
import io.fairlead.bench.load.TextClient;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;

/**
 * One client that wants to stay connected: it asks over and over who answers, and when its connection ends, or no reply comes in
 * time, it connects again until one did.
 *
 * <pre>
 *            due              first reply
 *  WAITING ───────► TRYING ───────────────► TALKING ──told to──► LEAVING ──ended──► WAITING (no back-off)
 *     ▲               │ failed, too slow       │  │ server closes
 *     └───────────────┴────────────────────────┘  ▼
 *     ▲                lost, no reply          DISMISSED ──ended──┐
 *     └───────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>One message is under way at a time. Each holds the client's number and one of two words in turn, so that somebody else's
 * reply, or one that comes twice, is noticed.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class Client implements TextClient.Handler {
    /** A connection that is to end has to within this time; then it is reset. */
    private static final long END_LIMIT_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long NOTHING_SENT = Long.MIN_VALUE;
    private static final long NEVER = Long.MIN_VALUE;

    private enum Phase {
        WAITING,
        TRYING,
        TALKING,
        LEAVING,
        DISMISSED
    }

    private final Crowd crowd;
    private final int number;
    private final InetSocketAddress source;
    private final TextClient webSocket;
    private final String[] texts = new String[2];
    private final DirectBuffer[] frames = new DirectBuffer[2];
    private Phase phase = Phase.WAITING;
    private int turn;
    private long dueNs;
    private long sentNs = NOTHING_SENT;
    private long leaveNs = NEVER;

    /**
     * Not connected yet.
     *
     * @param crowd that it belongs to.
     * @param loop to be served by.
     * @param target where to.
     * @param request the handshake's; shared.
     * @param number its number, from 0.
     * @param source where from.
     * @param firstNs when to connect first.
     */
    Client(
            Crowd crowd,
            LoadLoop loop,
            Target target,
            DirectBuffer request,
            int number,
            InetSocketAddress source,
            long firstNs) {
        this.crowd = crowd;
        this.number = number;
        this.source = source;
        webSocket = new TextClient(loop, target, request, this);
        for (int i = 0; i < texts.length; i++) {
            texts[i] = number + (i == 0 ? " tick" : " tock");
            frames[i] = TextClient.frame(texts[i]);
        }
        dueNs = firstNs;
    }

    /**
     * Close, as soon as nothing is under way, and connect again.
     *
     * @param atNs not before this time.
     */
    void leaveAt(long atNs) {
        leaveNs = atNs;
    }

    /** End it with a reset. */
    void abort() {
        webSocket.abort();
    }

    /**
     * Do what is due.
     *
     * @param nowNs the time.
     */
    void onTime(long nowNs) {
        switch (phase) {
            case WAITING -> {
                if (dueNs - nowNs <= 0) {
                    connect(nowNs);
                }
            }
            case TRYING -> {
                if (dueNs - nowNs <= 0) {
                    webSocket.abort();
                    onFailedAttempt(nowNs, "no reply in time");
                }
            }
            case TALKING -> talk(nowNs);
            case LEAVING, DISMISSED -> {
                if (dueNs - nowNs <= 0) {
                    webSocket.abort();
                    onGone(nowNs);
                }
            }
            default -> throw new IllegalStateException(phase.name());
        }
    }

    private void connect(long nowNs) {
        phase = Phase.TRYING;
        dueNs = nowNs + crowd.pace().replyLimitNs();
        sentNs = NOTHING_SENT;
        webSocket.connect(source);
    }

    private void talk(long nowNs) {
        if (sentNs != NOTHING_SENT) {
            if (nowNs - sentNs >= crowd.pace().replyLimitNs()) {
                webSocket.abort();
                crowd.books().onGivenUp(number);
                backOff(nowNs);
            }
        } else if (leaveNs != NEVER && leaveNs - nowNs <= 0) {
            leaveNs = NEVER;
            phase = Phase.LEAVING;
            dueNs = nowNs + END_LIMIT_NS;
            crowd.books().onLeft(number);
            webSocket.close();
        } else if (dueNs - nowNs <= 0) {
            ask(nowNs);
        }
    }

    private void ask(long nowNs) {
        turn = 1 - turn;
        sentNs = nowNs;
        webSocket.send(frames[turn]);
    }

    @Override
    public void onOpen() {
        ask(System.nanoTime());
    }

    @Override
    public void onText(String text) {
        final long nowNs = System.nanoTime();
        final int end = text.indexOf(' ');
        final int backend = end < 0 ? Observation.NOWHERE : Fleet.NAMES.indexOf(text.substring(0, end));
        if (backend < 0
                || sentNs == NOTHING_SENT
                || !text.startsWith(texts[turn], end + 1)
                || text.length() != end + 1 + texts[turn].length()) {
            crowd.onFault("client " + number + " sent '" + texts[turn] + "' and was answered '" + text + "'");
            return;
        }
        if (phase == Phase.TRYING) {
            phase = Phase.TALKING;
        }
        final long askedNs = sentNs;
        sentNs = NOTHING_SENT;
        dueNs = phase == Phase.TALKING ? askedNs + crowd.pace().intervalNs() : dueNs;
        crowd.onReply(number, backend, askedNs, nowNs);
    }

    @Override
    public void onClose(int code) {
        if (phase == Phase.TALKING) {
            crowd.books().onCut(number, "closed with " + code);
            phase = Phase.DISMISSED;
            dueNs = System.nanoTime() + END_LIMIT_NS;
        }
    }

    @Override
    public void onEnd(String reason) {
        final long nowNs = System.nanoTime();
        switch (phase) {
            case TRYING -> onFailedAttempt(nowNs, reason);
            case TALKING -> {
                crowd.books().onCut(number, reason);
                backOff(nowNs);
            }
            case LEAVING, DISMISSED -> onGone(nowNs);
            default -> throw new IllegalStateException("client " + number + " has no connection that could end");
        }
    }

    @Override
    public void onFault(String what) {
        crowd.onFault("client " + number + ": " + what);
    }

    private void onFailedAttempt(long nowNs, String reason) {
        crowd.books().onFailedAttempt(number, reason);
        backOff(nowNs);
    }

    /** A connection has ended as was expected. */
    private void onGone(long nowNs) {
        if (phase == Phase.LEAVING) {
            phase = Phase.WAITING;
            dueNs = nowNs;
        } else {
            backOff(nowNs);
        }
    }

    private void backOff(long nowNs) {
        phase = Phase.WAITING;
        dueNs = nowNs + crowd.pace().backOffNs();
    }
}
