package io.fairlead.bench.experiment;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;

/** What both forwarders do to sockets aside of moving bytes, all on 127.0.0.1. <b>Owned by one thread</b> at a time. */
final class Sockets {
    static final int SOCK_NONBLOCK = 0x800;
    /** Length of {@code struct sockaddr_in}. */
    static final int ADDRESS_LENGTH = 16;

    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int PORT_OFFSET = 2;
    private static final int HOST_OFFSET = 4;
    private static final int LOOPBACK = 0x7f000001;
    private static final int BACKLOG = 4096;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_ERROR = 4;
    private static final int SO_LINGER = 13;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int ON_OFFSET = 0;
    private static final int LINGER_OFFSET = 8;
    private static final int VALUE_OFFSET = 16;
    private static final int LENGTH_OFFSET = 20;
    private static final int SCRATCH_LENGTH = 24;

    private final Libc libc;
    private final ByteBuffer backend;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_LENGTH).order(ByteOrder.nativeOrder());
    private final long backendAddress;
    private final long scratchAddress;

    Sockets(Libc libc, int backendPort) {
        this.libc = libc;
        backend = address(backendPort);
        backendAddress = BufferUtil.address(backend);
        scratchAddress = BufferUtil.address(scratch);
        scratch.putInt(ON_OFFSET, 1);
        scratch.putInt(LINGER_OFFSET, 1); // On, for no seconds.
    }

    /** Where the backend's {@code struct sockaddr_in} is; {@link #ADDRESS_LENGTH} bytes. */
    long backendAddress() {
        return backendAddress;
    }

    /** Listen on a port; 0 for any that is free. */
    int listen(int port) {
        final int listener = open(SOCK_NONBLOCK);
        final ByteBuffer address = address(port);
        Libc.require("SO_REUSEADDR", setOn(listener, SOL_SOCKET, SO_REUSEADDR));
        Libc.require("bind", libc.bind(listener, BufferUtil.address(address), ADDRESS_LENGTH));
        Libc.require("listen", libc.listen(listener, BACKLOG));
        return listener;
    }

    /** The port that a socket is bound to. */
    int port(int socket) {
        final ByteBuffer address = address(0);
        scratch.putInt(LENGTH_OFFSET, ADDRESS_LENGTH);
        Libc.require(
                "getsockname", libc.localAddress(socket, BufferUtil.address(address), scratchAddress + LENGTH_OFFSET));
        return Short.toUnsignedInt(address.getShort(PORT_OFFSET));
    }

    /** A new socket. */
    int open(int flags) {
        return Libc.require("socket", libc.socket(AF_INET, SOCK_STREAM | flags));
    }

    /** Small messages go at once. */
    void sendAtOnce(int socket) {
        setOn(socket, IPPROTO_TCP, TCP_NODELAY);
    }

    /** Closing it is going to send a reset. */
    void resetOnClose(int socket) {
        libc.setOption(socket, SOL_SOCKET, SO_LINGER, scratchAddress + LINGER_OFFSET, 2 * Integer.BYTES);
    }

    /** Whether a connect that was under way has come to nothing. */
    boolean hasFailed(int socket) {
        scratch.putInt(LENGTH_OFFSET, Integer.BYTES);
        final int result = libc.option(
                socket, SOL_SOCKET, SO_ERROR, scratchAddress + VALUE_OFFSET, scratchAddress + LENGTH_OFFSET);
        return result < 0 || scratch.getInt(VALUE_OFFSET) != 0;
    }

    private int setOn(int socket, int level, int option) {
        return libc.setOption(socket, level, option, scratchAddress + ON_OFFSET, Integer.BYTES);
    }

    private static ByteBuffer address(int port) {
        final ByteBuffer address = ByteBuffer.allocateDirect(ADDRESS_LENGTH);
        address.order(ByteOrder.nativeOrder()).putShort(0, (short) AF_INET);
        // The network's byte order, which is also what a new buffer has.
        address.order(ByteOrder.BIG_ENDIAN).putShort(PORT_OFFSET, (short) port).putInt(HOST_OFFSET, LOOPBACK);
        return address;
    }
}
