package io.fairlead.core.transport.epoll;

import java.util.function.IntSupplier;

/**
 * Finds out at the start, and not with the first client, whether a kernel or a sandbox forbids a call: each is made with a
 * descriptor that cannot be, or, as {@code pipe2} has none, with an address that cannot. Where it is allowed the kernel says so ({@code EBADF},
 * {@code EFAULT}); where it is not, a filter answers
 * before the kernel has looked at its arguments.
 *
 * <p><b>Owned by the loop thread</b>, or by whoever hands the transport over to it.
 */
final class Probe {
    private static final int NO_DESCRIPTOR = -1;

    private final Libc libc;

    Probe(Libc libc) {
        this.libc = libc;
    }

    /** The first call that is needed and forbidden, and the answer; null if all are allowed. */
    String whyForbidden() {
        final long nowhere = 0;
        String why = refusal("accept4", () -> libc.accept4(NO_DESCRIPTOR, nowhere, nowhere, Linux.SOCK_NONBLOCK));
        why = why != null ? why : refusal("bind", () -> libc.bind(NO_DESCRIPTOR, nowhere, 0));
        why = why != null ? why : refusal("listen", () -> libc.listen(NO_DESCRIPTOR, 1));
        why = why != null ? why : refusal("connect", () -> libc.connect(NO_DESCRIPTOR, nowhere, 0));
        why = why != null ? why : refusal("recvfrom", () -> libc.probeRecv(NO_DESCRIPTOR));
        why = why != null ? why : refusal("sendto", () -> libc.probeSend(NO_DESCRIPTOR));
        why = why != null ? why : refusal("shutdown", () -> libc.shutdown(NO_DESCRIPTOR, Linux.SHUT_WR));
        why = why != null ? why : refusal("getsockname", () -> libc.getsockname(NO_DESCRIPTOR, nowhere, nowhere));
        why = why != null ? why : refusal("getpeername", () -> libc.getpeername(NO_DESCRIPTOR, nowhere, nowhere));
        why = why != null
                ? why
                : refusal(
                        "getsockopt",
                        () -> libc.getsockopt(NO_DESCRIPTOR, Linux.SOL_SOCKET, Linux.SO_ERROR, nowhere, nowhere));
        why = why != null
                ? why
                : refusal(
                        "setsockopt",
                        () -> libc.setsockopt(NO_DESCRIPTOR, Linux.SOL_TCP, Linux.TCP_NODELAY, nowhere, 0));
        why = why != null ? why : refusal("epoll_wait", () -> libc.epollLook(NO_DESCRIPTOR, nowhere, 1));
        return why;
    }

    /** The first call that splicing needs and that is forbidden, and the answer; null if all are allowed. */
    String whySpliceForbidden() {
        final String why = refusal("splice", () -> libc.probeSplice(NO_DESCRIPTOR));
        return why != null ? why : refusal("pipe2", () -> libc.pipe2(0, Linux.O_NONBLOCK | Linux.O_CLOEXEC));
    }

    private static String refusal(String call, IntSupplier attempt) {
        final int errno = -attempt.getAsInt();
        return switch (errno) {
            case Linux.EPERM, Linux.EACCES, Linux.ENOSYS -> call + ": " + Linux.describe(errno);
            default -> null;
        };
    }
}
