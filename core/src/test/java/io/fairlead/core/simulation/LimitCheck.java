package io.fairlead.core.simulation;

import static io.fairlead.core.simulation.ConnectionRecord.later;

import io.fairlead.core.loop.Invariants;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;
import io.fairlead.core.table.SlabPool;
import org.agrona.concurrent.NanoClock;

/**
 * Whether every limit is noticed within a sweep (I7). That none is applied before its time is seen at the connection's end,
 * by {@link EndCheck}.
 */
final class LimitCheck {
    /** How much later than its limit an end may be found: a sweep, and the time between two cycles. */
    static final long GRACE_NS = 1_000_000_000L;

    private final HistorySettings settings;
    private final NanoClock clock;
    private final Invariants invariants;
    private final ConnectionTable connections;
    private final HealthModel health;
    /** After a jump of the clock everything is late, until a sweep has passed. */
    private long lastJumpNs;

    /** When this machine last ran short of something. */
    private long lastLackNs;
    /** When it was last seen that nobody waits in vain to be accepted. */
    private long lastAdmittedNs;

    /** Somebody waits for a slab, and since when there has always been somebody. */
    private boolean hasLine;

    private long lineSinceNs;

    LimitCheck(HistorySettings settings, NanoClock clock, Invariants invariants, HealthModel health) {
        this.health = health;
        this.settings = settings;
        this.clock = clock;
        this.invariants = invariants;
        connections = invariants.connections();
        lastJumpNs = clock.nanoTime();
        lastLackNs = lastJumpNs;
        lastAdmittedNs = lastJumpNs;
    }

    /** The clock jumps. */
    void onJump() {
        lastJumpNs = clock.nanoTime();
    }

    boolean hasJumpedWithin(long durationNs) {
        return clock.nanoTime() - lastJumpNs < durationNs;
    }

    /** Take over after a cycle whether somebody waits for a slab. */
    void followLine() {
        final boolean isWaiting = invariants.slabWaitingCount() > 0;
        if (isWaiting && !hasLine) {
            lineSinceNs = clock.nanoTime();
        }
        hasLine = isWaiting;
    }

    /** This machine runs short of something: accepting pauses for a while. */
    void onLack() {
        lastLackNs = clock.nanoTime();
    }

    /** Somebody asks who waits to be accepted. */
    void onAccept() {
        lastAdmittedNs = clock.nanoTime();
    }

    /** Who waits to be accepted is, once there is room again and what this machine lacked is over. */
    void checkAdmission(int waitingCount) {
        final long nowNs = clock.nanoTime();
        if (waitingCount == 0 || !invariants.canAdmit()) {
            lastAdmittedNs = nowNs;
        }
        if (nowNs - later(later(lastAdmittedNs, lastLackNs), lastJumpNs) > GRACE_NS) {
            throw new Violation(-1, waitingCount + " connections wait for an accept, for no reason");
        }
    }

    /** A backend is left before it answered: its own time must be over, from when it was connected. */
    void checkLeft(ConnectionRecord connection, SocketRecord backend) {
        final boolean isDue = clock.nanoTime() - connection.forwardedNs >= settings.upgradeTimeoutNs
                || (health.isLost(backend.target) && !connection.isAnswered);
        if (!isDue && !backend.isEndSeen && !backend.isReset() && !connection.hasDefect) {
            throw new Violation(connection.clientId(), "I7 an upgrade was given up before its time");
        }
    }

    /** A connect is given up: its own time must be over, unless the client is gone. */
    void checkGivenUp(ConnectionRecord connection, SocketRecord backend) {
        final boolean isDue =
                clock.nanoTime() - backend.openedNs >= settings.connectTimeoutNs || health.isLost(backend.target);
        if (!isDue && !connection.client.isReset() && !connection.hasDefect && backend.isRegistered) {
            throw new Violation(connection.clientId(), "I7 a connect was given up before its time");
        }
    }

    /** Check that a connection has not overstayed any limit. */
    void checkOverdue(ConnectionRecord connection) {
        if (hasJumpedWithin(GRACE_NS)) {
            return;
        }
        final int slot = connection.slot;
        final long phaseSinceNs = connection.phaseSinceNs;
        switch (connections.phase(slot)) {
            case Phase.PEEKING -> requireInTime(connection, phaseSinceNs, settings.peekTimeoutNs, "the peek");
            case Phase.CONNECTING -> requireInTime(connection, phaseSinceNs, settings.connectTimeoutNs, "the connect");
            case Phase.LINGERING -> requireInTime(connection, phaseSinceNs, settings.lingerTimeoutNs, "lingering");
            default -> {
                if (connections.is(slot, Flag.KEPT)) {
                    requireInTime(connection, phaseSinceNs, settings.upgradeTimeoutNs, "the upgrade");
                } else {
                    checkForwardingOverdue(connection);
                }
            }
        }
    }

    private void checkForwardingOverdue(ConnectionRecord connection) {
        final int slot = connection.slot;
        for (int direction = 0; direction < 2; direction++) {
            if (connections.slab(slot, direction) != SlabPool.NULL_SLAB) {
                checkSlabOverdue(connection, direction);
            }
        }
        if (!invariants.isWaiting(slot)) {
            final boolean isHalfClosed = connection.client.isEndSeen || connection.backend.isEndSeen;
            final long limitNs = isHalfClosed
                    ? settings.halfClosedTimeoutNs
                    : connections.is(slot, Flag.WEBSOCKET) ? settings.webSocketIdleTimeoutNs : settings.idleTimeoutNs;
            final long sinceNs =
                    later(later(connection.lastActivityNs(), connection.phaseSinceNs), connection.lastWaitNs);
            requireInTime(connection, sinceNs, limitNs, "an idle connection");
        }
    }

    /** A slab must move on; and while others wait for one, each must be emptied whole within the limit. */
    private void checkSlabOverdue(ConnectionRecord connection, int direction) {
        final long heldSinceNs = later(connection.releasedNs, connection.slabSinceNs[direction]);
        final SocketRecord sink = connection.side(Side.other(direction));
        requireInTime(connection, later(sink.lastWriteNs, heldSinceNs), settings.stallTimeoutNs, "a stalled slab");
        if (hasLine && !connection.hasPipe[direction]) {
            requireInTime(connection, later(lineSinceNs, heldSinceNs), settings.stallTimeoutNs, "a trickling slab");
        }
    }

    private void requireInTime(ConnectionRecord connection, long sinceNs, long limitNs, String what) {
        final long lateNs = clock.nanoTime() - sinceNs - limitNs;
        if (lateNs > GRACE_NS) {
            throw new Violation(
                    connection.clientId(),
                    "I7 the limit of " + what + " passed unnoticed, by " + lateNs + " ns, of " + limitNs);
        }
    }
}
