package io.fairlead.core.simulation;

import static io.fairlead.core.simulation.Violation.require;

import io.fairlead.core.loop.ForwardingLoop;
import io.fairlead.core.loop.Settings;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.LoopCounter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.errors.DistinctErrorLog;

/**
 * A fleet of thousands of clients that always want to be connected, and of backends that fail and return while they are.
 * Everything in it follows from its plan and its seed.
 *
 * <p>It is held against the same oracle as a {@link History}: every call at the seam, the touched connections and the
 * sums after every cycle; the whole table, which takes as long as there are connections, every second.
 */
final class FleetHistory {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long CYCLE_LIMIT = 20_000_000;
    private static final int STILL_TICKS = 3;
    /** The longest that a client goes without trying, and the longest it waits in vain. */
    private static final long LOST_NS = 60 * SECOND_NS;

    private final FleetPlan plan;
    private final HistorySettings settings;
    private final World world;
    private final Stage stage;
    private final Oracle oracle;
    private final Configuration configuration = new Configuration();
    private final BalancerStatus status = new BalancerStatus();
    private final ForwardingLoop loop;
    private final Drive drive;
    private final List<FleetClient> clients = new ArrayList<>();
    /** Those that fail, one for each failure of the plan. */
    private final List<BackendHost> failing = new ArrayList<>();

    private final boolean[] hasFailed;
    private long nextCheckNs;

    FleetHistory(long seed, FleetPlan plan, History.Resources resources, Trace trace) {
        this.plan = plan;
        final SplittableRandom random = new SplittableRandom(seed);
        settings = new HistorySettings(plan);
        world = new SimulatedWorld(settings, random.split());
        if (trace != null) {
            trace.start(world.clock());
        }
        stage = new Stage(world.stage(), world.clock(), resources.pool, trace);
        oracle = new Oracle(settings, stage, configuration, status, resources.coverage);
        hasFailed = new boolean[plan.weights().size()];
        loop = openLoop(random, resources.errorLog());
        drive = new Drive(world, stage, oracle, loop, random.split(), CYCLE_LIMIT);
        invite(random);
        chooseFailing(random);
    }

    private ForwardingLoop openLoop(SplittableRandom random, DistinctErrorLog errorLog) {
        final List<Settings.BackendSettings> backends = new ArrayList<>();
        for (int i = 0; i < settings.backendCount; i++) {
            final BackendHost host =
                    new BackendHost(stage, i, "b" + (i + 1), world.backend(i), settings, random.split());
            host.treat(Conduct.ECHO);
            if (plan.failures().contains(FleetFailure.DRAINED)) {
                host.engage(world.agent(i));
                host.agent().say("ready");
            }
            final Incarnation member = new Incarnation(host, plan.weights().get(i));
            configuration.add(member);
            backends.add(member.toSettings());
        }
        final WatchedTransport watched = new WatchedTransport(world.balancer());
        final ForwardingLoop opened = new ForwardingLoop(
                settings.build(List.of(world.listener(0)), backends),
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
        opened.listenerNames(List.of("listener"));
        return opened;
    }

    private void invite(SplittableRandom random) {
        final int place = random.nextInt();
        for (int i = 0; i < plan.clientCount(); i++) {
            final FleetClient client =
                    new FleetClient(stage, settings, world, loop.localPort(0), i, place, random.split());
            clients.add(client);
            client.arrive(random.nextLong(plan.arrivalNs()));
        }
    }

    private void chooseFailing(SplittableRandom random) {
        while (failing.size() < plan.failures().size()) {
            final BackendHost host = stage.hosts.get(random.nextInt(stage.hosts.size()));
            if (!failing.contains(host)) {
                failing.add(host);
                hasFailed[host.index()] = true;
            }
        }
    }

    /** Run to the end. Throws a {@link Violation}, or whatever else went wrong. */
    FleetFigures run() {
        nextCheckNs = drive.nowNs();
        pass(plan.arrivalNs() + plan.settlingNs());
        for (final FleetClient client : clients) {
            require(client.home() != FleetClient.NOWHERE, -1, "a client was not served although nothing was wrong");
            client.begin();
        }
        fail();
        pass(plan.failureNs());
        heal();
        pass(plan.returnNs());
        final FleetFigures figures = figures();
        settle();
        shut();
        return figures;
    }

    private void fail() {
        for (int i = 0; i < failing.size(); i++) {
            trace(failing.get(i).name() + " is " + plan.failures().get(i));
            plan.failures().get(i).begin(failing.get(i), world.network(), stage, plan.failureNs());
        }
    }

    private void heal() {
        for (int i = 0; i < failing.size(); i++) {
            trace(failing.get(i).name() + " returns");
            plan.failures().get(i).end(failing.get(i), world.network());
        }
        clients.forEach(FleetClient::onReturn);
    }

    private FleetFigures figures() {
        final FleetFigures figures = new FleetFigures(plan.weights(), hasFailed);
        for (final FleetClient client : clients) {
            figures.add(client.log(), drive.nowNs() - client.awaySinceNs() > LOST_NS);
        }
        return figures;
    }

    /** Let so much time pass. */
    private void pass(long durationNs) {
        final long endNs = drive.nowNs() + durationNs;
        while (drive.nowNs() - endNs < 0) {
            final int workCount = drive.step();
            if (drive.isToPass(workCount)) {
                look();
                drive.pass();
            }
            drive.requireProgress(workCount);
        }
    }

    private void look() {
        if (drive.nowNs() - nextCheckNs >= 0) {
            nextCheckNs = drive.nowNs() + SECOND_NS;
            oracle.atQuiet(world.isStill());
        }
    }

    /** Everybody goes: let pins expire, and see that nothing is left. */
    private void settle() {
        clients.forEach(FleetClient::retire);
        world.calm();
        int stillCount = 0;
        while (stillCount < STILL_TICKS) {
            drive.tick(1);
            drive.requireProgress(1);
            stillCount = isOver() ? stillCount + 1 : 0;
        }
        oracle.atEnd(loop, 1);
        world.jump(settings.pinTimeoutNs);
        oracle.onJump();
        drive.tick(1 + (int) (2 * LimitCheck.GRACE_NS / World.TICK_NS));
        require(!oracle.hasPins(), -1, "pins are left after their time-out");
    }

    private boolean isOver() {
        return stage.activeClientCount() == 0 && loop.activeCount() == 0 && world.isStill();
    }

    private void shut() {
        oracle.onBalancerClose();
        loop.close();
        oracle.afterCycle();
        require(world.balancer().openSockets() == 0, -1, "I9 sockets after the close");
        world.stage().close();
        stage.returnOutgoing();
    }

    private void trace(String what) {
        if (stage.trace != null) {
            stage.trace.add(-1, "fleet: " + what);
        }
    }

    long connectionCount() {
        return status.count(LoopCounter.ACCEPTED);
    }

    long eventCount() {
        return world.eventCount();
    }

    long readyCount() {
        return world.readyCount();
    }

    long cycleCount() {
        return drive.cycleCount();
    }
}
