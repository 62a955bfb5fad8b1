package io.fairlead.core.transport.epoll;

import java.util.Objects;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

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
        return first(
                refusal("accept4", () -> libc.accept4(NO_DESCRIPTOR, nowhere, nowhere, Linux.SOCK_NONBLOCK)),
                refusal("bind", () -> libc.bind(NO_DESCRIPTOR, nowhere, 0)),
                refusal("listen", () -> libc.listen(NO_DESCRIPTOR, 1)),
                refusal("connect", () -> libc.connect(NO_DESCRIPTOR, nowhere, 0)),
                refusal("recvfrom", () -> libc.probeRecv(NO_DESCRIPTOR)),
                refusal("sendto", () -> libc.probeSend(NO_DESCRIPTOR)),
                refusal("shutdown", () -> libc.shutdown(NO_DESCRIPTOR, Linux.SHUT_WR)),
                refusal("getsockname", () -> libc.getsockname(NO_DESCRIPTOR, nowhere, nowhere)),
                refusal("getpeername", () -> libc.getpeername(NO_DESCRIPTOR, nowhere, nowhere)),
                refusal(
                        "getsockopt",
                        () -> libc.getsockopt(NO_DESCRIPTOR, Linux.SOL_SOCKET, Linux.SO_ERROR, nowhere, nowhere)),
                refusal(
                        "setsockopt",
                        () -> libc.setsockopt(NO_DESCRIPTOR, Linux.SOL_TCP, Linux.TCP_NODELAY, nowhere, 0)),
                refusal("epoll_wait", () -> libc.epollLook(NO_DESCRIPTOR, nowhere, 1)));
    }

    /** The first call that splicing needs and that is forbidden, and the answer; null if all are allowed. */
    String whySpliceForbidden() {
        return first(
                refusal("splice", () -> libc.probeSplice(NO_DESCRIPTOR)),
                refusal("pipe2", () -> libc.pipe2(0, Linux.O_NONBLOCK | Linux.O_CLOEXEC)));
    }

    private static String first(String... refusals) {
        return Stream.of(refusals).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private static String refusal(String call, IntSupplier attempt) {
        final int errno = -attempt.getAsInt();
        return switch (errno) {
            case Linux.EPERM, Linux.EACCES, Linux.ENOSYS -> call + ": " + Linux.describe(errno);
            default -> null;
        };
    }
}
