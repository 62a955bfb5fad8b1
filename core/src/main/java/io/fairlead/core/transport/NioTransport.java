package io.fairlead.core.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The {@link Transport} of every operating system and every JDK from 17, on {@code java.nio}. A connection costs the JDK's
 * channel and key and one small object here; {@code read}, {@code write}, {@code setInterest} and {@code poll} allocate
 * nothing in steady state, but for what the JDK does: its selectors keep keys in a {@code Map<Integer, …>} by descriptor,
 * so that an event, and a change of interest, of a descriptor above 127 boxes an Integer of 16 bytes. Only the command line
 * can avoid that, with {@code -XX:AutoBoxCacheMax} set above the highest descriptor.
 *
 * <p>Beyond the seam's contract:
 *
 * <ul>
 *   <li>Buffers must have a direct {@link DirectBuffer#byteBuffer()}, whose position and limit are changed.
 *   <li>{@link #FAILED} is never reported: the selector folds an error into the interest set, and has none to show
 *       without interest. The next read, write or {@code finishConnect} tells.
 *   <li>An operating system's connect time-out is reported as {@link #CONNECT_REFUSED}: the JDK has one exception for both.
 *   <li>A reset while connecting is reported as {@link #CONNECT_UNREACHABLE}: the JDK has one exception for it and for a
 *       network that cannot be reached.
 *   <li>An IPv4 address listens on IPv4 alone, {@code 0.0.0.0} too; {@code ::} listens on both families.
 *   <li>A connect from a given address takes its port for every destination.
 *   <li>A registered socket's descriptor is freed, and its FIN or RST sent, in the next {@link #poll}, which then waits for
 *       nothing. Its handle is not used again before.
 *   <li>The loop thread must not be interrupted: until the interrupt is cleared no poll waits. Stop it by a flag and
 *       {@link #wakeup()}.
 * </ul>
 *
 * <p><b>Owned by the loop thread</b>, but for {@link #wakeup()}.
 */
public final class NioTransport implements Transport {
    private static final int INITIAL_CAPACITY = 64;
    private static final long NS_PER_MS = 1_000_000;
    private static final int IPV4_LENGTH = 4;
    private static final int IPV6_LENGTH = 16;
    private static final int PORT_OFFSET = IPV6_LENGTH;
    private static final int MAPPED_PREFIX_OFFSET = 10;
    private static final int MAPPED_ADDRESS_OFFSET = 12;

    private final Selector selector;
    /** A field, as the selector's event costs no allocation only if its action is no new lambda per poll. */
    private final Consumer<SelectionKey> selectedAction = this::onSelected;

    private NioSocket[] sockets = new NioSocket[INITIAL_CAPACITY];
    private int[] freeHandles = new int[INITIAL_CAPACITY];
    private int freeHandleCount;
    private int handleLimit;
    private NioSocket closing;
    private NioSocket releasable;
    private int openSocketCount;

    private ReadinessHandler handler;
    private int readyCount;

    private NioTransport(Selector selector) {
        this.selector = selector;
    }

    /**
     * Open a transport with a selector of its own.
     *
     * @return the transport.
     * @throws IOException if the selector cannot be opened: descriptors are lacking.
     */
    public static NioTransport open() throws IOException {
        return new NioTransport(Selector.open());
    }

    @Override
    public int listen(InetSocketAddress address, int backlogLength) throws IOException {
        if (address.isUnresolved()) {
            throw new UnknownHostException(address.getHostString());
        }
        ServerSocketChannel channel = null;
        boolean isListening = false;
        try {
            channel = ServerSocketChannel.open(familyOf(address));
            channel.configureBlocking(false);
            // A restart must not wait for the connections of the last run to leave TIME_WAIT.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, backlogLength);
            isListening = true;
            return add(channel, CONNECT_DONE);
        } catch (BindException e) {
            // The JDK's message says why, not where.
            throw withCause(new BindException(describe(address, e)), e);
        } catch (SocketException e) {
            throw withCause(new SocketException(describe(address, e)), e);
        } catch (UnsupportedOperationException e) {
            throw withCause(new SocketException(describe(address, e)), e);
        } finally {
            if (!isListening && channel != null) {
                closeQuietly(channel);
            }
        }
    }

    private static String describe(InetSocketAddress address, Exception e) {
        return address + ": " + e.getMessage();
    }

    private static SocketException withCause(SocketException e, Exception cause) {
        e.initCause(cause);
        return e;
    }

    @Override
    public int localPort(int listener) {
        try {
            return ((InetSocketAddress) sockets[listener].server().getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new IllegalStateException("listener closed behind the transport's back", e);
        }
    }

    @Override
    public int accept(int listener) {
        ServerSocketChannel server = sockets[listener].server();
        while (true) {
            SocketChannel channel;
            try {
                channel = server.accept();
            } catch (IOException ignored) {
                return LOCAL_RESOURCE;
            }
            if (channel == null) {
                return NONE_PENDING;
            }
            try {
                prepare(channel);
                return add(channel, CONNECT_DONE);
            } catch (IOException ignored) {
                // Some kernels fail options on a socket that its peer has reset by now. That lacks no resource of ours,
                // and those behind it still wait.
                closeQuietly(channel);
            }
        }
    }

    @Override
    public int connect(InetSocketAddress address, InetSocketAddress sourceAddress) {
        SocketChannel channel;
        try {
            channel = SocketChannel.open(familyOf(address));
        } catch (UnsupportedOperationException ignored) {
            // The JDK has IPv6 switched off, or the machine has none.
            return CONNECT_UNREACHABLE;
        } catch (IOException ignored) {
            return LOCAL_RESOURCE;
        }
        int result = LOCAL_RESOURCE;
        try {
            result = connect(channel, address, sourceAddress);
            return result;
        } finally {
            // Also when a wrong address made the JDK throw: a descriptor is never leaked.
            if (result < 0) {
                closeQuietly(channel);
            }
        }
    }

    private int connect(SocketChannel channel, InetSocketAddress address, InetSocketAddress sourceAddress) {
        try {
            prepare(channel);
            if (sourceAddress != null) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(sourceAddress);
            }
        } catch (BindException ignored) {
            // Bound before it connects, a port is taken for every destination, as java.nio has no
            // IP_BIND_ADDRESS_NO_PORT: they
            // run out here. Or the address is not of this machine any more, for which the JDK has the same exception.
            return CONNECT_NO_PORT;
        } catch (IOException ignored) {
            return LOCAL_RESOURCE;
        }
        try {
            return add(channel, channel.connect(address) ? CONNECT_DONE : CONNECT_PENDING);
        } catch (IOException e) {
            return NioSocket.connectOutcome(e);
        }
    }

    private static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        // What a peer wrote is passed on as it comes: Nagle would hold back the rest of a message for a delayed ACK.
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** The address's own family: on a dual-stack socket the JDK would take {@code 0.0.0.0} for {@code ::}. */
    private static ProtocolFamily familyOf(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        return address.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
    }

    @Override
    public int finishConnect(int socket) {
        return sockets[socket].finishConnect();
    }

    @Override
    public void remoteAddress(int socket, MutableDirectBuffer buffer, int offset) {
        buffer.setMemory(offset, ADDRESS_LENGTH, (byte) 0);
        InetSocketAddress remote = sockets[socket].remoteAddress();
        if (remote == null) {
            return;
        }
        InetAddress address = remote.getAddress();
        byte[] bytes = address.getAddress();
        if (bytes.length == IPV4_LENGTH) {
            buffer.putByte(offset + MAPPED_PREFIX_OFFSET, (byte) 0xff);
            buffer.putByte(offset + MAPPED_PREFIX_OFFSET + 1, (byte) 0xff);
            buffer.putBytes(offset + MAPPED_ADDRESS_OFFSET, bytes);
        } else {
            buffer.putBytes(offset, bytes);
        }
        buffer.putInt(offset + PORT_OFFSET, remote.getPort());
    }

    @Override
    public int register(int socket, long token, int interest) {
        try {
            sockets[socket].register(selector, token, interest);
            return 0;
        } catch (IOException ignored) {
            return LOCAL_RESOURCE;
        }
    }

    @Override
    public void setInterest(int socket, long token, int interest) {
        sockets[socket].setInterest(token, interest);
    }

    @Override
    public int read(int socket, MutableDirectBuffer buffer, int offset, int length) {
        return sockets[socket].read(buffer, offset, length);
    }

    @Override
    public int write(int socket, DirectBuffer buffer, int offset, int length) {
        return sockets[socket].write(buffer, offset, length);
    }

    @Override
    public void shutdownOutput(int socket) {
        sockets[socket].shutdownOutput();
    }

    @Override
    public void reset(int socket) {
        sockets[socket].abortOnClose();
        close(socket);
    }

    @Override
    public void close(int socket) {
        NioSocket closed = sockets[socket];
        sockets[socket] = null;
        if (!closed.isRegistered()) {
            release(closed);
            return;
        }
        // Closing a registered channel costs two more system calls and still leaves the descriptor to the selector, so
        // the key goes now and the channel once the selector has let go of it.
        closed.cancel();
        closed.nextClosing = closing;
        closing = closed;
    }

    private void releaseDeregistered() {
        while (releasable != null) {
            NioSocket released = releasable;
            releasable = released.nextClosing;
            released.nextClosing = null;
            release(released);
        }
    }

    private void release(NioSocket socket) {
        socket.close();
        openSocketCount--;
        if (freeHandleCount == freeHandles.length) {
            freeHandles = Arrays.copyOf(freeHandles, freeHandles.length * 2);
        }
        freeHandles[freeHandleCount++] = socket.handle();
    }

    private int add(SelectableChannel channel, int connectOutcome) {
        int handle = freeHandleCount > 0 ? freeHandles[--freeHandleCount] : handleLimit++;
        if (handle == sockets.length) {
            sockets = Arrays.copyOf(sockets, sockets.length * 2);
        }
        sockets[handle] = new NioSocket(handle, channel, connectOutcome);
        openSocketCount++;
        return handle;
    }

    @Override
    public int poll(long timeoutNs, ReadinessHandler handler) throws IOException {
        this.handler = handler;
        readyCount = 0;
        // The selector drops the keys that were cancelled before it selects. Those that the handler cancels come after
        // that:
        // their channels wait for the next poll, or the JDK would still find them registered.
        releasable = closing;
        closing = null;
        try {
            if (timeoutNs <= 0 || releasable != null) {
                // Not select with 0, which waits for ever.
                selector.selectNow(selectedAction);
            } else {
                selector.select(selectedAction, ceilMs(timeoutNs));
            }
        } finally {
            releaseDeregistered();
        }
        return readyCount;
    }

    private static long ceilMs(long timeoutNs) {
        return (timeoutNs - 1) / NS_PER_MS + 1;
    }

    private void onSelected(SelectionKey key) {
        // The selector has let go of them, and what is opened now may need their descriptors.
        releaseDeregistered();
        NioSocket socket = (NioSocket) key.attachment();
        int readiness = socket.readiness();
        if (readiness != 0) {
            readyCount++;
            handler.onReady(socket.token(), readiness);
        }
    }

    @Override
    public void wakeup() {
        try {
            selector.wakeup();
        } catch (ClosedSelectorException ignored) {
            // Commands come from any thread, also after the loop has gone.
        }
    }

    @Override
    public int openSockets() {
        return openSocketCount;
    }

    @Override
    public void close() {
        // The selector first: it lets go of all channels, so that each close below frees its descriptor at once.
        try {
            selector.close();
        } catch (IOException ignored) {
            // Its descriptors are gone all the same.
        }
        for (int handle = 0; handle < handleLimit; handle++) {
            NioSocket socket = sockets[handle];
            if (socket != null) {
                sockets[handle] = null;
                release(socket);
            }
        }
        releasable = closing;
        closing = null;
        releaseDeregistered();
    }

    static void closeQuietly(Channel channel) {
        try {
            channel.close();
        } catch (IOException ignored) {
            // Linux frees the descriptor whatever close reports, and nobody is left who could act on it.
        }
    }
}
