package io.fairlead.core.simulation;

import static io.fairlead.core.simulation.Violation.require;

import io.fairlead.core.loop.ForwardingLoop;
import io.fairlead.core.loop.Invariants;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.ConnectionEvent;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.transport.Transport;

/**
 * Says whether the engine does what it must: it decides what is checked when. A {@link SeamListener} keeps an account of each
 * connection from what the engine does; the checks hold the engine's own against it after each cycle, at quiet points, and at
 * a connection's end. Bytes are compared by the peers themselves.
 *
 * <p>What is known from the engine's own tables is used only to see that the two accounts agree.
 */
final class Oracle {
    private final HistorySettings settings;
    private final Stage stage;
    private final Configuration configuration;
    private final BalancerStatus status;
    private final Coverage coverage;
    private final LiveConnections live = new LiveConnections();
    private final SumCheck sums;
    private final EndCheck ends;
    private final EventCheck events;
    private final PipeCheck pipes;
    // All below look into the loop, which there is only once its transport is.
    private SeamListener seam;
    private Invariants invariants;
    private ConnectionTable connections;
    private TableFollower follower;
    private ChoiceCheck choices;
    private LimitCheck limits;
    private ProbeCheck probes;
    private FlowCheck flow;

    Oracle(
            HistorySettings settings,
            Stage stage,
            Configuration configuration,
            BalancerStatus status,
            Coverage coverage) {
        this.settings = settings;
        this.stage = stage;
        this.configuration = configuration;
        this.status = status;
        this.coverage = coverage;
        sums = new SumCheck(settings, status);
        events = new EventCheck(settings, configuration);
        pipes = new PipeCheck(settings);
        ends = new EndCheck(settings, stage, coverage);
    }

    /** Watch a loop. @return who is to hear of every call into its transport. */
    SeamListener watch(ForwardingLoop loop, Transport transport) {
        invariants = new Invariants(loop);
        connections = invariants.connections();
        follower = new TableFollower(live, invariants, pipes, stage.clock, coverage);
        final HealthModel health = new HealthModel(invariants, status);
        choices = new ChoiceCheck(settings, configuration, status, stage.clock, invariants, health);
        limits = new LimitCheck(settings, stage.clock, invariants, health);
        probes = new ProbeCheck(settings, configuration, invariants, limits, stage.clock, stage.trace);
        flow = new FlowCheck(invariants);
        seam = new SeamListener(
                stage, transport, coverage, live, invariants, sums, choices, limits, pipes, probes, health);
        return seam;
    }

    // What others do that changes what the engine may do

    /** The clock jumps. */
    void onJump() {
        limits.onJump();
    }

    /** The balancer takes those who wait, outside of any cycle, and then no more. */
    void onDrain() {
        live.nextCycle();
    }

    /** From now on the balancer ends everything. */
    void onBalancerClose() {
        seam.onBalancerClose();
    }

    // What is checked when

    /** After each cycle: those that were touched, and the sums. */
    void afterCycle() {
        follower.afterCycle();
        choices.followExpiry();
        invariants.checkCheaply();
        invariants.checkBytes(follower.heldLength());
        pipes.checkSum(follower.pipedLength());
        limits.followLine();
        probes.afterCycle();
        sums.check(live.count(), connections.activeCount(), choices);
    }

    /** The engine tells of a connection: at its end, is that true? */
    void onConnection(ConnectionEvent event) {
        final ClientActor actor = stage.clientAt(event.clientAddress(), event.clientPort());
        if (actor == null || actor.record == null) {
            throw new Violation(-1, "an event of nobody: " + event);
        }
        events.check(event, actor, stage.clock.nanoTime());
        if (event.end()) {
            if (stage.trace != null) {
                stage.trace.add(actor.id, "balancer: ended, " + event.cause());
            }
            coverage.onEnd(event.cause());
            sums.onEnd(event, actor.record);
            ends.check(event, actor, stage.clock.nanoTime(), seam.hadLocalResourceFault(), seam.isEnding());
        }
    }

    /** Nothing is under way: everything that holds between two cycles, and that nobody has overstayed. */
    void atQuiet(boolean areBytesStill) {
        invariants.check();
        for (int slot = 0; slot < connections.highWater(); slot++) {
            final ConnectionRecord connection = live.get(slot);
            if (connection != null) {
                limits.checkOverdue(connection);
                if (areBytesStill) {
                    flow.check(connection);
                }
            }
        }
        if (!limits.hasJumpedWithin(2 * LimitCheck.GRACE_NS)) {
            choices.checkOverdue(2 * LimitCheck.GRACE_NS);
        }
        choices.checkCount();
        probes.checkOverdue();
    }

    /** Nobody waits in vain to be accepted. */
    void checkAdmission(int waitingCount) {
        limits.checkAdmission(waitingCount);
    }

    /** Everything has ended: nothing may be left. */
    void atEnd(ForwardingLoop loop, int listenerCount) {
        choices.checkPins(stage.clients, loop);
        atQuiet(false);
        invariants.checkSockets(listenerCount);
        require(connections.activeCount() == 0, -1, "connections are left");
        require(status.count(LoopCounter.SLABS_OUT) == 0, -1, "slabs are left");
        require(status.count(LoopCounter.PIPES_OUT) == 0, -1, "pipes are left");
        require(invariants.slabWaitingCount() == 0, -1, "somebody waits for a slab after the end");
        require(invariants.backends().leaving().isEmpty(), -1, "a removed backend is left");
        ends.checkBackends(status, configuration);
        ends.checkClients();
        coverage.onHistory(status);
    }

    /** Whether pins are left that will expire. */
    boolean hasPins() {
        return choices.hasPins();
    }

    int liveCount() {
        return live.count();
    }
}
