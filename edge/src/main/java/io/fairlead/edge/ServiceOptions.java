package io.fairlead.edge;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What a service needs to know beside its balancer's settings. <b>Immutable.</b>
 *
 * @param listeners the addresses the balancer is to listen on, to explain a failure.
 * @param admin where the admin endpoint listens, or null for none.
 * @param accessLog a file or {@code -}, or null for none.
 * @param drainTimeout how long a drain may take; zero ends at once.
 * @param wantedConnections the connection limit that was asked for, 0 for none.
 */
record ServiceOptions(
        List<InetSocketAddress> listeners,
        InetSocketAddress admin,
        String accessLog,
        Duration drainTimeout,
        int wantedConnections) {}
