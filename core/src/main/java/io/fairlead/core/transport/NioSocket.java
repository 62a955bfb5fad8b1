package io.fairlead.core.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.agrona.DirectBuffer;

/**
 * One socket of a {@link NioTransport}: its channel, its key, and what a channel forgets: that the peer reset it, and what
 * became of its connect. It is its key's attachment, so that a key which the selector delivers after the close finds the
 * closed socket and never the next holder of the same handle.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class NioSocket {
    /** The next of the transport's closed sockets whose descriptors the selector still holds. */
    NioSocket nextClosing;

    private final int handle;
    private final SelectableChannel channel;
    private int connectOutcome;
    private boolean isReset;
    private SelectionKey key;
    private long token;
    private int interest;

    /**
     * Wrap a non-blocking channel.
     *
     * @param handle the transport's number for it.
     * @param channel a listening or a stream channel.
     * @param connectOutcome {@link Transport#CONNECT_PENDING} or {@link Transport#CONNECT_DONE}.
     */
    NioSocket(int handle, SelectableChannel channel, int connectOutcome) {
        this.handle = handle;
        this.channel = channel;
        this.connectOutcome = connectOutcome;
    }

    int handle() {
        return handle;
    }

    long token() {
        return token;
    }

    boolean isRegistered() {
        return key != null;
    }

    ServerSocketChannel server() {
        return (ServerSocketChannel) channel;
    }

    private SocketChannel stream() {
        return (SocketChannel) channel;
    }

    /** Register with a selector, unless the connect failed: the JDK has closed such a channel, and it has nothing to tell. */
    void register(Selector selector, long token, int interest) throws IOException {
        this.token = token;
        this.interest = interest;
        if (!hasConnectFailed()) {
            key = channel.register(selector, operations(), this);
        }
    }

    /** Set token and interest; the selector hears of it only if what it has to watch for changed. */
    void setInterest(long token, int interest) {
        this.token = token;
        this.interest = interest;
        if (!hasConnectFailed()) {
            applyInterest();
        }
    }

    private void applyInterest() {
        int operations = operations();
        if (key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    /**
     * What the selector is to watch for. A connecting channel has only {@code OP_CONNECT}: an error marks every operation
     * of interest as ready, and a read before {@code finishConnect} throws.
     */
    private int operations() {
        boolean isReadable = (interest & Transport.READABLE) != 0;
        boolean isWritable = (interest & Transport.WRITABLE) != 0;
        if (connectOutcome == Transport.CONNECT_PENDING) {
            return isWritable ? SelectionKey.OP_CONNECT : 0;
        }
        if (channel instanceof ServerSocketChannel) {
            return isReadable ? SelectionKey.OP_ACCEPT : 0;
        }
        return (isReadable ? SelectionKey.OP_READ : 0) | (isWritable ? SelectionKey.OP_WRITE : 0);
    }

    /** What the key says; the selector has kept to the interest as it is now, not as it was when the batch began. */
    int readiness() {
        // The selector delivers a key that was cancelled earlier in the same batch, and such a key throws when asked.
        if (!key.isValid()) {
            return 0;
        }
        int operations = key.readyOps();
        int readiness = 0;
        if ((operations & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0) {
            readiness |= Transport.READABLE;
        }
        if ((operations & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0) {
            readiness |= Transport.WRITABLE;
        }
        return readiness;
    }

    int finishConnect() {
        if (connectOutcome != Transport.CONNECT_PENDING) {
            return connectOutcome;
        }
        try {
            if (!stream().finishConnect()) {
                return Transport.CONNECT_PENDING;
            }
            connectOutcome = Transport.CONNECT_DONE;
        } catch (IOException e) {
            // The JDK closes the channel here; asked again it would only say so, hence the outcome is kept.
            connectOutcome = connectOutcome(e);
            isReset = true;
            return connectOutcome;
        }
        if (key != null) {
            // A connected socket stays writable, which an OP_CONNECT left in place would never deliver nor let poll
            // sleep.
            applyInterest();
        }
        return Transport.CONNECT_DONE;
    }

    private boolean hasConnectFailed() {
        return connectOutcome < 0;
    }

    /**
     * The outcome an exception of {@code connect} or {@code finishConnect} stands for. The JDK throws ConnectException for
     * ETIMEDOUT as for ECONNREFUSED and tells them apart in the message alone, so a time-out of the operating system counts
     * as refused; the engine's own limit is far shorter. BindException is EADDRNOTAVAIL: no local port is left towards it. The rest is
     * a route that is missing (NoRouteToHostException, ENETUNREACH) or forbidden.
     */
    static int connectOutcome(IOException e) {
        if (e instanceof ConnectException) {
            return Transport.CONNECT_REFUSED;
        }
        if (e instanceof BindException) {
            return Transport.CONNECT_NO_PORT;
        }
        return Transport.CONNECT_UNREACHABLE;
    }

    int read(DirectBuffer buffer, int offset, int length) {
        if (isReset) {
            return Transport.RESET;
        }
        try {
            // The channel gives 0, -1 and counts as the seam does: WOULD_BLOCK and END_OF_STREAM are the JDK's numbers.
            return stream().read(window(buffer, offset, length));
        } catch (ClosedChannelException e) {
            throw useAfterClose(e);
        } catch (IOException ignored) {
            // Latched: the kernel tells an error once, and the JDK's next read may give the -1 of a FIN.
            isReset = true;
            return Transport.RESET;
        }
    }

    int write(DirectBuffer buffer, int offset, int length) {
        if (isReset) {
            return Transport.RESET;
        }
        try {
            return stream().write(window(buffer, offset, length));
        } catch (ClosedChannelException e) {
            throw useAfterClose(e);
        } catch (IOException ignored) {
            isReset = true;
            return Transport.RESET;
        }
    }

    /**
     * The buffer's own ByteBuffer, set to the given bytes. It is shared by all that wrap it, which a single thread makes
     * safe, and only a direct one spares the JDK a copy through a temporary buffer.
     */
    private static ByteBuffer window(DirectBuffer buffer, int offset, int length) {
        buffer.boundsCheck(offset, length);
        ByteBuffer bytes = buffer.byteBuffer();
        int position = buffer.wrapAdjustment() + offset;
        return bytes.limit(position + length).position(position);
    }

    /** No peer can bring this about: it is a write after shutdownOutput, or a channel closed behind the transport's back. */
    private static IllegalStateException useAfterClose(ClosedChannelException e) {
        return new IllegalStateException("socket used after it was closed or shut down", e);
    }

    void shutdownOutput() {
        if (isReset) {
            return;
        }
        try {
            stream().shutdownOutput();
        } catch (IOException ignored) {
            isReset = true;
        }
    }

    /** The peer, as the channel has remembered it since accept or connect, or null if it never had one. */
    InetSocketAddress remoteAddress() {
        try {
            return (InetSocketAddress) stream().getRemoteAddress();
        } catch (IOException ignored) {
            return null;
        }
    }

    /** Make the close an abort: with SO_LINGER 0 the kernel drops what is unsent and sends RST. */
    void abortOnClose() {
        if (channel instanceof SocketChannel stream) {
            try {
                stream.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException ignored) {
                // Already reset, or its connect failed: there is no one left to tell.
            }
        }
    }

    void cancel() {
        key.cancel();
    }

    void close() {
        NioTransport.closeQuietly(channel);
    }
}
