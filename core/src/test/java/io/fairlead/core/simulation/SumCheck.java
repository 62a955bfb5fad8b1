package io.fairlead.core.simulation;

import static io.fairlead.core.simulation.Violation.require;

import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.ConnectionEvent;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.table.Side;
import io.fairlead.core.transport.Transport;

/** Adds up what happened at the seam, and holds the loop's counters against it (I9); a backend's are checked at the end. */
final class SumCheck {
    private final BalancerStatus status;
    private final int lingerLimit;
    private long clientBytesRead;
    private long backendBytesRead;
    private long clientBytesWritten;
    private long backendBytesWritten;
    private long staleEventCount;
    private long defectCount;

    SumCheck(HistorySettings settings, BalancerStatus status) {
        this.status = status;
        lingerLimit = settings.lingerLimit;
    }

    void onBytesRead(SocketRecord source, int count) {
        if (source.side == Side.CLIENT) {
            clientBytesRead += count;
        } else {
            backendBytesRead += count;
            source.target.downBytes += count;
        }
    }

    void onBytesWritten(SocketRecord sink, int count) {
        if (sink.side == Side.CLIENT) {
            clientBytesWritten += count;
        } else {
            backendBytesWritten += count;
        }
    }

    void onStaleEvent() {
        staleEventCount++;
    }

    void onDefect() {
        defectCount++;
    }

    void onForwarding(Incarnation backend) {
        backend.connectedCount++;
    }

    /** A connect has an outcome. */
    void onConnectFailed(Incarnation backend, int outcome) {
        if (outcome == Transport.CONNECT_TIMED_OUT) {
            backend.timedOutCount++;
        } else if (outcome == Transport.CONNECT_REFUSED || outcome == Transport.CONNECT_UNREACHABLE) {
            backend.refusedCount++;
        }
    }

    /** A connection has ended: its backend's counters take over what only then is known. */
    void onEnd(ConnectionEvent event, ConnectionRecord connection) {
        final SocketRecord backend = connection.backend;
        if (backend == null || !backend.isForwarding) {
            return;
        }
        backend.target.answeredCount += connection.isAnswered ? 1 : 0;
        backend.target.switchedCount += event.webSocket() ? 1 : 0;
        backend.target.declinedCount += connection.wasKept && !connection.isKept && !event.webSocket() ? 1 : 0;
        if (!connection.isKept) {
            backend.target.upBytes += connection.client.bytesRead;
        }
        if (event.webSocket()) {
            backend.target.upMessageLength += FrameCursor.messageLength(
                    connection.actor.outgoing.bytes(), connection.actor.headLength, connection.actor.framedLimit((int)
                            connection.client.bytesRead));
            countFrames(connection, backend);
        }
        if (event.closeCode() != 0 && event.closedByClient()) {
            backend.target.closedByClientCount++;
        } else if (event.closeCode() != 0) {
            backend.target.closedCount++;
        }
    }

    private static void countFrames(ConnectionRecord connection, SocketRecord backend) {
        final ClientActor client = connection.actor;
        backend.target.up.add(
                client.outgoing.bytes(), client.headLength, client.framedLimit((int) connection.client.bytesRead));
        final BackendPeer peer = client.heardBackend();
        if (peer == null || !peer.isEchoing()) {
            backend.target.isHeard = false;
            return;
        }
        final byte[] bytes = peer.outgoing.bytes();
        final int headLength = Wire.headLength(bytes, peer.outgoing.length());
        backend.target.down.add(bytes, headLength, (int) backend.bytesRead);
        backend.target.downMessageLength += FrameCursor.messageLength(bytes, headLength, (int) backend.bytesRead);
    }

    void check(int liveCount, int activeCount, ChoiceCheck choices) {
        checkSum(LoopCounter.CLIENT_BYTES_READ, clientBytesRead);
        checkSum(LoopCounter.BACKEND_BYTES_READ, backendBytesRead);
        checkSum(LoopCounter.CLIENT_BYTES_WRITTEN, clientBytesWritten);
        checkSum(LoopCounter.BACKEND_BYTES_WRITTEN, backendBytesWritten);
        require(activeCount == liveCount, -1, "I9 connections in the table, and sockets that say so");
        checkSum(LoopCounter.STALE_EVENTS, staleEventCount);
        checkSum(LoopCounter.PINS_EVICTED, choices.evictedPinCount());
        checkSum(LoopCounter.PINS_REFUSED, choices.refusedPinCount());
        require(status.count(LoopCounter.LINGERING_ACTIVE) <= lingerLimit, -1, "more than the linger limit linger");
        require(
                status.count(LoopCounter.INTERNAL_ERRORS) == defectCount,
                -1,
                "a defect was caught that the test did not make");
    }

    private void checkSum(LoopCounter counter, long sum) {
        if (status.count(counter) != sum) {
            throw new Violation(-1, "I9 " + counter + " is " + status.count(counter) + ", at the seam " + sum);
        }
    }
}
