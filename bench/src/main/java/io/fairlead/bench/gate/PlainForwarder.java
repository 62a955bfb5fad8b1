package io.fairlead.bench.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/**
 * The least that forwards on java.nio: accept, connect, read, write. It chooses nothing, counts nothing, looks at nothing, and
 * gives up when a socket does not take a whole message. What a balancer costs beyond this is its own.
 *
 * <p><b>Owned by the thread that drives it.</b>
 */
final class PlainForwarder implements Subject {
    private static final int BUFFER_LENGTH = 64 * 1024;
    private static final int BACKLOG_LENGTH = 128;

    private final InetSocketAddress backend;
    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_LENGTH);
    private final Consumer<SelectionKey> onReady = this::onReady;

    PlainForwarder(InetSocketAddress backend) throws IOException {
        this.backend = backend;
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG_LENGTH);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    @Override
    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    @Override
    public int step() throws IOException {
        return selector.selectNow(onReady);
    }

    private void onReady(SelectionKey key) {
        try {
            if (key.isReadable()) {
                forward((SocketChannel) key.channel(), (SocketChannel) key.attachment());
            } else if (key.isAcceptable()) {
                accept();
            } else if (key.isConnectable()) {
                join(key);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() throws IOException {
        final SocketChannel client = listener.accept();
        if (client != null) {
            final SocketChannel connecting = SocketChannel.open();
            prepare(client);
            prepare(connecting);
            connecting.connect(backend);
            connecting.register(selector, SelectionKey.OP_CONNECT, client);
        }
    }

    private static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** A backend is connected: from now on each of the two is the other's. */
    private void join(SelectionKey key) throws IOException {
        final SocketChannel connected = (SocketChannel) key.channel();
        if (connected.finishConnect()) {
            key.interestOps(SelectionKey.OP_READ);
            ((SocketChannel) key.attachment()).register(selector, SelectionKey.OP_READ, connected);
        }
    }

    private void forward(SocketChannel source, SocketChannel sink) throws IOException {
        final int length = source.read(buffer.clear());
        if (length < 0) {
            source.close();
            sink.close();
        } else if (length > 0 && sink.write(buffer.flip()) < length) {
            throw new IOException("the plain forwarder holds nothing back: send it less at once");
        }
    }

    @Override
    public void close() throws IOException {
        for (final SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
