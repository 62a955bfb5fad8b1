package io.fairlead.core.loop;

import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;
import io.fairlead.core.table.SlabPool;

/**
 * Finds connections whose time is up: a scan of the table that advances with the clock, so that each slot is looked at
 * at least once a second, whatever its state, and no connection has a timer.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Sweeper {
    /** How long a sweep takes, to be done within a second also when an idle loop cycles every 100 ms only. */
    static final long SWEEP_NS = 800_000_000L;

    private static final int PIN_DROP_LIMIT = 16_384;
    private static final int ANY_END = Flag.endSeen(Side.CLIENT_TO_BACKEND) | Flag.endSeen(Side.BACKEND_TO_CLIENT);

    private static final int ANY_LINE = Flag.inLine(Side.CLIENT_TO_BACKEND) | Flag.inLine(Side.BACKEND_TO_CLIENT);

    private final Settings settings;
    private final ConnectionTable connections;
    private final Peeker peeker;
    private final Connector connector;
    private final Upgrader upgrader;
    private final Terminator terminator;
    private final Chooser chooser;
    private final Defects defects;
    private final LoopState state;
    private final Health health;
    private final HotSources hot;
    private final boolean endsConnections;
    private long sweepStartNs;
    private int cursor;

    Sweeper(
            LoopState state,
            Peeker peeker,
            Connector connector,
            Upgrader upgrader,
            Terminator terminator,
            Chooser chooser,
            Health health,
            HotSources hot,
            Defects defects) {
        this.state = state;
        this.health = health;
        this.hot = hot;
        this.defects = defects;
        this.peeker = peeker;
        this.connector = connector;
        this.upgrader = upgrader;
        this.terminator = terminator;
        this.chooser = chooser;
        settings = state.settings;
        endsConnections = settings.health().endsConnections();
        connections = state.connections;
    }

    /** The first sweep begins now. */
    void start(long nowNs) {
        sweepStartNs = nowNs;
    }

    /** Look at as many slots as the time since the last call calls for. @return how many connections were acted on. */
    int advance(long nowNs) {
        final long elapsedNs = nowNs - sweepStartNs;
        final int highWater = connections.highWater();
        final int target = elapsedNs >= SWEEP_NS ? highWater : (int) (highWater * elapsedNs / SWEEP_NS);
        int count = 0;
        while (cursor < target) {
            final int slot = cursor++;
            final int flags = connections.state(slot);
            if (Phase.of(flags) != Phase.FREE && lookContained(slot, flags, nowNs)) {
                count++;
            }
        }
        if (elapsedNs >= SWEEP_NS) {
            chooser.expirePins(nowNs, PIN_DROP_LIMIT);
            hot.tick();
            health.tick(nowNs);
            sweepStartNs = nowNs;
            cursor = 0;
        }
        return count;
    }

    private boolean lookContained(int slot, int flags, long nowNs) {
        final int generation = connections.generation(slot);
        try {
            return look(slot, flags, nowNs);
        } catch (final RuntimeException e) {
            defects.contain(slot, generation, e, nowNs);
            return true;
        }
    }

    private boolean look(int slot, int flags, long nowNs) {
        final int phase = Phase.of(flags);
        if (phase == Phase.FORWARDING) {
            return lookAtForwarding(slot, flags, nowNs);
        }
        if (phase == Phase.CONNECTING && isLost(slot) && connector.mayMoveOn(slot)) {
            connector.onBackendDown(slot, nowNs);
            return true;
        }
        if (nowNs - connections.phaseStartNs(slot) < limitNs(phase)) {
            return false;
        }
        switch (phase) {
            case Phase.PEEKING -> peeker.onTimeout(slot, nowNs);
            case Phase.CONNECTING -> connector.onTimeout(slot, nowNs);
            default -> terminator.onLingered(slot, nowNs);
        }
        return true;
    }

    private long limitNs(int phase) {
        return switch (phase) {
            case Phase.PEEKING -> settings.peekTimeoutNs();
            case Phase.CONNECTING -> settings.connectTimeoutNs();
            default -> settings.lingerTimeoutNs();
        };
    }

    private boolean lookAtForwarding(int slot, int flags, long nowNs) {
        if ((flags & Flag.KEPT) != 0) {
            if (isHopeless(slot, flags)) {
                upgrader.onBackendDown(slot, nowNs);
                return true;
            }
            if (nowNs - connections.phaseStartNs(slot) >= settings.upgradeTimeoutNs()) {
                upgrader.onTimeout(slot, nowNs);
                return true;
            }
            return false;
        }
        final TerminationCause cause = limitPassed(slot, flags, nowNs);
        if (cause != null) {
            terminator.terminate(slot, cause, nowNs);
        }
        return cause != null;
    }

    /** Whether the answer to an upgrade will never come. Whoever waits for a slab has one that was not read yet. */
    private boolean isHopeless(int slot, int flags) {
        return (flags & (Flag.ANSWERED | Flag.inLine(Side.BACKEND_TO_CLIENT))) == 0
                && isLost(slot)
                && connector.mayMoveOn(slot);
    }

    private TerminationCause limitPassed(int slot, int flags, long nowNs) {
        if (endsConnections && isLost(slot)) {
            return TerminationCause.BACKEND_DOWN;
        }
        if (isStalled(slot, Side.CLIENT_TO_BACKEND, nowNs)) {
            return TerminationCause.BACKEND_STALLED;
        }
        if (isStalled(slot, Side.BACKEND_TO_CLIENT, nowNs)) {
            return TerminationCause.CLIENT_STALLED;
        }
        if ((flags & ANY_LINE) != 0) {
            // Not idle: it has something to read, and others hold the slabs. They have the stall limit.
            return null;
        }
        final long idleNs = nowNs - connections.lastActivityNs(slot);
        if ((flags & ANY_END) != 0) {
            return idleNs >= settings.halfClosedTimeoutNs() ? TerminationCause.HALF_CLOSED_TIMED_OUT : null;
        }
        final long limitNs =
                (flags & Flag.WEBSOCKET) != 0 ? settings.webSocketIdleTimeoutNs() : settings.idleTimeoutNs();
        return idleNs >= limitNs ? TerminationCause.IDLE_TIMED_OUT : null;
    }

    private boolean isStalled(int slot, int direction, long nowNs) {
        return connections.slab(slot, direction) != SlabPool.NULL_SLAB
                && nowNs - connections.progressNs(slot, direction) >= settings.stallTimeoutNs();
    }

    /**
     * Checks, or the backend's agent, found the connection's backend down, drained or not, and it is not that the checks are not to be believed.
     */
    private boolean isLost(int slot) {
        if (!state.isAnyDown || state.status.panicking()) {
            return false;
        }
        final Backend backend = state.backend(slot);
        // One that was removed is not checked any more; its connections live on.
        return backend != null && !backend.removed() && !state.vitals(backend).isUp();
    }
}
