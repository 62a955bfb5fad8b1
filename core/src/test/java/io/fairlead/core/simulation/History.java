package io.fairlead.core.simulation;

import io.fairlead.core.loop.CheckKind;
import io.fairlead.core.loop.ForwardingLoop;
import io.fairlead.core.loop.Settings;
import io.fairlead.core.simulation.network.SimulatedNetwork;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.transport.NioTransport;
import io.fairlead.core.transport.Transport;
import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;

/**
 * One life of a balancer on a simulated network, from its start until nothing is left. Everything in it follows from the
 * seed: run again it is the same, step by step.
 */
final class History {
    private static final long CYCLE_LIMIT = 300_000;
    private static final int STILL_TICKS = 3;
    private static final int STILL_TICKS_WITH_CHECKS = 300;
    private static final int ERROR_HEADER_LENGTH = 256;
    private static final int ERROR_LOG_LENGTH = 64 * 1024;

    private final SplittableRandom random;
    private final HistorySettings settings;
    private final World world;
    private final Stage stage;
    private final Oracle oracle;
    private final Operator operator;
    private final Configuration configuration = new Configuration();
    private final BalancerStatus status = new BalancerStatus();
    private final ForwardingLoop loop;
    private final Drive drive;
    private final Coverage coverage;
    private final int[] listenerPorts;
    private int openListenerCount;
    private long lastCheckNs;

    /** What histories share. Not to be used by two at a time. */
    static final class Resources {
        final Stage.Pool pool = new Stage.Pool();
        private final UnsafeBuffer errorBuffer = new UnsafeBuffer(ByteBuffer.allocateDirect(ERROR_LOG_LENGTH));
        final Coverage coverage;

        Resources(Coverage coverage) {
            this.coverage = coverage;
        }

        /** An empty one. */
        DistinctErrorLog errorLog() {
            errorBuffer.setMemory(0, ERROR_HEADER_LENGTH, (byte) 0);
            return new DistinctErrorLog(errorBuffer, () -> 0);
        }
    }

    History(long seed, HistorySettings.Profile profile, Resources resources, Trace trace) {
        random = new SplittableRandom(seed);
        settings = new HistorySettings(profile, random.split());
        world = profile.isReal()
                ? new LoopbackWorld(() -> openReal(profile), random.split())
                : new SimulatedWorld(settings, random.split());
        if (trace != null) {
            trace.start(world.clock());
        }
        coverage = resources.coverage;
        stage = new Stage(world.stage(), world.clock(), resources.pool, trace);
        oracle = new Oracle(settings, stage, configuration, status, coverage);
        operator = new Operator(stage, configuration, settings, random.split(), world.network(), oracle);
        final SplittableRandom driver = random.split();
        listenerPorts = new int[settings.peekModes.length];
        loop = openLoop(resources.errorLog());
        drive = new Drive(world, stage, oracle, loop, driver, CYCLE_LIMIT);
        invite();
        operator.start(loop);
    }

    private static Transport openReal(HistorySettings.Profile profile) {
        try {
            return profile == HistorySettings.Profile.EPOLL ? EpollTransport.open() : NioTransport.open();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ForwardingLoop openLoop(DistinctErrorLog errorLog) {
        final List<Settings.BackendSettings> backends = new ArrayList<>();
        final boolean areEqual = random.nextInt(2) == 0;
        for (int i = 0; i < settings.backendCount; i++) {
            final BackendHost host =
                    new BackendHost(stage, i, "b" + (i + 1), world.backend(i), settings, random.split());
            final Incarnation member = new Incarnation(host, areEqual ? 1 : 1 + random.nextInt(4));
            configuration.add(member);
            backends.add(member.toSettings());
        }
        final InetSocketAddress[] wanted = new InetSocketAddress[settings.peekModes.length];
        Arrays.setAll(wanted, world::listener);
        final WatchedTransport watched = new WatchedTransport(world.balancer());
        if (settings.hasDefect) {
            watched.failAfter(random.nextInt(400));
        }
        final ForwardingLoop opened = new ForwardingLoop(
                settings.build(List.of(wanted), backends),
                watched,
                world.clock(),
                0,
                random.nextLong(),
                status,
                errorLog);
        watched.tell(oracle.watch(opened, world.balancer()));
        try {
            opened.open();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        opened.listenerNames(Collections.nCopies(wanted.length, "listener"));
        Arrays.setAll(listenerPorts, opened::localPort);
        openListenerCount = wanted.length;
        return opened;
    }

    private void invite() {
        for (int i = 0; i < settings.clientCount; i++) {
            final int listenerIndex = random.nextInt(listenerPorts.length);
            final InetSocketAddress source = world.client(random.nextInt(settings.addressCount), i, random);
            final InetSocketAddress front = world.front(source.getAddress(), listenerPorts[listenerIndex]);
            final ClientActor client = new ClientActor(
                    stage,
                    stage.nextPeerId(),
                    listenerIndex,
                    source,
                    ClientScript.random(random, settings.isCalm),
                    settings,
                    random.split());
            stage.add(client);
            stage.at(random.nextLong(settings.arrivalNs), () -> client.start(front));
        }
    }

    /** Run to the end. Throws a {@link Violation}, or whatever else went wrong. */
    void run() {
        lastCheckNs = drive.nowNs();
        final int cutAfter = settings.isCutShort ? random.nextInt(1500) : Integer.MAX_VALUE;
        final int drainAfter = settings.isDrained ? random.nextInt(500) : Integer.MAX_VALUE;
        while (!isOver() && drive.cycleCount() < cutAfter) {
            step();
            if (drive.cycleCount() == drainAfter) {
                drain();
            }
        }
        if (drive.cycleCount() < cutAfter) {
            settle();
        }
        shut();
        stage.returnOutgoing();
    }

    private boolean isOver() {
        return stage.activeClientCount() == 0 && loop.activeCount() == 0 && (hasChecks() || world.isStill());
    }

    /** Then the network is never still for long. */
    private boolean hasChecks() {
        return settings.health.checks().kind() != CheckKind.OFF;
    }

    private void step() {
        final int workCount = drive.step();
        if (drive.isToPass(workCount)) {
            look();
            drive.pass();
        }
        drive.requireProgress(workCount);
    }

    /** Now and then, when nothing is under way, at everything. */
    private void look() {
        final long nowNs = drive.nowNs();
        if (nowNs - lastCheckNs >= World.TICK_NS && world.isStill()) {
            lastCheckNs = nowNs;
            oracle.atQuiet(true);
            if (openListenerCount > 0) {
                oracle.checkAdmission(waitingCount());
            }
        }
    }

    /** No new connections: those who are already there are served. */
    private void drain() {
        final SimulatedNetwork network = world.network();
        if (network != null && !settings.isCalm && drive.random().nextInt(4) == 0) {
            // Asked as soon as the machine was woken.
            world.jump(drive.random().nextLong(50 * World.TICK_NS));
            oracle.onJump();
        }
        final long abandonedBefore = network == null ? 0 : network.abandonedCount();
        oracle.onDrain();
        loop.stopAccepting();
        oracle.afterCycle();
        openListenerCount = 0;
        if (network != null && settings.isCalm) {
            // Whoever connects after this is told so, but nobody who was already there.
            final int leftCount = (int) (network.abandonedCount() - abandonedBefore) + waitingCount();
            if (leftCount > 0) {
                throw new Violation(-1, leftCount + " connections wait for an accept that never comes");
            }
        }
    }

    /** Connections that were not accepted yet, as far as that can be known. */
    private int waitingCount() {
        int count = 0;
        for (final int port : listenerPorts) {
            count += world.network() == null ? 0 : world.network().waitingCount(port);
        }
        return count;
    }

    /** Everybody is done: let pins expire, and see that nothing is left. */
    private void settle() {
        operator.retire();
        world.calm();
        // Some may still be waiting to be accepted, though they have long left.
        int stillCount = 0;
        while (stillCount < (hasChecks() ? STILL_TICKS_WITH_CHECKS : STILL_TICKS)) {
            drive.tick(1);
            stillCount = isOver() ? stillCount + 1 : 0;
            drive.requireProgress(1);
        }
        oracle.atEnd(loop, openListenerCount);
        if (oracle.hasPins()) {
            world.jump(settings.pinTimeoutNs);
            oracle.onJump();
            // By the clock: a tick is shorter while the network is busy with checks.
            final long untilNs = drive.nowNs() + 2 * LimitCheck.GRACE_NS + World.TICK_NS;
            while (drive.nowNs() - untilNs < 0) {
                drive.tick(1);
            }
            if (oracle.hasPins()) {
                throw new Violation(-1, "pins are left after their time-out");
            }
        }
    }

    /** The balancer closes, with or without connections. */
    private void shut() {
        operator.retire();
        oracle.onBalancerClose();
        loop.close();
        oracle.afterCycle();
        loop.pollEvents(oracle::onConnection);
        if (oracle.liveCount() != 0 || world.balancer().openSockets() != 0) {
            throw new Violation(
                    -1,
                    "I9 after the close: " + oracle.liveCount() + " connections, "
                            + world.balancer().openSockets() + " sockets");
        }
        if (settings.isCutShort) {
            coverage.onHistory(status);
        }
        world.stage().close();
    }

    /** Events that happened on the network, and events that the engine was told of. */
    long eventCount() {
        return world.eventCount();
    }

    /** Events that the engine was told of. */
    long readyCount() {
        return world.readyCount();
    }

    long connectionCount() {
        return status.count(LoopCounter.ACCEPTED);
    }
}
