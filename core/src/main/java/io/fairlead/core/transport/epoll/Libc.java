package io.fairlead.core.transport.epoll;

import static io.fairlead.core.transport.epoll.NativeBinder.Duration.BLOCKING;
import static io.fairlead.core.transport.epoll.NativeBinder.Duration.BRIEF;

import java.lang.invoke.MethodHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The calls into the C library, one method each. What comes back is the function's result, or minus {@code errno} where
 * that says it failed, as the kernel itself does it. Addresses are absolute; the caller keeps the memory alive.
 *
 * <p>The calls of the byte path are bound without {@code errno}, as taking it allocates until the JIT compiler has inlined the
 * call whole; why they failed is asked for afterwards.
 *
 * <p><b>For one thread at a time</b>: an instance has the one place where {@code errno} is left. The class cannot be
 * initialised before JDK 22.
 */
final class Libc {
    private static final NativeBinder BINDER = new NativeBinder();

    private static final MethodHandle SOCKET = BINDER.bind("socket", BRIEF, int.class, int.class, int.class, int.class);
    private static final MethodHandle BIND = BINDER.bind("bind", BRIEF, int.class, int.class, long.class, int.class);
    private static final MethodHandle LISTEN = BINDER.bind("listen", BRIEF, int.class, int.class, int.class);
    private static final MethodHandle ACCEPT4 =
            BINDER.bind("accept4", BRIEF, int.class, int.class, long.class, long.class, int.class);
    private static final MethodHandle CONNECT =
            BINDER.bind("connect", BRIEF, int.class, int.class, long.class, int.class);
    private static final MethodHandle GETSOCKNAME =
            BINDER.bind("getsockname", BRIEF, int.class, int.class, long.class, long.class);
    private static final MethodHandle GETPEERNAME =
            BINDER.bind("getpeername", BRIEF, int.class, int.class, long.class, long.class);
    private static final MethodHandle GETSOCKOPT =
            BINDER.bind("getsockopt", BRIEF, int.class, int.class, int.class, int.class, long.class, long.class);
    private static final MethodHandle SETSOCKOPT =
            BINDER.bind("setsockopt", BRIEF, int.class, int.class, int.class, int.class, long.class, int.class);
    private static final MethodHandle RECV =
            BINDER.bindWithoutErrno("recv", BRIEF, long.class, int.class, long.class, long.class, int.class);
    private static final MethodHandle SEND =
            BINDER.bindWithoutErrno("send", BRIEF, long.class, int.class, long.class, long.class, int.class);
    private static final MethodHandle SHUTDOWN = BINDER.bind("shutdown", BRIEF, int.class, int.class, int.class);
    private static final MethodHandle CLOSE = BINDER.bind("close", BRIEF, int.class, int.class);
    private static final MethodHandle READ = BINDER.bind("read", BRIEF, long.class, int.class, long.class, long.class);
    private static final MethodHandle WRITE =
            BINDER.bind("write", BRIEF, long.class, int.class, long.class, long.class);
    private static final MethodHandle EVENTFD = BINDER.bind("eventfd", BRIEF, int.class, int.class, int.class);
    private static final MethodHandle EPOLL_CREATE1 = BINDER.bind("epoll_create1", BRIEF, int.class, int.class);
    private static final MethodHandle EPOLL_CTL =
            BINDER.bindWithoutErrno("epoll_ctl", BRIEF, int.class, int.class, int.class, int.class, long.class);
    private static final MethodHandle EPOLL_LOOK =
            BINDER.bindWithoutErrno("epoll_wait", BRIEF, int.class, int.class, long.class, int.class, int.class);
    private static final MethodHandle EPOLL_WAIT =
            BINDER.bindWithoutErrno("epoll_wait", BLOCKING, int.class, int.class, long.class, int.class, int.class);
    private static final MethodHandle EPOLL_CTL_ERRNO =
            BINDER.bind("epoll_ctl", BRIEF, int.class, int.class, int.class, int.class, long.class);
    private static final MethodHandle EPOLL_WAIT_ERRNO =
            BINDER.bind("epoll_wait", BRIEF, int.class, int.class, long.class, int.class, int.class);
    private static final MethodHandle PIPE2 = BINDER.bind("pipe2", BRIEF, int.class, long.class, int.class);
    private static final MethodHandle FCNTL =
            BINDER.bindVariadic("fcntl", 2, int.class, int.class, int.class, int.class);
    private static final MethodHandle SPLICE = BINDER.bindWithoutErrno(
            "splice", BRIEF, long.class, int.class, long.class, int.class, long.class, long.class, int.class);

    private final Object errnoSegment = BINDER.newErrnoSegment();
    private final SocketAddress peer = new SocketAddress();
    private final UnsafeBuffer option = DirectMemory.allocate(Integer.BYTES);
    private final UnsafeBuffer errno = new UnsafeBuffer(BINDER.errnoAddress(errnoSegment), Integer.BYTES);

    int socket(int family, int type) {
        try {
            return result((int) SOCKET.invokeExact(errnoSegment, family, type, 0));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int bind(int descriptor, long address, int addressLength) {
        try {
            return result((int) BIND.invokeExact(errnoSegment, descriptor, address, addressLength));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int listen(int descriptor, int backlogLength) {
        try {
            return result((int) LISTEN.invokeExact(errnoSegment, descriptor, backlogLength));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int accept4(int descriptor, long address, long addressLengthAddress, int flags) {
        try {
            return result((int) ACCEPT4.invokeExact(errnoSegment, descriptor, address, addressLengthAddress, flags));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int connect(int descriptor, long address, int addressLength) {
        try {
            return result((int) CONNECT.invokeExact(errnoSegment, descriptor, address, addressLength));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int getsockname(int descriptor, long address, long addressLengthAddress) {
        try {
            return result((int) GETSOCKNAME.invokeExact(errnoSegment, descriptor, address, addressLengthAddress));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int getpeername(int descriptor, long address, long addressLengthAddress) {
        try {
            return result((int) GETPEERNAME.invokeExact(errnoSegment, descriptor, address, addressLengthAddress));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int getsockopt(int descriptor, int level, int name, long value, long valueLengthAddress) {
        try {
            return result(
                    (int) GETSOCKOPT.invokeExact(errnoSegment, descriptor, level, name, value, valueLengthAddress));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int setsockopt(int descriptor, int level, int name, long value, int valueLength) {
        try {
            return result((int) SETSOCKOPT.invokeExact(errnoSegment, descriptor, level, name, value, valueLength));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    /** {@code setsockopt} with a value of four bytes, as most have it. */
    int setOption(int descriptor, int level, int name, int value) {
        option.putInt(0, value);
        return setsockopt(descriptor, level, name, option.addressOffset(), Integer.BYTES);
    }

    int recv(int descriptor, long address, int length, int flags) {
        try {
            final long count = (long) RECV.invokeExact(descriptor, address, (long) length, flags);
            return count >= 0 ? (int) count : whyNothingMoved(descriptor);
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int send(int descriptor, long address, int length, int flags) {
        try {
            final long count = (long) SEND.invokeExact(descriptor, address, (long) length, flags);
            return count >= 0 ? (int) count : whyNothingMoved(descriptor);
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int shutdown(int descriptor, int how) {
        try {
            return result((int) SHUTDOWN.invokeExact(errnoSegment, descriptor, how));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int close(int descriptor) {
        try {
            return result((int) CLOSE.invokeExact(errnoSegment, descriptor));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int read(int descriptor, long address, int length) {
        try {
            return result((long) READ.invokeExact(errnoSegment, descriptor, address, (long) length));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int write(int descriptor, long address, int length) {
        try {
            return result((long) WRITE.invokeExact(errnoSegment, descriptor, address, (long) length));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int eventfd(int count, int flags) {
        try {
            return result((int) EVENTFD.invokeExact(errnoSegment, count, flags));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int epollCreate(int flags) {
        try {
            return result((int) EPOLL_CREATE1.invokeExact(errnoSegment, flags));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int epollControl(int poller, int operation, int descriptor, long event) {
        try {
            final int result = (int) EPOLL_CTL.invokeExact(poller, operation, descriptor, event);
            return result >= 0
                    ? result
                    : result((int) EPOLL_CTL_ERRNO.invokeExact(errnoSegment, poller, operation, descriptor, event));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    /** {@code epoll_wait} with a time-out of 0. */
    int epollLook(int poller, long events, int limit) {
        try {
            final int count = (int) EPOLL_LOOK.invokeExact(poller, events, limit, 0);
            return count >= 0 ? count : lookAgain(poller, events, limit);
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int epollWait(int poller, long events, int limit, int timeoutMs) {
        try {
            final int count = (int) EPOLL_WAIT.invokeExact(poller, events, limit, timeoutMs);
            return count >= 0 ? count : lookAgain(poller, events, limit);
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int pipe2(long descriptors, int flags) {
        try {
            return result((int) PIPE2.invokeExact(errnoSegment, descriptors, flags));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int fcntl(int descriptor, int command, int argument) {
        try {
            return result((int) FCNTL.invokeExact(errnoSegment, descriptor, command, argument));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    /** {@code splice} from a socket into a pipe. */
    int spliceFrom(int socket, int inlet, int length, int flags) {
        try {
            final long count = (long) SPLICE.invokeExact(socket, 0L, inlet, 0L, (long) length, flags);
            return count >= 0 ? (int) count : whyNothingMoved(socket);
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    /** {@code splice} out of a pipe to a socket. */
    int spliceTo(int outlet, int socket, int length, int flags) {
        try {
            final long count = (long) SPLICE.invokeExact(outlet, 0L, socket, 0L, (long) length, flags);
            return count >= 0 ? (int) count : whyNothingMoved(socket);
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    /** {@code recv} of nothing, to see whether it is forbidden: the one that moves bytes leaves no errno. */
    int probeRecv(int descriptor) {
        return probe(BINDER.bind("recv", BRIEF, long.class, int.class, long.class, long.class, int.class), descriptor);
    }

    /** {@code send} of nothing, in the same way. */
    int probeSend(int descriptor) {
        return probe(BINDER.bind("send", BRIEF, long.class, int.class, long.class, long.class, int.class), descriptor);
    }

    private int probe(MethodHandle handle, int descriptor) {
        try {
            return result((long) handle.invokeExact(errnoSegment, descriptor, 0L, 0L, Linux.MSG_NOSIGNAL));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    /** {@code splice} between descriptors that are none, in the same way. */
    int probeSplice(int descriptor) {
        final MethodHandle handle = BINDER.bind(
                "splice", BRIEF, long.class, int.class, long.class, int.class, long.class, long.class, int.class);
        try {
            return result((long) handle.invokeExact(errnoSegment, descriptor, 0L, descriptor, 0L, 1L, 0));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    /**
     * Why a call on a connection failed that leaves no errno: either it has to wait, or the connection is no more. The kernel
     * tells an error once, but who has no peer any longer (ENOTCONN) was reset, or has timed out.
     */
    private int whyNothingMoved(int socket) {
        peer.expect();
        final int result = getpeername(socket, peer.address(), peer.lengthAddress());
        if (result >= 0) {
            return -Linux.EAGAIN;
        }
        return result == -Linux.ENOTCONN ? -Linux.ECONNRESET : result;
    }

    /** A wait failed, and left no errno: a signal may have ended it, and what is ready is so still. */
    private int lookAgain(int poller, long events, int limit) throws Throwable {
        return result((int) EPOLL_WAIT_ERRNO.invokeExact(errnoSegment, poller, events, limit, 0));
    }

    private int result(int result) {
        return result >= 0 ? result : -errno.getInt(0);
    }

    /** No length handed in here is above an int's, hence no result is. */
    private int result(long result) {
        return result >= 0 ? (int) result : -errno.getInt(0);
    }

    /** The handles throw nothing but what the JVM itself has to say. */
    private static RuntimeException defect(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e);
    }
}
