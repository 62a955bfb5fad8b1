package io.fairlead.bench.load;

import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;

/**
 * One life of a WebSocket after another: connect, upgrade, Close both ways, end.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class ChurnClient implements WebSocketClient.Handler {
    private static final DirectBuffer CLOSE = WebSocketClient.wrapped(Frames.close());
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ChurnWorkload workload;
    private final WebSocketClient webSocket;
    private final ReplyReader replies = new ReplyReader(NOTHING, NOTHING);
    private long startNs;

    /**
     * Not connected yet.
     *
     * @param workload told of each life's end.
     * @param target where to.
     * @param request the handshake's.
     */
    ChurnClient(ChurnWorkload workload, InetSocketAddress target, DirectBuffer request) {
        this.workload = workload;
        webSocket = new WebSocketClient(workload.loop, target, request, this);
    }

    /** What the life was begun with. */
    long startNs() {
        return startNs;
    }

    boolean isAlive() {
        return !webSocket.isClosed();
    }

    /**
     * Begin a life; none may be under way.
     *
     * @param source where from.
     * @param startNs handed back when it has ended.
     */
    void start(InetSocketAddress source, long startNs) {
        this.startNs = startNs;
        replies.reset();
        webSocket.connect(source);
    }

    /** The life did not end in time. */
    void fail(String reason) {
        webSocket.fail(reason);
    }

    @Override
    public void onOpen() {
        webSocket.send(CLOSE);
    }

    @Override
    public void onBytes(ByteBuffer bytes) throws ProtocolException {
        if (replies.onBytes(bytes) > 0) {
            throw new ProtocolException("an echo of nothing");
        }
    }

    @Override
    public void onDrained() {}

    @Override
    public void onEnd() {
        if (replies.hasClosed()) {
            workload.onLifeEnd(this, startNs);
        } else {
            workload.onLifeFailed(this, "the connection was ended without a Close");
        }
    }

    @Override
    public void onFailed(String reason) {
        workload.onLifeFailed(this, reason);
    }
}
