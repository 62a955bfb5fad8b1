package io.fairlead.core.loop;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * A client or a backend's end of a connection, driven by the test's own thread: what it was told to send goes out, and what
 * arrives is kept, a bit at each {@link #pump}.
 */
final class TestPeer implements AutoCloseable {
    private static final int PIECE_LENGTH = 16 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private final Deque<ByteBuffer> outgoing = new ArrayDeque<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private boolean isReading = true;
    private boolean isFinishing;
    private boolean hasEnded;
    private boolean wasReset;
    private int readLimit = Integer.MAX_VALUE;

    TestPeer(SocketChannel channel) {
        this.channel = channel;
    }

    static TestPeer connect(InetSocketAddress address, String source, int receiveBufferLength) {
        try {
            final SocketChannel channel = SocketChannel.open();
            if (receiveBufferLength > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferLength);
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (source != null) {
                channel.bind(new InetSocketAddress(source, 0));
            }
            channel.connect(address);
            channel.configureBlocking(false);
            return new TestPeer(channel);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TestPeer send(String ascii) {
        return send(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    TestPeer send(byte[] bytes) {
        // In pieces: the JDK copies all that is left of a heap buffer for each write, however little the socket takes.
        for (int offset = 0; offset < bytes.length; offset += PIECE_LENGTH) {
            outgoing.add(ByteBuffer.wrap(bytes, offset, Math.min(PIECE_LENGTH, bytes.length - offset)));
        }
        pump();
        return this;
    }

    /** Send an urgent byte (TCP's URG), behind everything, which must be out; who receives bytes does not get it. */
    void sendUrgent(int value) {
        if (!outgoing.isEmpty()) {
            throw new IllegalStateException("not all is sent");
        }
        try {
            channel.socket().sendUrgentData(value);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Send FIN once everything before it is out. */
    TestPeer finish() {
        isFinishing = true;
        pump();
        return this;
    }

    /** Go away without a FIN. */
    void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void reading(boolean value) {
        isReading = value;
    }

    /** Read no more than so many bytes at each pump. */
    void readLimit(int length) {
        readLimit = length;
    }

    byte[] received() {
        return received.toByteArray();
    }

    String text() {
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    int receivedLength() {
        return received.size();
    }

    void forgetReceived() {
        received.reset();
    }

    /** The other end sent its FIN, and all before it was read. */
    boolean hasEnded() {
        return hasEnded;
    }

    boolean wasReset() {
        return wasReset;
    }

    boolean isOver() {
        return hasEnded || wasReset;
    }

    boolean isSent() {
        return outgoing.isEmpty();
    }

    int localPort() {
        try {
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Write and read what is possible now. */
    void pump() {
        if (!channel.isOpen() || wasReset) {
            return;
        }
        try {
            write();
            if (isReading && !hasEnded) {
                read();
            }
        } catch (final IOException e) {
            wasReset = true;
        }
    }

    private void write() throws IOException {
        while (!outgoing.isEmpty()) {
            final ByteBuffer next = outgoing.peek();
            channel.write(next);
            if (next.hasRemaining()) {
                return;
            }
            outgoing.remove();
        }
        if (isFinishing) {
            isFinishing = false;
            channel.shutdownOutput();
        }
    }

    private void read() throws IOException {
        int budget = readLimit;
        int length = 1;
        while (length > 0 && budget > 0) {
            buffer.clear().limit(Math.min(budget, buffer.capacity()));
            length = channel.read(buffer);
            if (length > 0) {
                received.write(Arrays.copyOf(buffer.array(), length), 0, length);
                budget -= length;
            }
        }
        hasEnded = length < 0;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
