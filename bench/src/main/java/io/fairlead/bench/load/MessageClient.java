package io.fairlead.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;

/**
 * One WebSocket that sends two messages in turn, as often as it is told, and compares every echo with what it has to be: one
 * that comes twice, or not at all, is seen at the next. Several may be under way; echoes come in order. It can also ask the backend for its name.
 *
 * <p><b>Owned by the load thread.</b> A message allocates nothing, unless more are under way than ever before.
 */
public final class MessageClient implements WebSocketClient.Handler {
    private static final DirectBuffer WHO_AM_I =
            WebSocketClient.wrapped(Frames.masked(Frames.TEXT, ByteBuffer.wrap("whoami".getBytes(US_ASCII))));
    private static final DirectBuffer CLOSE = WebSocketClient.wrapped(Frames.close());

    private final WebSocketClient webSocket;
    private final int number;
    private final DirectBuffer first;
    private final DirectBuffer second;
    private final ReplyReader replies;
    private final MessageHandler handler;
    private final LongQueue startTimes = new LongQueue();
    private int queuedCount;
    private boolean isOther;
    private boolean isClosing;
    private String failure;

    /**
     * Not connected yet.
     *
     * @param loop to be served by.
     * @param target where to.
     * @param number its number among its like.
     * @param request the handshake's; shared.
     * @param payload what to send first and every other time, direct; shared or its own, never changed.
     * @param otherPayload what to send in between, likewise.
     * @param handler told of everything.
     */
    MessageClient(
            LoadLoop loop,
            InetSocketAddress target,
            int number,
            DirectBuffer request,
            ByteBuffer payload,
            ByteBuffer otherPayload,
            MessageHandler handler) {
        this.number = number;
        this.handler = handler;
        first = WebSocketClient.wrapped(Frames.masked(Frames.BINARY, payload));
        second = WebSocketClient.wrapped(Frames.masked(Frames.BINARY, otherPayload));
        replies = new ReplyReader(payload, otherPayload);
        webSocket = new WebSocketClient(loop, target, request, this);
    }

    /** Its number among its like. */
    public int number() {
        return number;
    }

    /** Whether it can send. */
    public boolean isOpen() {
        return webSocket.isOpen() && !isClosing;
    }

    /** Whether it has ended, or never begun. */
    public boolean isClosed() {
        return webSocket.isClosed();
    }

    /** Why it failed last, or null. */
    public String failure() {
        return failure;
    }

    /** Messages sent, or waiting to be, without an echo so far. */
    public int underWayCount() {
        return startTimes.size();
    }

    /** Tell of every message under way what it was sent with. */
    void forEachUnderWay(LongConsumer action) {
        startTimes.forEach(action);
    }

    /**
     * Connect and shake hands; it must be closed.
     *
     * @param source where from, or null for the system to choose.
     */
    public void connect(InetSocketAddress source) {
        replies.reset();
        isOther = false;
        isClosing = false;
        webSocket.connect(source);
    }

    /**
     * Send the message, behind those that wait already; it must be open.
     *
     * @param startNs handed back with the echo.
     */
    public void send(long startNs) {
        startTimes.add(startNs);
        if (webSocket.hasUnsent()) {
            queuedCount++;
        } else {
            webSocket.send(nextFrame());
        }
    }

    /** Ask the backend for its name; nothing else may be under way. */
    public void askBackend() {
        if (startTimes.size() > 0) {
            throw new IllegalStateException("messages are under way");
        }
        replies.awaitText();
        webSocket.send(WHO_AM_I);
    }

    /** End it with a reset, and tell nobody. */
    public void abort() {
        webSocket.abort();
        forgetMessages();
    }

    /** Begin the Close handshake; nothing else may be under way. */
    public void close() {
        isClosing = true;
        webSocket.send(CLOSE);
    }

    /** What was waited for did not come. */
    void fail(String reason) {
        webSocket.fail(reason);
    }

    @Override
    public void onOpen() {
        handler.onOpen(this);
    }

    @Override
    public void onDrained() {
        while (queuedCount > 0 && webSocket.isOpen() && !webSocket.hasUnsent()) {
            queuedCount--;
            webSocket.send(nextFrame());
        }
    }

    @Override
    public void onBytes(ByteBuffer bytes) throws ProtocolException {
        int count = replies.onBytes(bytes);
        if (count > startTimes.size() - queuedCount) {
            throw new ProtocolException("more echoes than messages");
        }
        if (replies.hasClosed() && !isClosing) {
            throw new ProtocolException("the server closed");
        }
        for (; count > 0 && webSocket.isOpen(); count--) {
            handler.onEcho(this, startTimes.remove());
        }
        final String text = replies.takeText();
        if (text != null) {
            onIdentity(text);
        }
    }

    /** The echo server answers with its name, a blank, and the address of its client. */
    private void onIdentity(String text) throws ProtocolException {
        final int end = text.indexOf(' ');
        if (end < 1) {
            throw new ProtocolException("'" + text + "' does not name the backend");
        }
        handler.onBackend(this, text.substring(0, end));
    }

    @Override
    public void onEnd() {
        forgetMessages();
        if (isClosing && replies.hasClosed()) {
            handler.onClosed(this);
        } else {
            failure = "the connection was ended";
            handler.onFailed(this, failure);
        }
    }

    @Override
    public void onFailed(String reason) {
        forgetMessages();
        failure = reason;
        handler.onFailed(this, reason);
    }

    private DirectBuffer nextFrame() {
        isOther = !isOther;
        return isOther ? first : second;
    }

    private void forgetMessages() {
        startTimes.clear();
        queuedCount = 0;
    }
}
