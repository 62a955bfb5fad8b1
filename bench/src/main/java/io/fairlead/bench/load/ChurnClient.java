package io.fairlead.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * Connects, upgrades, closes, and begins anew.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class ChurnClient implements LoadLoop.Ready {
    private enum Phase {
        NONE,
        CONNECTING,
        UPGRADING,
        CLOSING
    }

    private final LoadLoop loop;
    private final InetSocketAddress target;
    private final SourceAddresses sources;
    private final ByteBuffer request;
    private final ByteBuffer close;
    private int sourceIndex;
    private Phase phase = Phase.NONE;
    private SocketChannel channel;
    private SelectionKey key;
    private ReplyReader replies;

    /**
     * Not connected yet.
     *
     * @param loop to be served by.
     * @param target where to.
     * @param sources where from, each life from the next.
     * @param sourceIndex the first of them.
     * @param request the handshake's.
     * @param close a Close frame.
     */
    ChurnClient(
            LoadLoop loop,
            InetSocketAddress target,
            SourceAddresses sources,
            int sourceIndex,
            ByteBuffer request,
            ByteBuffer close) {
        this.loop = loop;
        this.target = target;
        this.sources = sources;
        this.sourceIndex = sourceIndex;
        this.request = request;
        this.close = close;
    }

    boolean isAlive() {
        return phase != Phase.NONE;
    }

    /** Begin a life, unless one is under way. */
    void start() {
        if (phase != Phase.NONE) {
            return;
        }
        phase = Phase.CONNECTING;
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.bind(sources.get(sourceIndex++));
            key = channel.register(loop.selector(), SelectionKey.OP_CONNECT, this);
            if (channel.connect(target)) {
                onConnected();
            }
        } catch (final IOException e) {
            fail(e.toString());
        }
    }

    /** The life went wrong; another one begins only with the next {@link #start}. */
    void fail(String reason) {
        loop.onError(phase + ": " + reason);
        end();
    }

    @Override
    public void onReady() {
        try {
            if (phase != Phase.CONNECTING) {
                read();
            } else if (channel.finishConnect()) {
                onConnected();
            }
        } catch (final IOException e) {
            fail(e.toString());
        }
    }

    private void onConnected() throws IOException {
        phase = Phase.UPGRADING;
        key.interestOps(SelectionKey.OP_READ);
        channel.write(request.rewind());
    }

    private void read() throws IOException {
        final ByteBuffer bytes = loop.readBuffer.clear();
        final int length = channel.read(bytes);
        bytes.flip();
        if (length < 0) {
            onEnd();
        } else if (phase == Phase.UPGRADING) {
            onAnswer(bytes);
        } else {
            replies.onBytes(bytes);
        }
    }

    private void onAnswer(ByteBuffer bytes) throws IOException {
        if (Handshake.headLength(bytes) != bytes.limit()) {
            fail("the answer came in pieces, or more than it");
            return;
        }
        phase = Phase.CLOSING;
        replies = new ReplyReader(ByteBuffer.allocate(0));
        channel.write(close.rewind());
    }

    private void onEnd() {
        if (phase != Phase.CLOSING || !replies.hasClosed()) {
            fail("the connection was ended without a Close");
            return;
        }
        loop.completed(1);
        end();
        if (loop.isSending()) {
            start();
        }
    }

    private void end() {
        phase = Phase.NONE;
        try {
            channel.close();
        } catch (final IOException ignored) {
            // It is over anyway.
        }
    }
}
