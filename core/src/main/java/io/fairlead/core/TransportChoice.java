package io.fairlead.core;

import io.fairlead.core.transport.NioTransport;
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

    /** Open one of a kind. */
    static TransportChoice of(TransportKind kind) throws IOException {
        return switch (kind) {
            case NIO -> nio(CHOSEN);
            case EPOLL -> new TransportChoice(EpollTransport.open(), EPOLL, CHOSEN);
            case AUTO -> best();
        };
    }

    /** One that somebody else opened. */
    static TransportChoice given(Transport transport) {
        return new TransportChoice(transport, transport.getClass().getSimpleName(), CHOSEN);
    }

    private static TransportChoice best() throws IOException {
        final String why = EpollTransport.whyUnavailable();
        if (why != null) {
            return nio(why);
        }
        if (!EpollTransport.isAccessEnabled()) {
            return nio("epoll needs the JVM to be started with --enable-native-access=ALL-UNNAMED");
        }
        try {
            return new TransportChoice(
                    EpollTransport.open(),
                    EPOLL,
                    "Linux, JDK " + Runtime.version().feature());
        } catch (final IOException e) {
            return nio("epoll cannot be used, " + e.getMessage());
        }
    }

    private static TransportChoice nio(String reason) throws IOException {
        return new TransportChoice(NioTransport.open(), NIO, reason);
    }
}
