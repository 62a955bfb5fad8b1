package io.fairlead.core.simulation;

import io.fairlead.core.loop.PeekMode;
import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendStatus;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.CloseCode;
import io.fairlead.core.status.ConnectionEvent;
import io.fairlead.core.status.DurationHistogram;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;

/** Whether what the engine says of a connection at its end is what was seen of it at the seam and by its peers. */
final class EndCheck {
    /** Less than what a lingering client may send. */
    private static final int LINGER_LENGTH = 32 * 1024;

    private final HistorySettings settings;
    private final Stage stage;
    private final Coverage coverage;

    EndCheck(HistorySettings settings, Stage stage, Coverage coverage) {
        this.settings = settings;
        this.stage = stage;
        this.coverage = coverage;
    }

    /** @param mayLack whether this machine ran short of something by then. */
    void check(ConnectionEvent event, ClientActor actor, long nowNs, boolean mayLack, boolean isEnding) {
        final ConnectionRecord connection = actor.record;
        checkCounts(event, actor, connection);
        checkCause(event, actor, connection, mayLack, isEnding);
        checkTimes(event, connection, nowNs);
        checkLingering(connection, nowNs, isEnding);
        if (settings.isCalm && settings.operationCount == 0 && event.cause() != TerminationCause.COMPLETED) {
            throw violation(event, actor, "ended although nothing was wrong");
        }
    }

    private void checkCounts(ConnectionEvent event, ClientActor actor, ConnectionRecord connection) {
        if (event.upBytes() != connection.client.bytesRead) {
            throw violation(
                    event,
                    actor,
                    "bytes of the client " + event.upBytes() + ", at the seam " + connection.client.bytesRead);
        }
        final long downBytes = connection.backend == null ? 0 : connection.backend.bytesRead;
        if (event.downBytes() != downBytes) {
            throw violation(event, actor, "bytes of the backend " + event.downBytes() + ", at the seam " + downBytes);
        }
        checkSwitch(event, actor, connection);
        if (event.webSocket() && settings.isTracking) {
            checkMessages(event, actor, connection);
            checkClose(event, actor);
        }
    }

    /** A WebSocket is one if its backend sent a 101 with the right accept value, all of which was read, and no other is. */
    private void checkSwitch(ConnectionEvent event, ClientActor actor, ConnectionRecord connection) {
        final BackendPeer backend = actor.heardBackend();
        if (backend == null || connection.backend == null || !connection.wasKept) {
            return;
        }
        final boolean isSwitched = backend.isEchoing()
                && connection.backend.bytesRead >= Wire.headLength(backend.outgoing.bytes(), backend.outgoing.length());
        if (event.webSocket() != isSwitched) {
            throw violation(event, actor, event.webSocket() ? "a WebSocket that is none" : "a WebSocket unseen");
        }
    }

    private static void checkClose(ConnectionEvent event, ClientActor actor) {
        if (event.closeCode() == 0) {
            return;
        }
        final int expected = event.closedByClient() ? Wire.CLIENT_CLOSE_CODE : Wire.BACKEND_CLOSE_CODE;
        if (event.closeCode() != expected) {
            throw violation(event, actor, "close code " + event.closeCode() + ", sent " + expected);
        }
    }

    private void checkMessages(ConnectionEvent event, ClientActor actor, ConnectionRecord connection) {
        final int upCount = FrameCursor.messageCount(
                actor.outgoing.bytes(), actor.headLength, actor.framedLimit((int) connection.client.bytesRead));
        if (event.upMessages() != upCount) {
            throw violation(event, actor, "messages of the client " + event.upMessages() + ", sent " + upCount);
        }
        final BackendPeer backend = actor.heardBackend();
        if (backend != null && backend.isEchoing() && connection.backend != null) {
            final int headLength = Wire.headLength(backend.outgoing.bytes(), backend.outgoing.length());
            final int downCount =
                    FrameCursor.messageCount(backend.outgoing.bytes(), headLength, (int) connection.backend.bytesRead);
            if (event.downMessages() != downCount) {
                throw violation(
                        event, actor, "messages of the backend " + event.downMessages() + ", sent " + downCount);
            }
        }
    }

    private void checkCause(
            ConnectionEvent event, ClientActor actor, ConnectionRecord connection, boolean mayLack, boolean isEnding) {
        final SocketRecord client = connection.client;
        final SocketRecord backend = connection.backend;
        final boolean isTrue =
                switch (event.cause()) {
                    case COMPLETED -> client.isEndSeen && backend.isEndSeen && isPassedOn(connection);
                    // Who says nothing may be waiting for the server to speak first.
                    case PEEK_TIMED_OUT ->
                        client.bytesRead > 0 || settings.peekModes[actor.listenerIndex] == PeekMode.REQUIRED;
                    case NO_BACKEND -> connection.tried.isEmpty() && connection.failedCount == 0;
                    case BACKENDS_REFUSED, CONNECT_TIMED_OUT ->
                        !connection.tried.isEmpty() || connection.failedCount > 0;
                    case CLIENT_LEFT_IN_PEEK -> client.isEndSeen || client.isReset();
                    case CLIENT_RESET, CLIENT_RESET_IN_CONNECT, CLIENT_RESET_IN_UPGRADE -> client.isReset();
                    case BACKEND_RESET -> backend.isReset();
                    case BACKEND_LEFT_IN_UPGRADE -> !connection.isAnswered;
                    case REQUEST_MALFORMED -> actor.script.kind == ClientScript.Kind.MALFORMED;
                    case REQUEST_TOO_LONG -> actor.script.kind == ClientScript.Kind.TOO_LONG;
                    case UPGRADE_REQUIRED ->
                        settings.peekModes[actor.listenerIndex] == PeekMode.REQUIRED
                                && actor.script.kind != ClientScript.Kind.WEBSOCKET;
                    case LOCAL_RESOURCE -> mayLack || settings.peekSlabLimit < 128;
                    case KILLED -> isEnding;
                    case BACKEND_DOWN -> settings.health.endsConnections() && connection.wasLost;
                    case INTERNAL_ERROR -> connection.hasDefect;
                    default -> true;
                };
        if (!isTrue) {
            throw violation(event, actor, "that is not what was seen");
        }
    }

    /** Everything either end sent was written to the other one. */
    private static boolean isPassedOn(ConnectionRecord connection) {
        return connection.client.bytesRead == connection.backend.bytesWritten
                && connection.backend.bytesRead == connection.client.bytesWritten;
    }

    private void checkTimes(ConnectionEvent event, ConnectionRecord connection, long nowNs) {
        final boolean isDue =
                switch (event.cause()) {
                    case PEEK_TIMED_OUT -> nowNs - connection.acceptedNs >= settings.peekTimeoutNs;
                    case UPGRADE_TIMED_OUT ->
                        nowNs - connection.acceptedNs >= settings.upgradeTimeoutNs || connection.wasLost;
                    case CONNECT_TIMED_OUT ->
                        nowNs - connection.acceptedNs >= settings.connectTimeoutNs || connection.wasLost;
                    case IDLE_TIMED_OUT ->
                        !connection.isWaiting
                                && nowNs - connection.lastActivityNs()
                                        >= (event.webSocket()
                                                ? settings.webSocketIdleTimeoutNs
                                                : settings.idleTimeoutNs);
                    case HALF_CLOSED_TIMED_OUT ->
                        (connection.client.isEndSeen || connection.backend.isEndSeen)
                                && nowNs - connection.lastActivityNs() >= settings.halfClosedTimeoutNs;
                    case CLIENT_STALLED -> isStalled(connection, Side.BACKEND_TO_CLIENT, nowNs);
                    case BACKEND_STALLED -> isStalled(connection, Side.CLIENT_TO_BACKEND, nowNs);
                    default -> true;
                };
        if (!isDue) {
            throw new Violation(connection.clientId(), "I7 " + event.cause() + " before its time");
        }
    }

    /** A client that was answered has its time to read that, unless it sends too much meanwhile. */
    private void checkLingering(ConnectionRecord connection, long nowNs, boolean isEnding) {
        if (connection.phase == Phase.LINGERING
                && !isEnding
                && !connection.hasDefect
                && !connection.client.isEndSeen
                && !connection.client.isReset()
                && connection.client.bytesRead - connection.answeredAtLength < LINGER_LENGTH
                && nowNs - connection.phaseSinceNs < settings.lingerTimeoutNs) {
            throw new Violation(connection.clientId(), "I7 lingering ended before its time");
        }
    }

    private boolean isStalled(ConnectionRecord connection, int direction, long nowNs) {
        return connection.hasSlab[direction]
                && nowNs - connection.slabSinceNs[direction] >= settings.stallTimeoutNs
                && ((settings.slabLimit < 256 && !connection.hasPipe[direction])
                        || nowNs - connection.side(Side.other(direction)).lastWriteNs >= settings.stallTimeoutNs);
    }

    /** What was counted for each backend that is still configured. */
    void checkBackends(BalancerStatus status, Configuration configuration) {
        for (final BackendStatus backend : status.backends()) {
            for (int i = 0; i < configuration.size(); i++) {
                final Incarnation member = configuration.get(i);
                if (member.name.equals(backend.name())) {
                    checkCounter(backend, BackendCounter.CONNECTED, member.connectedCount);
                    checkCounter(backend, BackendCounter.UP_BYTES, member.upBytes);
                    checkCounter(backend, BackendCounter.DOWN_BYTES, member.downBytes);
                    if (settings.isTracking) {
                        checkCounter(backend, BackendCounter.UP_MESSAGE_BYTES, member.upMessageLength);
                    }
                    checkCloses(backend, false, member.closedCount);
                    checkCloses(backend, true, member.closedByClientCount);
                    checkConnects(backend, member);
                    if (settings.isTracking) {
                        checkFrames(backend, member);
                    }
                    checkCounter(backend, BackendCounter.WEBSOCKETS_ACTIVE, 0);
                    checkCounter(backend, BackendCounter.CONNECTIONS_ACTIVE, 0);
                }
            }
        }
    }

    private void checkConnects(BackendStatus backend, Incarnation member) {
        checkCounter(backend, BackendCounter.CONNECT_REFUSED, member.refusedCount);
        final long timedOutCount = backend.count(BackendCounter.CONNECT_TIMED_OUT);
        if (timedOutCount > member.timedOutCount || timedOutCount < member.timedOutCount - member.leftDownCount) {
            checkCounter(backend, BackendCounter.CONNECT_TIMED_OUT, member.timedOutCount);
        }
        checkCounter(backend, BackendCounter.UPGRADES_SWITCHED, member.switchedCount);
        checkCounter(backend, BackendCounter.UPGRADES_DECLINED, member.declinedCount);
        checkHistogram(backend.stats().connect(), "connects of " + member.name, member.connectedCount);
        checkHistogram(backend.stats().handshake(), "handshakes of " + member.name, member.switchedCount);
        checkHistogram(backend.stats().session(), "sessions of " + member.name, member.answeredCount);
        // A drain accepts by the time of the cycle before it.
        if (!settings.isDrained && !settings.profile.isReal()) {
            requireEqual(
                    "ns of connects of " + member.name,
                    backend.stats().connect().sumNs(),
                    member.connectNs);
        }
    }

    private static void checkFrames(BackendStatus backend, Incarnation member) {
        checkCounter(backend, BackendCounter.UP_FRAMES, member.up.frames);
        checkCounter(backend, BackendCounter.UP_MESSAGES, member.up.messages);
        checkCounter(backend, BackendCounter.UP_PINGS, member.up.pings);
        checkCounter(backend, BackendCounter.UP_PONGS, member.up.pongs);
        checkCounter(backend, BackendCounter.UP_CLOSES, member.up.closes);
        if (member.isHeard) {
            checkCounter(backend, BackendCounter.DOWN_FRAMES, member.down.frames);
            checkCounter(backend, BackendCounter.DOWN_MESSAGES, member.down.messages);
            checkCounter(backend, BackendCounter.DOWN_MESSAGE_BYTES, member.downMessageLength);
            checkCounter(backend, BackendCounter.DOWN_PINGS, member.down.pings);
            checkCounter(backend, BackendCounter.DOWN_PONGS, member.down.pongs);
            checkCounter(backend, BackendCounter.DOWN_CLOSES, member.down.closes);
        }
    }

    private static void checkHistogram(DurationHistogram histogram, String what, long expected) {
        long count = 0;
        for (int bucket = 0; bucket < DurationHistogram.bucketCount(); bucket++) {
            count += histogram.count(bucket);
        }
        requireEqual(what, count, expected);
    }

    private static void requireEqual(String what, long counted, long expected) {
        if (counted != expected) {
            throw new Violation(-1, what + " are " + counted + ", at the seam " + expected);
        }
    }

    private static void checkCloses(BackendStatus backend, boolean byClient, long expected) {
        long count = 0;
        for (final CloseCode code : CloseCode.values()) {
            count += backend.stats().closes(code, byClient);
        }
        if (count != expected) {
            throw new Violation(-1, "closes of " + backend.name() + " are " + count + ", seen " + expected);
        }
    }

    private static void checkCounter(BackendStatus backend, BackendCounter counter, long expected) {
        if (backend.count(counter) != expected) {
            throw new Violation(
                    -1,
                    counter + " of " + backend.name() + " is " + backend.count(counter) + ", at the seam " + expected);
        }
    }

    /** In a calm history every client got what it came for. */
    void checkClients() {
        for (final ClientActor client : stage.clients) {
            if (settings.isCalm && settings.operationCount == 0 && client.record != null) {
                coverage.onCalmClient();
                if (!client.areAllEchoed()) {
                    throw client.violation("I11 not every message came back although nothing was wrong");
                }
            }
        }
    }

    private static Violation violation(ConnectionEvent event, ClientActor actor, String what) {
        return new Violation(actor.id, event.cause() + ": " + what);
    }
}
