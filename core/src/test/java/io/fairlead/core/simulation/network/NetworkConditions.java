package io.fairlead.core.simulation.network;

import java.util.SplittableRandom;

/**
 * How a simulated network treats what is sent through it. Lengths are in bytes, chances in thousandths. The fields may be
 * changed while a network runs; what is decided per socket (its buffers) is decided when it is opened.
 *
 * <p><b>Owned by the thread that drives the network.</b>
 */
public final class NetworkConditions {
    /** Shortest time in nanoseconds from one host to another. */
    public long delayMinNs = 20_000;
    /** Longest time in nanoseconds from one host to another. */
    public long delayMaxNs = 200_000;
    /** Smallest buffer of a socket, for each direction. */
    public int bufferMinLength = 16 * 1024;
    /** Largest buffer of a socket, for each direction. */
    public int bufferMaxLength = 16 * 1024;
    /** Chance that a read gives, or a write takes, less than it could. */
    public int partialTransferChance;
    /** Chance that only a piece of what is on its way arrives at a time. */
    public int splitArrivalChance;
    /** Chance that a write takes nothing although the socket is ready, or a read finds nothing. */
    public int blockedTransferChance;
    /** Chance that a ready socket is not told of by a poll; the next one may. */
    public int delayedReadinessChance;
    /** Chance that a poll tells of a socket that is not ready, within its interest. */
    public int spuriousReadinessChance;
    /** Most sockets one poll tells of. */
    public int batchLimit = 64;
    /** Whether a poll tells of sockets in random order. */
    public boolean isShuffled;
    /**
     * Whether a poll also tells of what changed while its batch was handed out, under the token from before: of sockets
     * that were closed and of interest that was dropped, as {@code epoll_wait} does.
     */
    public boolean hasStaleEvents;
    /** Whether a reset is told of as {@link io.fairlead.core.transport.Transport#FAILED}, whatever the interest. */
    public boolean reportsFailures;
    /** Whether a close takes effect in the next poll only, as on java.nio. */
    public boolean defersCloses;
    /** Whether a reset that arrives takes with it what had arrived before and was not read yet. */
    public boolean resetDropsUnread;
    /** Whether hosts have pipes; looked at when a host is opened. */
    public boolean hasPipes = true;
    /** Most bytes a pipe holds. */
    public int pipeLength = 64 * 1024;
    /** Chance that accepting, connecting, registering or opening a pipe finds no descriptor left. */
    public int localResourceChance;
    /** Chance that connecting finds no local port left. */
    public int noPortChance;
    /** Chance that a connect which fails says so at once rather than later. */
    public int immediateOutcomeChance;

    /** A network without faults: whole reads and writes, short delays, ample buffers. */
    public NetworkConditions() {}

    /**
     * Conditions for one history.
     *
     * @param random decides all of them.
     * @return anything from a calm network to one that gives a byte at a time.
     */
    public static NetworkConditions random(SplittableRandom random) {
        final NetworkConditions conditions = new NetworkConditions();
        conditions.delayMinNs = 1_000L * (1 + random.nextInt(100));
        conditions.delayMaxNs = conditions.delayMinNs + 1_000L * (1 + random.nextInt(rare(random) ? 200_000 : 2_000));
        conditions.bufferMinLength = rare(random) ? 1 : 32 + random.nextInt(500);
        conditions.bufferMaxLength = conditions.bufferMinLength + random.nextInt(often(random) ? 4096 : 64);
        conditions.partialTransferChance = often(random) ? random.nextInt(300) : 0;
        conditions.splitArrivalChance = often(random) ? random.nextInt(500) : 0;
        conditions.blockedTransferChance = rare(random) ? random.nextInt(100) : 0;
        conditions.delayedReadinessChance = often(random) ? random.nextInt(400) : 0;
        conditions.spuriousReadinessChance = often(random) ? random.nextInt(100) : 0;
        conditions.batchLimit = often(random) ? 64 : 1 + random.nextInt(8);
        conditions.isShuffled = often(random);
        conditions.hasStaleEvents = often(random);
        conditions.reportsFailures = often(random);
        conditions.defersCloses = often(random);
        conditions.resetDropsUnread = often(random);
        conditions.localResourceChance = rare(random) ? random.nextInt(60) : 0;
        conditions.noPortChance = rare(random) ? random.nextInt(200) : 0;
        conditions.immediateOutcomeChance = random.nextInt(1000);
        conditions.hasPipes = !rare(random);
        conditions.pipeLength = rare(random) ? 1 + random.nextInt(16) : 16 + random.nextInt(often(random) ? 4096 : 512);
        return conditions;
    }

    /** Let no more fault begin: what is on its way arrives. */
    public void calm() {
        blockedTransferChance = 0;
        delayedReadinessChance = 0;
        spuriousReadinessChance = 0;
        localResourceChance = 0;
        noPortChance = 0;
    }

    private static boolean often(SplittableRandom random) {
        return random.nextInt(2) == 0;
    }

    private static boolean rare(SplittableRandom random) {
        return random.nextInt(8) == 0;
    }
}
