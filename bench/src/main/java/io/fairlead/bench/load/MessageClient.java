package io.fairlead.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * One WebSocket that sends a message, waits for the whole echo, and sends again.
 *
 * <p><b>Owned by the load thread.</b> A round trip allocates nothing.
 */
final class MessageClient implements LoadLoop.Ready {
    private static final int MAX_SEND_BUFFER_LENGTH = 1024 * 1024;

    private enum Phase {
        CONNECTING,
        UPGRADING,
        RESTING,
        WAITING,
        FAILED
    }

    private final LoadLoop loop;
    private final ByteBuffer request;
    private final ByteBuffer frame;
    private final ReplyReader replies;
    private final SocketChannel channel;
    private final SelectionKey key;
    private Phase phase = Phase.CONNECTING;
    private ByteBuffer unsent;

    /**
     * Begin to connect.
     *
     * @param loop to be served by.
     * @param target where to.
     * @param source where from.
     * @param request the handshake's; shared.
     * @param frame what to send; its own.
     * @param expected the payload of that.
     */
    MessageClient(
            LoadLoop loop,
            InetSocketAddress target,
            InetSocketAddress source,
            ByteBuffer request,
            ByteBuffer frame,
            ByteBuffer expected)
            throws IOException {
        this.loop = loop;
        this.request = request.duplicate();
        this.frame = frame;
        replies = new ReplyReader(expected);
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (frame.capacity() > 16 * 1024) {
            // One write takes the whole message, as far as the system allows: the client is not what is measured.
            channel.setOption(StandardSocketOptions.SO_SNDBUF, Math.min(MAX_SEND_BUFFER_LENGTH, 2 * frame.capacity()));
        }
        channel.bind(source);
        key = channel.register(loop.selector(), SelectionKey.OP_CONNECT, this);
        if (channel.connect(target)) {
            onConnected();
        }
    }

    boolean isOpen() {
        return phase == Phase.RESTING || phase == Phase.WAITING;
    }

    boolean isWaiting() {
        return phase == Phase.WAITING;
    }

    boolean hasFailed() {
        return phase == Phase.FAILED;
    }

    /** Send the first message, unless one is under way or the client has failed. */
    void start() {
        if (phase == Phase.RESTING) {
            try {
                send();
            } catch (final IOException e) {
                fail(e.toString());
            }
        }
    }

    /** What was waited for did not come. */
    void fail(String reason) {
        if (phase == Phase.FAILED) {
            return;
        }
        loop.onError(phase + ": " + reason);
        phase = Phase.FAILED;
        try {
            channel.close();
        } catch (final IOException ignored) {
            // It has failed already.
        }
    }

    @Override
    public void onReady() {
        try {
            if (phase == Phase.CONNECTING) {
                if (channel.finishConnect()) {
                    onConnected();
                }
                return;
            }
            if (unsent != null && key.isWritable()) {
                write(unsent);
            }
            if (key.isReadable()) {
                read();
            }
        } catch (final IOException e) {
            fail(e.toString());
        }
    }

    private void onConnected() throws IOException {
        phase = Phase.UPGRADING;
        key.interestOps(SelectionKey.OP_READ);
        write(request);
    }

    private void read() throws IOException {
        final ByteBuffer bytes = loop.readBuffer.clear();
        if (channel.read(bytes) < 0) {
            fail("the connection was ended");
            return;
        }
        bytes.flip();
        if (phase == Phase.UPGRADING) {
            onAnswer(bytes);
        } else if (bytes.hasRemaining()) {
            onReply(bytes);
        }
    }

    /** The echo server sends its answer in one piece, and nothing behind it before it is asked. */
    private void onAnswer(ByteBuffer bytes) throws IOException {
        if (Handshake.headLength(bytes) != bytes.limit()) {
            fail("the answer came in pieces, or more than it");
            return;
        }
        phase = Phase.RESTING;
        if (loop.isSending()) {
            send();
        }
    }

    private void onReply(ByteBuffer bytes) throws IOException {
        final int count = replies.onBytes(bytes);
        if (replies.hasClosed()) {
            fail("the server closed");
        } else if (count > 0) {
            onEcho(count);
        } else if (phase == Phase.RESTING) {
            fail("an echo of nothing");
        }
    }

    private void onEcho(int count) throws IOException {
        if (count > 1 || phase != Phase.WAITING) {
            fail("more echoes than messages");
            return;
        }
        loop.completed(1);
        if (loop.isSending()) {
            send();
        } else {
            phase = Phase.RESTING;
        }
    }

    private void send() throws IOException {
        phase = Phase.WAITING;
        write(frame.clear());
    }

    private void write(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            if (unsent == null) {
                unsent = bytes;
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        } else if (unsent != null) {
            unsent = null;
            key.interestOps(SelectionKey.OP_READ);
        }
    }
}
