package io.fairlead.core.simulation;

import io.fairlead.core.status.ConnectionEvent;
import io.fairlead.core.status.TerminationCause;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;

/** Whether the words of an event are true: when, of whom, to which backend and why. */
final class EventCheck {
    private static final long NS_PER_MS = 1_000_000;

    private final HistorySettings settings;
    private final Configuration configuration;

    EventCheck(HistorySettings settings, Configuration configuration) {
        this.settings = settings;
        this.configuration = configuration;
    }

    /** Of any event, at a connection's end or before. */
    void check(ConnectionEvent event, ClientActor actor, long nowNs) {
        final ConnectionRecord connection = actor.record;
        checkTimes(event, connection, nowNs);
        final Incarnation owner = configuration.ownerOfAll(actor.key.key64());
        expect(event, actor, "owner", owner == null ? null : owner.name, event.owner());
        checkKey(event, actor);
        if (connection.backend != null && connection.failedCount == 0) {
            expect(event, actor, "backend", connection.backend.target.name, event.backend());
        }
        if (isServed(event, connection)) {
            expect(event, actor, "retries", connection.tried.size() - 1, event.retries());
            if (connection.why != null) {
                expect(event, actor, "why", connection.why, event.why());
            }
        }
    }

    /** Whether it is the last backend of a connection that served it: later attempts leave no trace at the seam. */
    private static boolean isServed(ConnectionEvent event, ConnectionRecord connection) {
        return connection.backend != null
                && connection.backend.isForwarding
                && (event.webSocket() || !connection.isKept)
                && connection.originatedLength == 0
                && event.cause() != TerminationCause.INTERNAL_ERROR;
    }

    private static void checkTimes(ConnectionEvent event, ConnectionRecord connection, long nowNs) {
        expectNear(
                connection,
                "accepted",
                connection.acceptedNs / NS_PER_MS * NS_PER_MS,
                event.acceptedAtMs() * NS_PER_MS);
        expectNear(connection, "total", nowNs - connection.acceptedNs, event.totalNs());
        if (event.connectNs() >= 0) {
            expectNear(
                    connection,
                    "connected",
                    connection.forwardedNs - connection.acceptedNs,
                    event.peekNs() + event.connectNs());
        }
    }

    /** A real clock goes on while the engine works, and a drain accepts by the time of the cycle before it. */
    private static void expectNear(ConnectionRecord connection, String what, long expectedNs, long actualNs) {
        if (Math.abs(actualNs - expectedNs) > LimitCheck.GRACE_NS) {
            throw new Violation(
                    connection.clientId(), "an event's time of " + what + " is " + actualNs + ", seen " + expectedNs);
        }
    }

    private void checkKey(ConnectionEvent event, ClientActor actor) {
        final InetAddress expected = settings.prefixOf(actor.address);
        final List<String> parts = List.of(event.key().split("/", -1));
        try {
            if (!expected.equals(InetAddress.getByName(parts.get(0)))
                    || Integer.parseInt(parts.get(1)) != settings.prefixLengthOf(actor.address)) {
                throw new Violation(actor.id, "an event's key is " + event.key());
            }
        } catch (final UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void expect(ConnectionEvent event, ClientActor actor, String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw new Violation(
                    actor.id, event.cause() + ": an event's " + what + " is " + actual + ", seen " + expected);
        }
    }
}
