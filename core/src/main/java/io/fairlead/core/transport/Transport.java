package io.fairlead.core.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Non-blocking TCP sockets behind int handles: the one seam between the engine and an operating system.
 *
 * <p>Every call returns at once, and none on the byte path ({@code accept}, {@code connect}, {@code read}, {@code
 * write} and what follows them) throws for what the network does: outcomes are counts and the negative codes below.
 * Interest is level-triggered. A handle may be used again for another socket after {@link #close} or {@link #reset};
 * tokens tell the two apart.
 *
 * <p>Buffers handed to {@link #read} and {@link #write} wrap direct memory.
 *
 * <p><b>Owned by the loop thread</b>, but for {@link #wakeup()}, which any thread may call.
 */
public interface Transport extends AutoCloseable {
    /** No socket. Equal to no handle that {@link #listen}, {@link #accept} or {@link #connect} returns. */
    int NULL_SOCKET = -1;

    /** Readiness and interest: bytes, an end of stream, an error or a pending connection can be taken. */
    int READABLE = 1;

    /** Readiness and interest: bytes can be written, or a connect has an outcome. */
    int WRITABLE = 2;

    /**
     * Readiness only: the socket failed or both its directions ended. May arrive with no interest set, at most once; a
     * transport that cannot see it reports the failure at the next read or write.
     */
    int FAILED = 4;

    /** {@link #read} and {@link #write}: nothing moved, wait for readiness. */
    int WOULD_BLOCK = 0;

    /** {@link #read}: the peer sent its FIN and every byte before it was read. */
    int END_OF_STREAM = -1;

    /** {@link #read} and {@link #write}: the connection was reset. Sticky: no later call says anything else. */
    int RESET = -2;

    /** {@link #accept}: nobody waits. */
    int NONE_PENDING = -1;

    /** {@link #finishConnect}: no outcome yet. */
    int CONNECT_PENDING = 0;

    /** {@link #finishConnect}: connected. */
    int CONNECT_DONE = 1;

    /** {@link #connect} and {@link #finishConnect}: the peer refused, or its stack reset the attempt. */
    int CONNECT_REFUSED = -2;

    /** {@link #connect} and {@link #finishConnect}: the operating system gave up waiting. */
    int CONNECT_TIMED_OUT = -3;

    /** {@link #connect} and {@link #finishConnect}: no route to the peer. */
    int CONNECT_UNREACHABLE = -4;

    /**
     * {@link #accept}, {@link #connect} and {@link #finishConnect}: this machine lacks what it takes (descriptors,
     * ports, memory). Back off; the peer is not to blame.
     */
    int LOCAL_RESOURCE = -5;

    /**
     * {@link #connect} and {@link #finishConnect}: no local port is left towards this address, or the address to connect from
     * is not of this machine. Another one may still be reached; the peer is not to blame.
     */
    int CONNECT_NO_PORT = -6;

    /** Length in bytes of what {@link #remoteAddress} writes: 16 of address, 4 of port. */
    int ADDRESS_LENGTH = 20;

    /**
     * Open a listening socket.
     *
     * @param address where; port 0 picks an ephemeral one, which {@link #localPort} tells.
     * @param backlogLength how many connections may wait to be accepted.
     * @return its handle.
     * @throws IOException if the address cannot be bound (in use, not permitted, not of this machine).
     */
    int listen(InetSocketAddress address, int backlogLength) throws IOException;

    /**
     * The port a listening socket is bound to.
     *
     * @param listener a handle from {@link #listen}.
     * @return its local port.
     */
    int localPort(int listener);

    /**
     * Take one waiting connection. The socket is non-blocking and has {@code TCP_NODELAY}; it is not registered yet.
     *
     * @param listener a handle from {@link #listen}.
     * @return a handle, {@link #NONE_PENDING} or {@link #LOCAL_RESOURCE}.
     */
    int accept(int listener);

    /**
     * Start to connect. The socket is non-blocking and has {@code TCP_NODELAY}; it is not registered yet. Whatever comes
     * of the attempt is told by {@link #finishConnect}.
     *
     * @param address a resolved address.
     * @param sourceAddress where to connect from, or null to let the system choose.
     * @return a handle, or one of the negative {@code CONNECT_} codes or {@link #LOCAL_RESOURCE}: then nothing is open.
     */
    int connect(InetSocketAddress address, InetSocketAddress sourceAddress);

    /**
     * What became of {@link #connect}. To be asked when the socket is {@link #WRITABLE} or {@link #FAILED}; asking
     * early is harmless.
     *
     * @param socket a handle from {@link #connect}.
     * @return {@link #CONNECT_DONE}, {@link #CONNECT_PENDING}, or why it failed; the socket is then still to be closed.
     */
    int finishConnect(int socket);

    /**
     * Write the peer's address: 16 bytes, an IPv4 one as {@code ::ffff:a.b.c.d}, then the port as a native-order int.
     *
     * @param socket a handle from {@link #accept} or of a finished {@link #connect}.
     * @param buffer where to write {@link #ADDRESS_LENGTH} bytes.
     * @param offset at which to start.
     */
    void remoteAddress(int socket, MutableDirectBuffer buffer, int offset);

    /**
     * Have a socket polled. Once per socket, before the first {@link #setInterest}.
     *
     * @param socket any open handle.
     * @param token handed to the {@link ReadinessHandler}.
     * @param interest {@link #READABLE}, {@link #WRITABLE}, both or 0.
     * @return 0, or {@link #LOCAL_RESOURCE}.
     */
    int register(int socket, long token, int interest);

    /**
     * Change what a registered socket is polled for. Costs a system call on some transports: call it on change only.
     *
     * @param socket a registered handle.
     * @param token handed to the {@link ReadinessHandler} from now on.
     * @param interest {@link #READABLE}, {@link #WRITABLE}, both or 0.
     */
    void setInterest(int socket, long token, int interest);

    /**
     * Read once.
     *
     * @param socket a connected handle.
     * @param buffer wraps direct memory.
     * @param offset where the first byte goes.
     * @param length most bytes to read, at least 1.
     * @return how many bytes were read, {@link #WOULD_BLOCK}, {@link #END_OF_STREAM} or {@link #RESET}.
     */
    int read(int socket, MutableDirectBuffer buffer, int offset, int length);

    /**
     * Write once.
     *
     * @param socket a connected handle.
     * @param buffer wraps direct memory.
     * @param offset of the first byte.
     * @param length most bytes to write, at least 1.
     * @return how many bytes the system took, {@link #WOULD_BLOCK} or {@link #RESET}.
     */
    int write(int socket, DirectBuffer buffer, int offset, int length);

    /**
     * Send FIN after what was written. The socket can still be read.
     *
     * @param socket a connected handle.
     */
    void shutdownOutput(int socket);

    /**
     * Close and have the peer see a reset, whatever was written before.
     *
     * @param socket any open handle; unusable from now on.
     */
    void reset(int socket);

    /**
     * Close. A transport may finish the close, and send what it sends, only in the next {@link #poll}.
     *
     * @param socket any open handle; unusable from now on.
     */
    void close(int socket);

    /**
     * Deliver what is ready.
     *
     * @param timeoutNs how long to wait when nothing is; 0 looks once. A positive time is rounded up to the transport's
     *     unit.
     * @param handler told of each ready socket. It must not poll.
     * @return how many sockets were ready.
     * @throws IOException if the selector itself is broken: the loop cannot go on.
     */
    int poll(long timeoutNs, ReadinessHandler handler) throws IOException;

    /** Make the current or the next {@link #poll} return at once. <b>Thread safe.</b> */
    void wakeup();

    /**
     * The pipes through which bytes can pass from socket to socket outside this process's memory.
     *
     * @return those of this transport, the same each time, or null where there is no such thing.
     */
    default Pipes pipes() {
        return null;
    }

    /**
     * What the operating system knows of a connection, for diagnosis. Costs a system call, and allocates.
     *
     * @param socket a handle from {@link #accept} or {@link #connect}.
     * @return it as of now, or null where a transport cannot tell.
     */
    default TcpInfo tcpInfo(int socket) {
        return null;
    }

    /**
     * How many sockets hold a descriptor, exact after a {@link #poll}.
     *
     * @return the count, listening sockets included, pipes not.
     */
    int openSockets();

    /** Close every socket and pipe, and the selector. */
    @Override
    void close();
}
