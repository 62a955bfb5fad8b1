package io.fairlead.bench.micro;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One end of a WebSocket that sends whole frames of one length and takes whole frames of another, in one buffer each way.
 * Non-blocking; whoever drives the balancer drives it too. A message allocates nothing.
 */
final class LoopbackPeer implements AutoCloseable {
    private final SocketChannel channel;
    private final ByteBuffer in;

    /**
     * Behind the handshake.
     *
     * @param channel connected.
     * @param frameLength of the frames it takes.
     */
    LoopbackPeer(SocketChannel channel, int frameLength) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        in = ByteBuffer.allocateDirect(frameLength);
    }

    /** What has arrived of the frame under way, from 0 to the position. */
    ByteBuffer in() {
        return in;
    }

    /** Begin to take the next frame. */
    void begin() {
        in.clear();
    }

    /** Write as much as the system takes; the buffer's position tells how much that was. */
    void write(ByteBuffer frame) throws IOException {
        channel.write(frame);
    }

    /** Read as much of the frame under way as there is. @return whether it is whole. */
    boolean read() throws IOException {
        if (in.hasRemaining() && channel.read(in) < 0) {
            throw new IOException("the connection was ended");
        }
        return !in.hasRemaining();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
