package io.fairlead.core.transport.epoll;

import static io.fairlead.core.transport.epoll.NativeBinder.Duration.BLOCKING;
import static io.fairlead.core.transport.epoll.NativeBinder.Duration.BRIEF;

import java.lang.invoke.MethodHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The calls into the C library, one method each. What comes back is the function's result, or minus {@code errno} where
 * that says it failed, as the kernel itself does it. Addresses are absolute; the caller keeps the memory alive.
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
            BINDER.bind("recv", BRIEF, long.class, int.class, long.class, long.class, int.class);
    private static final MethodHandle SEND =
            BINDER.bind("send", BRIEF, long.class, int.class, long.class, long.class, int.class);
    private static final MethodHandle SHUTDOWN = BINDER.bind("shutdown", BRIEF, int.class, int.class, int.class);
    private static final MethodHandle CLOSE = BINDER.bind("close", BRIEF, int.class, int.class);
    private static final MethodHandle READ = BINDER.bind("read", BRIEF, long.class, int.class, long.class, long.class);
    private static final MethodHandle WRITE =
            BINDER.bind("write", BRIEF, long.class, int.class, long.class, long.class);
    private static final MethodHandle EVENTFD = BINDER.bind("eventfd", BRIEF, int.class, int.class, int.class);
    private static final MethodHandle EPOLL_CREATE1 = BINDER.bind("epoll_create1", BRIEF, int.class, int.class);
    private static final MethodHandle EPOLL_CTL =
            BINDER.bind("epoll_ctl", BRIEF, int.class, int.class, int.class, int.class, long.class);
    private static final MethodHandle EPOLL_LOOK =
            BINDER.bind("epoll_wait", BRIEF, int.class, int.class, long.class, int.class, int.class);
    private static final MethodHandle EPOLL_WAIT =
            BINDER.bind("epoll_wait", BLOCKING, int.class, int.class, long.class, int.class, int.class);
    private static final MethodHandle PIPE2 = BINDER.bind("pipe2", BRIEF, int.class, long.class, int.class);
    private static final MethodHandle FCNTL =
            BINDER.bindVariadic("fcntl", 2, int.class, int.class, int.class, int.class);
    private static final MethodHandle SPLICE = BINDER.bind(
            "splice", BRIEF, long.class, int.class, long.class, int.class, long.class, long.class, int.class);

    private final Object errnoSegment = BINDER.newErrnoSegment();
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

    int recv(int descriptor, long address, int length, int flags) {
        try {
            return result((long) RECV.invokeExact(errnoSegment, descriptor, address, (long) length, flags));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int send(int descriptor, long address, int length, int flags) {
        try {
            return result((long) SEND.invokeExact(errnoSegment, descriptor, address, (long) length, flags));
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
            return result((int) EPOLL_CTL.invokeExact(errnoSegment, poller, operation, descriptor, event));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    /** {@code epoll_wait} with a time-out of 0. */
    int epollLook(int poller, long events, int limit) {
        try {
            return result((int) EPOLL_LOOK.invokeExact(errnoSegment, poller, events, limit, 0));
        } catch (final Throwable e) {
            throw defect(e);
        }
    }

    int epollWait(int poller, long events, int limit, int timeoutMs) {
        try {
            return result((int) EPOLL_WAIT.invokeExact(errnoSegment, poller, events, limit, timeoutMs));
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

    /** {@code splice} without offsets: one of the two descriptors is a pipe, the other a socket. */
    int splice(int from, int to, int length, int flags) {
        try {
            return result((long) SPLICE.invokeExact(errnoSegment, from, 0L, to, 0L, (long) length, flags));
        } catch (final Throwable e) {
            throw defect(e);
        }
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
