package io.fairlead.core.transport.epoll;

import java.nio.ByteOrder;
import java.util.Locale;

/**
 * Numbers and layouts of Linux's system call interface, from its headers ({@code include/uapi}). Those here are the same
 * on x86-64 and aarch64, but for {@code struct epoll_event}. <b>Immutable.</b>
 */
final class Linux {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_STREAM = 1;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int O_NONBLOCK = SOCK_NONBLOCK;
    static final int O_CLOEXEC = SOCK_CLOEXEC;

    static final int SOL_IP = 0;
    static final int SOL_SOCKET = 1;
    static final int SOL_TCP = 6;
    static final int SOL_IPV6 = 41;
    static final int SO_REUSEADDR = 2;
    static final int SO_ERROR = 4;
    static final int SO_LINGER = 13;
    static final int SO_REUSEPORT = 15;
    static final int SO_ATTACH_REUSEPORT_CBPF = 51;
    static final int IP_BIND_ADDRESS_NO_PORT = 24;
    static final int IPV6_V6ONLY = 26;
    static final int TCP_NODELAY = 1;
    static final int TCP_DEFER_ACCEPT = 9;
    static final int TCP_INFO = 11;
    static final int TCP_USER_TIMEOUT = 18;
    static final int TCP_NOTSENT_LOWAT = 25;

    static final int MSG_PEEK = 2;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int SHUT_WR = 1;

    static final int EPOLL_CLOEXEC = O_CLOEXEC;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_MOD = 3;
    static final int EPOLLIN = 1;
    static final int EPOLLOUT = 4;
    static final int EPOLLERR = 8;
    static final int EPOLLHUP = 16;
    static final int EPOLLET = 1 << 31;

    static final int EFD_NONBLOCK = O_NONBLOCK;
    static final int EFD_CLOEXEC = O_CLOEXEC;
    static final int F_SETPIPE_SZ = 1031;
    static final int F_GETPIPE_SZ = 1032;
    static final int SPLICE_F_MOVE = 1;
    static final int SPLICE_F_NONBLOCK = 2;

    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int EBADF = 9;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EFAULT = 14;
    static final int EINVAL = 22;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int EPIPE = 32;
    static final int ENOSYS = 38;
    static final int EPROTO = 71;
    static final int ENOTSOCK = 88;
    static final int ENOPROTOOPT = 92;
    static final int EOPNOTSUPP = 95;
    static final int EAFNOSUPPORT = 97;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETDOWN = 100;
    static final int ENETUNREACH = 101;
    static final int ECONNABORTED = 103;
    static final int ECONNRESET = 104;
    static final int ENOBUFS = 105;
    static final int ENOTCONN = 107;
    static final int ETIMEDOUT = 110;
    static final int ECONNREFUSED = 111;
    static final int EHOSTDOWN = 112;
    static final int EHOSTUNREACH = 113;
    static final int EINPROGRESS = 115;

    /**
     * <pre>
     * struct epoll_event { uint32_t events; uint64_t data; }
     * </pre>
     *
     * packed on x86-64, so that 32-bit programs see the same layout, and aligned everywhere else.
     */
    static final int EVENT_EVENTS_OFFSET = 0;

    static final int EVENT_DATA_OFFSET = isX86() ? 4 : 8;
    static final int EVENT_LENGTH = EVENT_DATA_OFFSET + Long.BYTES;

    /**
     * <pre>
     * struct linger { int l_onoff; int l_linger; }
     * </pre>
     */
    static final int LINGER_LENGTH = 2 * Integer.BYTES;

    private static final int NONE = 0;

    private Linux() {}

    /** Why this is no machine whose numbers stand above, or null. */
    static String whyForeign() {
        final String system = System.getProperty("os.name", "");
        if (!system.equals("Linux")) {
            return "epoll needs Linux, this is " + system;
        }
        if (!isX86() && !architecture().equals("aarch64")) {
            return "epoll needs x86-64 or aarch64, this is " + architecture();
        }
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            return "epoll needs a little-endian machine";
        }
        return null;
    }

    /** What an errno says, for those a user can do something about. */
    static String describe(int errno) {
        return switch (errno) {
            case NONE -> "no error";
            case EPERM -> "Operation not permitted";
            case ENOMEM -> "Cannot allocate memory";
            case EACCES -> "Permission denied";
            case EINVAL -> "Invalid argument";
            case ENFILE -> "Too many open files in system";
            case EMFILE -> "Too many open files";
            case ENOSYS -> "Function not implemented";
            case ENOPROTOOPT -> "Protocol not available";
            case EAFNOSUPPORT -> "Address family not supported by protocol";
            case EADDRINUSE -> "Address already in use";
            case EADDRNOTAVAIL -> "Cannot assign requested address";
            case ENOBUFS -> "No buffer space available";
            default -> "errno " + errno;
        };
    }

    private static boolean isX86() {
        return architecture().equals("amd64") || architecture().equals("x86_64");
    }

    private static String architecture() {
        return System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    }
}
