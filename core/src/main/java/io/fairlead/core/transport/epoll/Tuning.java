package io.fairlead.core.transport.epoll;

import io.fairlead.core.transport.SocketOptions;

/**
 * Sets the {@link SocketOptions} of a transport on its sockets. What is accepted inherits those of its listener, which saves a
 * system call for each.
 *
 * <p>Each method gives a result in the kernel's manner: minus {@code errno} where it failed.
 *
 * <p><b>Owned by the loop thread.</b> Nothing is allocated but for a listener.
 */
final class Tuning {
    private final Libc libc;
    private final SocketOptions options;

    Tuning(Libc libc, SocketOptions options) {
        this.libc = libc;
        this.options = options;
    }

    /**
     * Find out at the start whether the kernel, or what plays its part, knows the options: later each connect would fail.
     *
     * @return the option that it does not know and what it says, or null. Also null when no socket can be had: the
     *     listener will say why.
     */
    String whyRefused() {
        final int socket = libc.socket(Linux.AF_INET, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC);
        if (socket < 0) {
            return null;
        }
        try {
            String why = refusal("TCP_USER_TIMEOUT", setUserTimeout(socket));
            why = why != null ? why : refusal("TCP_NOTSENT_LOWAT", setNotSentLowWater(socket));
            why = why != null ? why : refusal("TCP_DEFER_ACCEPT", setDeferAccept(socket));
            return why != null ? why : refusal("SO_REUSEPORT", setReusePort(socket));
        } finally {
            libc.close(socket);
        }
    }

    private static String refusal(String option, int result) {
        return result < 0 ? option + ": " + Linux.describe(-result) : null;
    }

    /** Before it is bound. */
    int beforeBind(int listener) {
        int result = connection(listener);
        if (result >= 0) {
            result = setDeferAccept(listener);
        }
        return result < 0 ? result : setReusePort(listener);
    }

    /**
     * Once it listens. Only now is it a member of its group, and the program is the group's: each member attaches the same
     * one, so that the first to start and the last to be restarted both find it there.
     */
    int afterListen(int listener) {
        final SocketOptions.Steering steering = options.steering();
        return steering == null ? 0 : SteeringProgram.of(steering).attachTo(listener, libc);
    }

    /** A socket that is to connect, or a listener: what it accepts inherits this. */
    int connection(int socket) {
        final int result = setUserTimeout(socket);
        return result < 0 ? result : setNotSentLowWater(socket);
    }

    private int setUserTimeout(int socket) {
        return set(socket, Linux.SOL_TCP, Linux.TCP_USER_TIMEOUT, options.userTimeoutMs());
    }

    private int setNotSentLowWater(int socket) {
        return set(socket, Linux.SOL_TCP, Linux.TCP_NOTSENT_LOWAT, options.notSentLowWaterLength());
    }

    private int setDeferAccept(int listener) {
        return set(listener, Linux.SOL_TCP, Linux.TCP_DEFER_ACCEPT, options.deferAcceptSeconds());
    }

    private int setReusePort(int listener) {
        return set(listener, Linux.SOL_SOCKET, Linux.SO_REUSEPORT, options.sharesPorts() ? 1 : 0);
    }

    /** 0 is what a new socket has anyway. */
    private int set(int socket, int level, int name, int number) {
        return number == 0 ? 0 : libc.setOption(socket, level, name, number);
    }
}
