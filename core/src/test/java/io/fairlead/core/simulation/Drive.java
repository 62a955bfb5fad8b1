package io.fairlead.core.simulation;

import io.fairlead.core.loop.ForwardingLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;

/**
 * Takes a balancer and everybody on its stage through time, and has the oracle look on after each cycle. It decides how much
 * time passes between two cycles, so that several things may happen at once.
 */
final class Drive {
    private static final int STILL_CYCLE_LIMIT = 20_000;

    private final World world;
    private final Stage stage;
    private final Oracle oracle;
    private final ForwardingLoop loop;
    /** Apart from others, so that what passes does not depend on what the actors draw. */
    private final SplittableRandom random;

    private final long cycleLimit;
    private long cycleCount;
    private long cycleStartNs;
    /** Since when time stands, and for how many busy cycles. */
    private long stillSinceNs;

    private int stillCycleCount;

    /** @param cycleLimit after how many cycles it must be over. */
    Drive(World world, Stage stage, Oracle oracle, ForwardingLoop loop, SplittableRandom random, long cycleLimit) {
        this.world = world;
        this.stage = stage;
        this.oracle = oracle;
        this.loop = loop;
        this.random = random;
        this.cycleLimit = cycleLimit;
    }

    long nowNs() {
        return world.clock().nanoTime();
    }

    long cycleCount() {
        return cycleCount;
    }

    /** The next number of those that decide how time passes. */
    SplittableRandom random() {
        return random;
    }

    /** A cycle, and everybody does what there is to do. @return how much that was. */
    int step() {
        return cycle(random.nextInt(12) == 0 ? random.nextLong(World.TICK_NS) : 0) + stage.doWork();
    }

    /** Whether time is to pass after a step. */
    boolean isToPass(int workCount) {
        return workCount == 0 || random.nextInt(4) == 0;
    }

    /** Let time pass, until somebody has something to do or the balancer is to be driven again. */
    void pass() {
        final long nowNs = nowNs();
        // A cycle that has waited has used some of the time there may be between two.
        final long tickNs = ConnectionRecord.later(nowNs, cycleStartNs + World.TICK_NS);
        final long untilNs = stage.hasTimers() && stage.nextTimerNs() - tickNs < 0
                ? ConnectionRecord.later(nowNs, stage.nextTimerNs())
                : tickNs;
        world.pass(untilNs, tickNs, random);
    }

    /** A few ticks of an embedded loop, whatever there is to do. */
    void tick(int count) {
        for (int i = 0; i < count; i++) {
            cycle(0);
            stage.doWork();
            world.pass(nowNs() + World.TICK_NS, nowNs() + World.TICK_NS, random);
        }
    }

    private int cycle(long timeoutNs) {
        cycleCount++;
        cycleStartNs = nowNs();
        try {
            final int workCount = loop.doWork(timeoutNs);
            oracle.afterCycle();
            loop.pollEvents(oracle::onConnection);
            return workCount;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** See that it is not busy for ever, in no time or over all of it. */
    void requireProgress(int workCount) {
        if (nowNs() != stillSinceNs || workCount == 0) {
            stillSinceNs = nowNs();
            stillCycleCount = 0;
        } else if (++stillCycleCount > STILL_CYCLE_LIMIT) {
            throw new Violation(-1, "the loop is busy without end");
        }
        if (cycleCount > cycleLimit) {
            throw new Violation(
                    -1,
                    "the history does not end: " + loop.activeCount() + " connections, " + stage.activeClientCount()
                            + " clients");
        }
    }
}
