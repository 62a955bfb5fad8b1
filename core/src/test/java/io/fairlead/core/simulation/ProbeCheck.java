package io.fairlead.core.simulation;

import static io.fairlead.core.simulation.Violation.require;

import io.fairlead.core.loop.CheckKind;
import io.fairlead.core.loop.HealthSettings;
import io.fairlead.core.loop.Invariants;
import io.fairlead.core.table.Backend;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;

/**
 * Whether checks of backends, and questions to their agents, are what they must be: one at a time of each, never too soon
 * nor too late, and each over when its time is (I9: with its socket).
 */
final class ProbeCheck {
    /** What a check's start may differ from its interval, of one. */
    private static final double JITTER = 0.1;

    private final HealthSettings.Checks settings;
    private final Configuration configuration;
    private final Invariants invariants;
    private final LimitCheck limits;
    private final NanoClock clock;
    private final Trace trace;
    private final Map<Long, SocketRecord> open = new HashMap<>();

    ProbeCheck(
            HistorySettings settings,
            Configuration configuration,
            Invariants invariants,
            LimitCheck limits,
            NanoClock clock,
            Trace trace) {
        this.settings = settings.health.checks();
        this.configuration = configuration;
        this.invariants = invariants;
        this.limits = limits;
        this.clock = clock;
        this.trace = trace;
    }

    /**
     * Whether a connect to an address is a check's. One of a connection has been counted for its backend before, which is
     * how the two are told apart until their sockets are registered.
     */
    boolean isProbe(InetSocketAddress address) {
        final Incarnation member = configuration.at(address);
        if (member == null) {
            return configuration.ofAgentAt(address) != null;
        }
        final Backend backend = invariants.backends().byName(member.name);
        return backend != null && backend.activeCount() == member.activeCount;
    }

    void onConnect(SocketRecord opened, InetSocketAddress address, int socket) {
        final Incarnation member = configuration.at(address);
        final boolean isOfAgent = member == null;
        final Incarnation target = isOfAgent ? configuration.ofAgentAt(address) : member;
        opened.target = target;
        opened.probe = new ProbeRecord(target, isOfAgent, clock.nanoTime());
        require(isOfAgent || settings.kind() != CheckKind.OFF, -1, "a check although none are to be made");
        final ProbeTimes times = isOfAgent ? target.agentTimes : target.checkTimes;
        require(!times.isOpen, -1, "two checks at a time");
        if (times.hasStarted) {
            final long leastNs = isOfAgent ? settings.agentIntervalNs() : settings.fastIntervalNs();
            require(
                    clock.nanoTime() - times.startedNs >= (long) (leastNs * (1 - JITTER)),
                    -1,
                    "a check too soon after the one before");
        }
        times.hasStarted = true;
        times.startedNs = clock.nanoTime();
        trace(opened, "begins, " + socket);
    }

    void onRegister(SocketRecord opened, long token) {
        opened.probe.token = token;
        times(opened.probe).isOpen = true;
        require(open.put(token, opened) == null, -1, "two checks by one name");
    }

    /** The open socket that an event names, null if it is stale. */
    SocketRecord open(long token) {
        return open.get(token);
    }

    void onFinishConnect(SocketRecord socket, int outcome) {
        trace(socket, "connects, " + outcome);
    }

    void onRead(SocketRecord socket, DirectBuffer buffer, int offset, int count) {
        trace(socket, "reads " + count);
    }

    void onWrite(SocketRecord socket, DirectBuffer buffer, int offset, int count) {
        trace(socket, "writes " + count);
    }

    void onClose(SocketRecord socket) {
        trace(socket, "closes");
        final ProbeRecord probe = socket.probe;
        if (open.remove(probe.token, socket)) {
            times(probe).isOpen = false;
        }
    }

    void onDefect(SocketRecord socket) {
        trace(socket, "shows a defect");
    }

    /** As many are open as the engine says, none for longer than it may take. */
    void afterCycle() {
        require(open.size() == invariants.checkCount(), -1, "I9 sockets of checks, and checks that say so");
        if (open.isEmpty() || limits.hasJumpedWithin(LimitCheck.GRACE_NS)) {
            return;
        }
        for (final SocketRecord socket : open.values()) {
            require(
                    clock.nanoTime() - socket.probe.startedNs - settings.timeoutNs() <= World.TICK_NS,
                    -1,
                    "I7 a check takes longer than it may");
        }
    }

    /** Everything that is to be checked was checked lately. */
    void checkOverdue() {
        if (limits.hasJumpedWithin(LimitCheck.GRACE_NS)) {
            return;
        }
        for (int i = 0; i < configuration.size(); i++) {
            final Incarnation member = configuration.get(i);
            if (settings.kind() != CheckKind.OFF) {
                checkOverdue(member.checkTimes, settings.intervalNs());
            }
            if (member.agent != null) {
                checkOverdue(member.agentTimes, settings.agentIntervalNs());
            }
        }
    }

    private void checkOverdue(ProbeTimes times, long intervalNs) {
        final long limitNs = Math.max((long) (intervalNs * (1 + JITTER)), settings.timeoutNs()) + 2 * World.TICK_NS;
        if (!times.hasStarted) {
            return;
        }
        require(clock.nanoTime() - times.startedNs <= limitNs, -1, "a check is not made again");
    }

    private static ProbeTimes times(ProbeRecord probe) {
        return probe.isOfAgent ? probe.target.agentTimes : probe.target.checkTimes;
    }

    private void trace(SocketRecord socket, String what) {
        if (trace != null) {
            trace.add(-1, "balancer: " + socket.probe + " " + what);
        }
    }
}
