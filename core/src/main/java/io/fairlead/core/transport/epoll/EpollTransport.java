package io.fairlead.core.transport.epoll;

import io.fairlead.core.transport.Pipes;
import io.fairlead.core.transport.ReadinessHandler;
import io.fairlead.core.transport.SocketOptions;
import io.fairlead.core.transport.TcpInfo;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The {@link Transport} of Linux on JDK 22 and newer: {@code epoll}, level-triggered, and system calls through {@code
 * java.lang.foreign}. A handle is a descriptor; a socket has no Java object, only 16 bytes in a {@link SocketTable}. No call
 * on the byte path allocates.
 *
 * <p>Beyond the seam's contract:
 *
 * <ul>
 *   <li>{@link #FAILED} arrives with any interest or none.
 *   <li>{@link #close} and {@link #reset} take effect at once; the next poll may wait.
 *   <li>An IPv4 address listens on IPv4 alone, {@code 0.0.0.0} too; {@code ::} listens on both families.
 *   <li>A connect from a given address with port 0 takes its port when it connects ({@code IP_BIND_ADDRESS_NO_PORT}), so
 *       that each destination has all ports of that address.
 *   <li>The buffers' memory must live until the call returns: hand in buffers that a field holds.
 * </ul>
 *
 * <p><b>Owned by the loop thread</b>, but for {@link #wakeup()}.
 */
public final class EpollTransport implements Transport {
    /** The oldest JDK whose {@code java.lang.foreign} is final. */
    public static final int LEAST_JDK = 22;

    private static final int EVENT_LIMIT = 512;
    /** Connections to pass over that failed while they waited; what is behind them keeps the listener ready. */
    private static final int ACCEPT_LIMIT = 64;

    private static final long NS_PER_MS = 1_000_000;
    private static final int INCARNATION_SHIFT = Integer.SIZE;

    private final Libc libc;
    private final SocketTable sockets = new SocketTable();
    private final Tuning tuning;
    private final TcpInfoReader tcpInfo;
    private final String whySpliceForbidden;
    private final EpollPipes pipes;
    private final SocketAddress address = new SocketAddress();
    private final SocketAddress acceptedAddress = new SocketAddress();
    private final UnsafeBuffer events = DirectMemory.allocate(EVENT_LIMIT * Linux.EVENT_LENGTH);
    private final UnsafeBuffer event = DirectMemory.allocate(Linux.EVENT_LENGTH);
    private final UnsafeBuffer option = DirectMemory.allocate(2 * Long.BYTES);
    private final int poller;
    private final Waker waker;
    private int acceptedSocket = NULL_SOCKET;
    private boolean isClosed;

    private EpollTransport(Libc libc, Tuning tuning, int poller, Waker waker) {
        this.libc = libc;
        this.tuning = tuning;
        tcpInfo = new TcpInfoReader(libc);
        this.poller = poller;
        this.waker = waker;
        whySpliceForbidden = new Probe(libc).whySpliceForbidden();
        pipes = whySpliceForbidden == null ? new EpollPipes(this, libc) : null;
    }

    /**
     * Why there is no such transport here.
     *
     * @return one clause that names what is missing, or null if {@link #open()} can be tried.
     */
    public static String whyUnavailable() {
        final String foreign = Linux.whyForeign();
        if (foreign != null) {
            return foreign;
        }
        final int jdk = Runtime.version().feature();
        return jdk < LEAST_JDK ? "epoll needs JDK " + LEAST_JDK + " or newer, this is " + jdk : null;
    }

    /**
     * Whether the JVM lets this class call the system without a warning.
     *
     * @return true if it was started with {@code --enable-native-access}, or a jar's manifest says as much.
     */
    public static boolean isAccessEnabled() {
        return NativeBinder.isAccessEnabled();
    }

    /**
     * Open a transport with an {@code epoll} instance of its own, and with sockets as the system has them.
     *
     * @return the transport.
     * @throws IOException as {@link #open(SocketOptions)}.
     * @throws UnsupportedOperationException where there is none: {@link #whyUnavailable()} says why.
     */
    public static EpollTransport open() throws IOException {
        return open(SocketOptions.NONE);
    }

    /**
     * Open a transport with an {@code epoll} instance of its own.
     *
     * @param options of its sockets.
     * @return the transport.
     * @throws IOException if descriptors are lacking, or a kernel or sandbox forbids a call, or does not know an option,
     *     that is needed: the message names it. Where only {@code splice} is forbidden {@link #pipes()} is null.
     * @throws UnsupportedOperationException where there is none: {@link #whyUnavailable()} says why.
     */
    public static EpollTransport open(SocketOptions options) throws IOException {
        final String why = whyUnavailable();
        if (why != null) {
            throw new UnsupportedOperationException(why);
        }
        final Libc libc;
        try {
            libc = new Libc();
        } catch (final LinkageError e) {
            throw new IOException("the C library cannot be called: " + e.getMessage(), e);
        }
        final String whyForbidden = new Probe(libc).whyForbidden();
        if (whyForbidden != null) {
            throw new IOException(whyForbidden);
        }
        final Tuning tuning = new Tuning(libc, options);
        final String whyRefused = tuning.whyRefused();
        if (whyRefused != null) {
            throw new IOException(whyRefused);
        }
        final int poller = required("epoll_create1", libc.epollCreate(Linux.EPOLL_CLOEXEC));
        Waker waker = null;
        try {
            waker = new Waker(new Libc(), required("eventfd", libc.eventfd(0, Linux.EFD_NONBLOCK | Linux.EFD_CLOEXEC)));
            final EpollTransport transport = new EpollTransport(libc, tuning, poller, waker);
            transport.watchWaker();
            return transport;
        } catch (final IOException e) {
            if (waker != null) {
                waker.close();
            }
            libc.close(poller);
            throw e;
        }
    }

    /**
     * Why {@link #pipes()} is null.
     *
     * @return the call that a kernel or sandbox forbids, and its answer; null if there are pipes.
     */
    public String whySpliceForbidden() {
        return whySpliceForbidden;
    }

    private void watchWaker() throws IOException {
        sockets.reserve(waker.descriptor());
        required("epoll_ctl", control(Linux.EPOLL_CTL_ADD, waker.descriptor(), Linux.EPOLLIN));
    }

    private static int required(String call, int result) throws IOException {
        if (result < 0) {
            throw new IOException(call + ": " + Linux.describe(-result));
        }
        return result;
    }

    @Override
    public int listen(InetSocketAddress where, int backlogLength) throws IOException {
        if (where.isUnresolved()) {
            throw new UnknownHostException(where.getHostString());
        }
        final int family = SocketAddress.familyOf(where);
        final int listener = libc.socket(family, Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC);
        if (listener < 0) {
            throw new SocketException(where + ": " + Linux.describe(-listener));
        }
        // A restart must not wait for the connections of the last run to leave TIME_WAIT.
        int result = libc.setOption(listener, Linux.SOL_SOCKET, Linux.SO_REUSEADDR, 1);
        if (result >= 0 && family == Linux.AF_INET6) {
            result = libc.setOption(listener, Linux.SOL_IPV6, Linux.IPV6_V6ONLY, 0);
        }
        if (result >= 0) {
            // What is accepted inherits it, which saves a system call each.
            result = libc.setOption(listener, Linux.SOL_TCP, Linux.TCP_NODELAY, 1);
        }
        if (result >= 0) {
            result = tuning.beforeBind(listener);
        }
        if (result >= 0) {
            result = libc.bind(listener, address.address(), address.set(where));
        }
        if (result >= 0) {
            result = libc.listen(listener, backlogLength);
        }
        if (result >= 0) {
            result = tuning.afterListen(listener);
        }
        if (result < 0) {
            libc.close(listener);
            throw bindFailure(where, -result);
        }
        sockets.open(listener, 0);
        return listener;
    }

    private static SocketException bindFailure(InetSocketAddress where, int errno) {
        final String message = where + ": " + Linux.describe(errno);
        return switch (errno) {
            case Linux.EADDRINUSE, Linux.EADDRNOTAVAIL, Linux.EACCES -> new BindException(message);
            default -> new SocketException(message);
        };
    }

    @Override
    public int localPort(int listener) {
        address.expect();
        final int result = libc.getsockname(listener, address.address(), address.lengthAddress());
        if (result < 0) {
            throw new IllegalStateException("getsockname: " + Linux.describe(-result));
        }
        return address.port();
    }

    @Override
    public int accept(int listener) {
        for (int i = 0; i < ACCEPT_LIMIT; i++) {
            acceptedAddress.expect();
            final int socket = libc.accept4(
                    listener,
                    acceptedAddress.address(),
                    acceptedAddress.lengthAddress(),
                    Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC);
            if (socket >= 0) {
                sockets.open(socket, 0);
                acceptedSocket = socket;
                return socket;
            }
            switch (-socket) {
                case Linux.EAGAIN -> {
                    return NONE_PENDING;
                }
                case Linux.ECONNABORTED,
                        Linux.EINTR,
                        Linux.EPROTO,
                        Linux.EOPNOTSUPP,
                        Linux.ENETDOWN,
                        Linux.ENETUNREACH,
                        Linux.EHOSTDOWN,
                        Linux.EHOSTUNREACH,
                        Linux.ETIMEDOUT -> {
                    // An error of the connection that was first in the queue (accept(2)): those behind it still wait.
                }
                case Linux.EBADF, Linux.EFAULT, Linux.EINVAL, Linux.ENOTSOCK -> throw defect("accept4", -socket);
                default -> {
                    // Descriptors or memory are lacking, or a security module says no: the connection may still be
                    // first.
                    return LOCAL_RESOURCE;
                }
            }
        }
        return NONE_PENDING;
    }

    @Override
    public int connect(InetSocketAddress where, InetSocketAddress sourceAddress) {
        if (where.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        final int family = SocketAddress.familyOf(where);
        if (sourceAddress != null && SocketAddress.familyOf(sourceAddress) != family) {
            throw new UnsupportedAddressTypeException();
        }
        final int socket = libc.socket(family, Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC);
        if (socket < 0) {
            return -socket == Linux.EAFNOSUPPORT ? CONNECT_UNREACHABLE : LOCAL_RESOURCE;
        }
        final int outcome = connect(socket, where, sourceAddress);
        if (outcome < 0) {
            libc.close(socket);
            return outcome;
        }
        sockets.open(socket, outcome == CONNECT_PENDING ? SocketTable.CONNECTING : 0);
        return socket;
    }

    private int connect(int socket, InetSocketAddress where, InetSocketAddress sourceAddress) {
        // What a peer wrote is passed on as it comes: Nagle would hold back the rest of a message for a delayed ACK.
        if (libc.setOption(socket, Linux.SOL_TCP, Linux.TCP_NODELAY, 1) < 0 || tuning.connection(socket) < 0) {
            return LOCAL_RESOURCE;
        }
        if (sourceAddress != null) {
            final int bound = bindSource(socket, sourceAddress);
            if (bound < 0) {
                return bound == -Linux.EADDRNOTAVAIL || bound == -Linux.EADDRINUSE ? CONNECT_NO_PORT : LOCAL_RESOURCE;
            }
        }
        final int result = libc.connect(socket, address.address(), address.set(where));
        return result >= 0 ? CONNECT_DONE : connectOutcome(-result);
    }

    private int bindSource(int socket, InetSocketAddress sourceAddress) {
        if (sourceAddress.getPort() == 0) {
            // Bound without it, the port would be taken for every destination, and 28,000 were all there are.
            final int result = libc.setOption(socket, Linux.SOL_IP, Linux.IP_BIND_ADDRESS_NO_PORT, 1);
            if (result < 0) {
                return result;
            }
        } else {
            final int result = libc.setOption(socket, Linux.SOL_SOCKET, Linux.SO_REUSEADDR, 1);
            if (result < 0) {
                return result;
            }
        }
        return libc.bind(socket, address.address(), address.set(sourceAddress));
    }

    private static int connectOutcome(int errno) {
        return switch (errno) {
            case Linux.EINPROGRESS, Linux.EINTR -> CONNECT_PENDING;
            case Linux.ECONNREFUSED, Linux.ECONNRESET, Linux.ECONNABORTED, Linux.EPIPE -> CONNECT_REFUSED;
            case Linux.ETIMEDOUT -> CONNECT_TIMED_OUT;
            // EAGAIN stands for no local port too (connect(2)).
            case Linux.EADDRNOTAVAIL, Linux.EADDRINUSE, Linux.EAGAIN -> CONNECT_NO_PORT;
            case Linux.ENOBUFS, Linux.ENOMEM -> LOCAL_RESOURCE;
            case Linux.EBADF, Linux.EFAULT, Linux.ENOTSOCK -> throw defect("connect", errno);
            default -> CONNECT_UNREACHABLE;
        };
    }

    @Override
    public int finishConnect(int socket) {
        final int bits = sockets.bits(socket);
        if ((bits & SocketTable.CONNECTING) == 0) {
            final int outcome = sockets.connectOutcome(socket);
            return outcome < 0 ? outcome : CONNECT_DONE;
        }
        if ((bits & SocketTable.CONNECT_SEEN) == 0) {
            final int outcome = askOutcome(socket);
            if (outcome < 0) {
                sockets.failConnect(socket, outcome);
            }
            if (outcome != CONNECT_DONE) {
                return outcome;
            }
        }
        sockets.clear(socket, SocketTable.CONNECTING | SocketTable.CONNECT_SEEN);
        return CONNECT_DONE;
    }

    private int askOutcome(int socket) {
        final int error = get(socket, Linux.SOL_SOCKET, Linux.SO_ERROR);
        if (error != 0) {
            return connectOutcome(error);
        }
        // No error yet, or none at all: only a connected socket has a peer.
        address.expect();
        final int result = libc.getpeername(socket, address.address(), address.lengthAddress());
        return result < 0 ? CONNECT_PENDING : CONNECT_DONE;
    }

    @Override
    public void remoteAddress(int socket, MutableDirectBuffer buffer, int offset) {
        if (socket == acceptedSocket) {
            // As accept4 has told it. A peer that has reset the connection since has no name any more.
            acceptedAddress.copyTo(buffer, offset);
            return;
        }
        address.expect();
        if (libc.getpeername(socket, address.address(), address.lengthAddress()) < 0) {
            buffer.setMemory(offset, ADDRESS_LENGTH, (byte) 0);
        } else {
            address.copyTo(buffer, offset);
        }
    }

    @Override
    public int register(int socket, long token, int interest) {
        sockets.token(socket, token);
        sockets.interest(socket, interest);
        final int result = control(Linux.EPOLL_CTL_ADD, socket, eventsOf(interest));
        if (result < 0) {
            return LOCAL_RESOURCE;
        }
        sockets.set(socket, SocketTable.REGISTERED);
        return 0;
    }

    @Override
    public void setInterest(int socket, long token, int interest) {
        final int bits = sockets.bits(socket);
        if ((bits & SocketTable.REGISTERED) == 0) {
            throw new IllegalStateException("socket " + socket + " is not registered");
        }
        sockets.token(socket, token);
        if (SocketTable.interestOf(bits) != interest) {
            sockets.interest(socket, interest);
            rearm(socket, eventsOf(interest));
        }
    }

    /**
     * What the kernel is to watch for. It reports hang-ups and errors whatever it is asked: with no interest those would
     * end every poll at once, for as long as the socket is open. Edge-triggered they come once.
     */
    private static int eventsOf(int interest) {
        if (interest == 0) {
            return Linux.EPOLLET;
        }
        return ((interest & READABLE) != 0 ? Linux.EPOLLIN : 0) | ((interest & WRITABLE) != 0 ? Linux.EPOLLOUT : 0);
    }

    private void rearm(int socket, int eventBits) {
        final int result = control(Linux.EPOLL_CTL_MOD, socket, eventBits);
        if (result < 0) {
            throw defect("epoll_ctl", -result);
        }
    }

    private int control(int operation, int descriptor, int eventBits) {
        event.putInt(Linux.EVENT_EVENTS_OFFSET, eventBits);
        event.putLong(
                Linux.EVENT_DATA_OFFSET, ((long) sockets.incarnation(descriptor) << INCARNATION_SHIFT) | descriptor);
        return libc.epollControl(poller, operation, descriptor, event.addressOffset());
    }

    @Override
    public int read(int socket, MutableDirectBuffer buffer, int offset, int length) {
        return receive(socket, buffer, offset, length, 0);
    }

    int receive(int socket, MutableDirectBuffer buffer, int offset, int length, int flags) {
        if (isReset(socket)) {
            return RESET;
        }
        buffer.boundsCheck(offset, length);
        final int count = libc.recv(socket, buffer.addressOffset() + offset, length, flags);
        return count > 0 ? count : readOutcome(socket, count);
    }

    @Override
    public int write(int socket, DirectBuffer buffer, int offset, int length) {
        if (isReset(socket)) {
            return RESET;
        }
        buffer.boundsCheck(offset, length);
        final int count = libc.send(socket, buffer.addressOffset() + offset, length, Linux.MSG_NOSIGNAL);
        return count >= 0 ? count : writeOutcome(socket, count);
    }

    boolean isReset(int socket) {
        return sockets.is(socket, SocketTable.RESET);
    }

    /** What a read that moved nothing means; its result was 0, or minus errno. */
    int readOutcome(int socket, int result) {
        return result == 0 ? END_OF_STREAM : writeOutcome(socket, result);
    }

    /**
     * What a failed write means. Any error but a full buffer is the end of the connection, and latched: the kernel tells it
     * once, and the next read would give the 0 of a FIN.
     *
     * @param result minus errno.
     */
    int writeOutcome(int socket, int result) {
        switch (-result) {
            case Linux.EAGAIN, Linux.EINTR -> {
                return WOULD_BLOCK;
            }
            case Linux.EBADF, Linux.EFAULT, Linux.EINVAL, Linux.ENOTSOCK -> throw defect("socket " + socket, -result);
            default -> {
                sockets.set(socket, SocketTable.RESET);
                return RESET;
            }
        }
    }

    @Override
    public void shutdownOutput(int socket) {
        if (!isReset(socket) && libc.shutdown(socket, Linux.SHUT_WR) < 0) {
            sockets.set(socket, SocketTable.RESET);
        }
    }

    @Override
    public void reset(int socket) {
        // With a linger time of 0 the kernel drops what is unsent and sends RST.
        option.putInt(0, 1);
        option.putInt(Integer.BYTES, 0);
        libc.setsockopt(socket, Linux.SOL_SOCKET, Linux.SO_LINGER, option.addressOffset(), Linux.LINGER_LENGTH);
        close(socket);
    }

    @Override
    public void close(int socket) {
        if (!sockets.is(socket, SocketTable.OPEN)) {
            throw new IllegalStateException("socket " + socket + " is closed");
        }
        sockets.close(socket);
        if (socket == acceptedSocket) {
            acceptedSocket = NULL_SOCKET;
        }
        // Linux frees the descriptor, and takes it out of the poll, whatever close reports.
        libc.close(socket);
    }

    @Override
    public int poll(long timeoutNs, ReadinessHandler handler) throws IOException {
        final int count = timeoutNs <= 0
                ? libc.epollLook(poller, events.addressOffset(), EVENT_LIMIT)
                : libc.epollWait(poller, events.addressOffset(), EVENT_LIMIT, ceilMs(timeoutNs));
        if (count < 0) {
            if (-count == Linux.EINTR) {
                return 0;
            }
            throw new IOException("epoll_wait: " + Linux.describe(-count));
        }
        int readyCount = 0;
        for (int i = 0; i < count; i++) {
            readyCount += deliver(i * Linux.EVENT_LENGTH, handler);
        }
        return readyCount;
    }

    private static int ceilMs(long timeoutNs) {
        return (int) Math.min(Integer.MAX_VALUE, (timeoutNs - 1) / NS_PER_MS + 1);
    }

    /** Tell the handler of an event, if there is something to tell: 1, else 0. */
    private int deliver(int offset, ReadinessHandler handler) {
        final int eventBits = events.getInt(offset + Linux.EVENT_EVENTS_OFFSET);
        final long data = events.getLong(offset + Linux.EVENT_DATA_OFFSET);
        final int descriptor = (int) data;
        if (descriptor == waker.descriptor()) {
            waker.reset(libc);
            return 0;
        }
        final int bits = sockets.bits(descriptor);
        if (sockets.incarnation(descriptor) != (int) (data >>> INCARNATION_SHIFT)) {
            return 0;
        }
        int readiness =
                ((eventBits & Linux.EPOLLIN) != 0 ? READABLE : 0) | ((eventBits & Linux.EPOLLOUT) != 0 ? WRITABLE : 0);
        // An earlier event of the same batch may have ended the interest.
        readiness &= SocketTable.interestOf(bits);
        if ((eventBits & (Linux.EPOLLERR | Linux.EPOLLHUP)) != 0) {
            readiness |= failure(descriptor, bits, readiness);
        } else if ((bits & SocketTable.CONNECTING) != 0 && (eventBits & Linux.EPOLLOUT) != 0) {
            sockets.set(descriptor, SocketTable.CONNECT_SEEN);
        }
        if (readiness == 0) {
            return 0;
        }
        handler.onReady(sockets.token(descriptor), readiness);
        return 1;
    }

    private int failure(int descriptor, int bits, int readiness) {
        if ((bits & SocketTable.FAILURE_TOLD) == 0) {
            sockets.set(descriptor, SocketTable.FAILURE_TOLD);
            return FAILED;
        }
        if (readiness == 0 && SocketTable.interestOf(bits) != 0) {
            // It was told, and there is nothing else to tell: what is left of the interest must not keep polls awake.
            rearm(descriptor, eventsOf(SocketTable.interestOf(bits)) | Linux.EPOLLET);
        }
        return 0;
    }

    @Override
    public void wakeup() {
        waker.wake();
    }

    @Override
    public Pipes pipes() {
        return pipes;
    }

    @Override
    public TcpInfo tcpInfo(int socket) {
        return tcpInfo.read(socket);
    }

    @Override
    public int openSockets() {
        return sockets.openCount();
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        for (int descriptor = 0; descriptor < sockets.limit(); descriptor++) {
            if (sockets.is(descriptor, SocketTable.OPEN)) {
                close(descriptor);
            }
        }
        if (pipes != null) {
            pipes.closeAll();
        }
        waker.close();
        libc.close(poller);
    }

    private int get(int socket, int level, int name) {
        option.putInt(0, 0);
        option.putInt(Long.BYTES, Integer.BYTES);
        final int result =
                libc.getsockopt(socket, level, name, option.addressOffset(), option.addressOffset() + Long.BYTES);
        if (result < 0) {
            throw defect("getsockopt", -result);
        }
        return option.getInt(0);
    }

    /** No peer can bring this about: a handle was used after it was closed, or its number is wrong. */
    private static IllegalStateException defect(String call, int errno) {
        return new IllegalStateException(call + ": " + Linux.describe(errno));
    }
}
