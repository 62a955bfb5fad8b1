package io.fairlead.bench.experiment;

import io.fairlead.bench.experiment.Foreign.Conduct;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * The C library's functions that both forwarders need. Each gives what the kernel gave: a result from 0 on, or the negated
 * {@code errno}. Addresses are those of direct memory. <b>Owned by one thread</b> at a time, as {@code errno} is.
 */
final class Libc {
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EBUSY = 16;
    static final int ECONNABORTED = 103;
    static final int ENOBUFS = 105;
    static final int EINPROGRESS = 115;
    static final int ECANCELED = 125;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_WAITALL = 0x100;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int SHUT_WR = 1;
    static final int MAP_SHARED = 0x01;
    static final int MAP_PRIVATE = 0x02;
    static final int MAP_ANONYMOUS = 0x20;
    static final int MAP_NORESERVE = 0x4000;
    static final int MAP_POPULATE = 0x8000;

    private static final int PROT_READ_WRITE = 3;
    private static final int NO_VARIABLE = -1;
    private static final Class<?> I = int.class;
    private static final Class<?> L = long.class;
    private static final Foreign FOREIGN = new Foreign();
    private static final MethodHandle SOCKET = critical("socket", I, I, I, I);
    private static final MethodHandle BIND = critical("bind", I, I, L, I);
    private static final MethodHandle LISTEN = critical("listen", I, I, I);
    private static final MethodHandle GETSOCKNAME = critical("getsockname", I, I, L, L);
    private static final MethodHandle SETSOCKOPT = critical("setsockopt", I, I, I, I, L, I);
    private static final MethodHandle GETSOCKOPT = critical("getsockopt", I, I, I, I, L, L);
    private static final MethodHandle ACCEPT4 = critical("accept4", I, I, L, L, I);
    private static final MethodHandle CONNECT = critical("connect", I, I, L, I);
    private static final MethodHandle RECV = critical("recv", L, I, L, L, I);
    private static final MethodHandle SEND = critical("send", L, I, L, L, I);
    private static final MethodHandle SHUTDOWN = critical("shutdown", I, I, I);
    private static final MethodHandle CLOSE = critical("close", I, I);
    private static final MethodHandle EPOLL_CREATE1 = critical("epoll_create1", I, I);
    private static final MethodHandle EPOLL_CTL = critical("epoll_ctl", I, I, I, I, L);
    private static final MethodHandle EPOLL_WAIT =
            FOREIGN.bind("epoll_wait", Conduct.BLOCKING, NO_VARIABLE, I, I, L, I, I);
    private static final MethodHandle MMAP = critical("mmap", L, L, L, I, I, I, L);
    private static final MethodHandle MUNMAP = critical("munmap", I, L, L);
    private static final MethodHandle SYSCALL = FOREIGN.bind("syscall", Conduct.BLOCKING, 1, L, L, L, L, L, L, L, L);

    private final ByteBuffer errno = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
    private final Object errnoSegment = Foreign.segment(errno);

    int socket(int domain, int type) {
        try {
            return result((int) SOCKET.invokeExact(errnoSegment, domain, type, 0));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int bind(int socket, long address, int length) {
        try {
            return result((int) BIND.invokeExact(errnoSegment, socket, address, length));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int listen(int socket, int backlog) {
        try {
            return result((int) LISTEN.invokeExact(errnoSegment, socket, backlog));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int localAddress(int socket, long address, long lengthAddress) {
        try {
            return result((int) GETSOCKNAME.invokeExact(errnoSegment, socket, address, lengthAddress));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int setOption(int socket, int level, int option, long address, int length) {
        try {
            return result((int) SETSOCKOPT.invokeExact(errnoSegment, socket, level, option, address, length));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int option(int socket, int level, int option, long address, long lengthAddress) {
        try {
            return result((int) GETSOCKOPT.invokeExact(errnoSegment, socket, level, option, address, lengthAddress));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int accept(int listener, int flags) {
        try {
            return result((int) ACCEPT4.invokeExact(errnoSegment, listener, 0L, 0L, flags));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int connect(int socket, long address, int length) {
        try {
            return result((int) CONNECT.invokeExact(errnoSegment, socket, address, length));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int receive(int socket, long address, int length) {
        try {
            return result((long) RECV.invokeExact(errnoSegment, socket, address, (long) length, MSG_DONTWAIT));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int send(int socket, long address, int length) {
        try {
            return result(
                    (long) SEND.invokeExact(errnoSegment, socket, address, (long) length, MSG_DONTWAIT | MSG_NOSIGNAL));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int shutdown(int socket, int how) {
        try {
            return result((int) SHUTDOWN.invokeExact(errnoSegment, socket, how));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int close(int descriptor) {
        try {
            return result((int) CLOSE.invokeExact(errnoSegment, descriptor));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int epollCreate() {
        try {
            return result((int) EPOLL_CREATE1.invokeExact(errnoSegment, 0));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int epollControl(int poller, int operation, int descriptor, long eventAddress) {
        try {
            return result((int) EPOLL_CTL.invokeExact(errnoSegment, poller, operation, descriptor, eventAddress));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    /** Wait for events, as long as it takes. */
    int epollWait(int poller, long eventsAddress, int limit) {
        try {
            return result((int) EPOLL_WAIT.invokeExact(errnoSegment, poller, eventsAddress, limit, -1));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    /** Map memory; unlike the others it throws, since nothing goes on without. */
    long map(long length, int flags, int descriptor, long offset) {
        try {
            final long address =
                    (long) MMAP.invokeExact(errnoSegment, 0L, length, PROT_READ_WRITE, flags, descriptor, offset);
            require("mmap", address == -1 ? -errno.getInt(0) : 0);
            return address;
        } catch (final RuntimeException e) {
            throw e;
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    int unmap(long address, long length) {
        try {
            return result((int) MUNMAP.invokeExact(errnoSegment, address, length));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    /** A system call without a function of its own; it may wait. */
    int call(long number, long a, long b, long c, long d) {
        try {
            return result((long) SYSCALL.invokeExact(errnoSegment, number, a, b, c, d, 0L, 0L));
        } catch (final Throwable e) {
            throw broken(e);
        }
    }

    /**
     * What cannot fail, or ends the experiment.
     *
     * @return the result.
     */
    static int require(String what, int result) {
        if (result < 0) {
            throw new IllegalStateException(String.format(Locale.ROOT, "%s failed with errno %d", what, -result));
        }
        return result;
    }

    private int result(long result) {
        return result >= 0 ? (int) result : -errno.getInt(0);
    }

    private static MethodHandle critical(String function, Class<?> result, Class<?>... parameters) {
        return FOREIGN.bind(function, Conduct.CRITICAL, NO_VARIABLE, result, parameters);
    }

    private static LinkageError broken(Throwable e) {
        return new LinkageError("a call of the C library", e);
    }
}
