package io.fairlead.core;

import io.fairlead.core.transport.NioTransport;
import io.fairlead.core.transport.SocketOptions;
import io.fairlead.core.transport.Transport;
import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.IOException;

/**
 * An open transport, and why it is that one.
 *
 * @param transport open; who takes it closes it.
 * @param name for a user.
 * @param reason one clause, for a user.
 */
record TransportChoice(Transport transport, String name, String reason) {
    private static final String NIO = "nio";
    private static final String EPOLL = "epoll";
    private static final String CHOSEN = "as was asked for";

    /** Open one of a kind, with socket options if it takes them. */
    static TransportChoice of(TransportKind kind, SocketOptions options) throws IOException {
        return switch (kind) {
            case NIO -> nio(CHOSEN);
            case EPOLL -> epoll(options);
            case AUTO -> best(options);
        };
    }

    /** One that somebody else opened. */
    static TransportChoice given(Transport transport) {
        return new TransportChoice(transport, transport.getClass().getSimpleName(), CHOSEN);
    }

    /** Whether its sockets have the options it was opened with. */
    boolean takesSocketOptions() {
        return transport instanceof EpollTransport;
    }

    private static TransportChoice best(SocketOptions options) throws IOException {
        final String why = EpollTransport.whyUnavailable();
        if (why != null) {
            return nio(why);
        }
        if (!EpollTransport.isAccessEnabled()) {
            return nio("epoll needs the JVM to be started with --enable-native-access=ALL-UNNAMED");
        }
        try {
            return epoll("Linux, JDK " + Runtime.version().feature(), options);
        } catch (final IOException e) {
            return nio(whyUnusable(e));
        }
    }

    /** What is forbidden here is as good as absent, but for who asked for it and nothing else. */
    private static TransportChoice epoll(SocketOptions options) {
        try {
            return epoll(CHOSEN, options);
        } catch (final IOException e) {
            throw new UnsupportedOperationException(whyUnusable(e), e);
        }
    }

    private static TransportChoice epoll(String reason, SocketOptions options) throws IOException {
        final EpollTransport transport = EpollTransport.open(options);
        final String why = transport.whySpliceForbidden();
        return new TransportChoice(transport, EPOLL, why == null ? reason : reason + "; it cannot splice, " + why);
    }

    private static String whyUnusable(IOException e) {
        return "epoll cannot be used, " + e.getMessage();
    }

    private static TransportChoice nio(String reason) throws IOException {
        return new TransportChoice(NioTransport.open(), NIO, reason);
    }
}
