package io.fairlead.core.simulation;

import io.fairlead.core.loop.ForwardingLoop;
import io.fairlead.core.simulation.network.SimulatedNetwork;
import java.util.SplittableRandom;

/** Whoever runs the place: configures backends while the balancer runs, and has hosts stop, fail and come back. */
final class Operator {
    private static final long SECOND_NS = 1_000_000_000L;

    private final Stage stage;
    private final Configuration configuration;
    private final HistorySettings settings;
    private final SplittableRandom random;
    /** Null on a real network. */
    private final SimulatedNetwork network;

    private final Oracle oracle;
    private ForwardingLoop loop;
    private boolean isRetired;

    Operator(
            Stage stage,
            Configuration configuration,
            HistorySettings settings,
            SplittableRandom random,
            SimulatedNetwork network,
            Oracle oracle) {
        this.stage = stage;
        this.configuration = configuration;
        this.settings = settings;
        this.random = random;
        this.network = network;
        this.oracle = oracle;
    }

    /** Plan everything there is to do. */
    void start(ForwardingLoop operated) {
        loop = operated;
        for (int i = 0; i < settings.operationCount; i++) {
            stage.at(random.nextLong(2 * settings.arrivalNs + SECOND_NS / 10), this::act);
        }
    }

    /** Do nothing more. */
    void retire() {
        isRetired = true;
    }

    private void act() {
        if (isRetired) {
            return;
        }
        final BackendHost host = stage.hosts.get(random.nextInt(stage.hosts.size()));
        switch (random.nextInt(12)) {
            case 0, 1 -> drain(host, true);
            case 2 -> drain(host, false);
            case 3 -> remove(host);
            case 4, 5 -> add(host);
            case 6 -> changeWeight(host);
            case 7 -> {
                trace(host.name() + " is stopped");
                host.stop();
            }
            case 8 -> {
                trace(host.name() + " crashes");
                host.crash();
            }
            case 9 -> {
                trace(host.name() + " is started");
                host.start();
                route(host, SimulatedNetwork.Route.OPEN);
            }
            case 10 -> lose(host);
            default -> jump();
        }
    }

    private void drain(BackendHost host, boolean value) {
        final Incarnation member = configuration.ofHost(host);
        if (member != null) {
            trace(host.name() + (value ? " drains" : " drains no more"));
            loop.drainBackend(host.name(), value);
            member.isDraining = value;
        }
    }

    private void remove(BackendHost host) {
        final Incarnation member = configuration.ofHost(host);
        if (member != null) {
            trace(host.name() + " is removed");
            loop.removeBackend(host.name());
            configuration.remove(member);
        }
    }

    private void add(BackendHost host) {
        if (configuration.ofHost(host) == null) {
            final Incarnation added = new Incarnation(host, 1 + random.nextInt(3));
            trace(host.name() + " is added with weight " + added.weight);
            configuration.add(added);
            loop.addBackend(added.toSettings());
        }
    }

    private void changeWeight(BackendHost host) {
        final Incarnation member = configuration.ofHost(host);
        if (member != null) {
            member.weight = 1 + random.nextInt(5);
            trace(host.name() + " now weighs " + member.weight);
            loop.weighBackend(host.name(), member.weight);
        }
    }

    private void lose(BackendHost host) {
        if (random.nextInt(2) == 0) {
            trace(host.name() + " loses power");
            host.losePower();
            route(host, SimulatedNetwork.Route.SILENT);
        } else {
            trace(host.name() + " cannot be reached");
            route(host, SimulatedNetwork.Route.UNREACHABLE);
        }
    }

    private void route(BackendHost host, SimulatedNetwork.Route route) {
        if (network != null) {
            network.route(host.address(), route);
        }
    }

    /** As when the machine was suspended. */
    private void jump() {
        if (network != null && random.nextInt(3) == 0) {
            final long durationNs = random.nextLong(SECOND_NS / 100, 20 * SECOND_NS);
            trace("the clock jumps by " + durationNs + " ns");
            network.jump(durationNs);
            oracle.onJump();
        }
    }

    private void trace(String what) {
        if (stage.trace != null) {
            stage.trace.add(-1, "operator: " + what);
        }
    }
}
