package io.fairlead.bench.gate;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** What a message makes the loop allocate on real sockets, the JDK's own part included. */
final class LoopAllocation {
    /** So few that no descriptor is above those whose Integers the JDK keeps; see AllocationTest in core. */
    private static final int CONNECTION_COUNT = 10;

    private static final int MESSAGE_LENGTH = 64;
    private static final int WARMUP_COUNT = 20;
    private static final int ROUND_TRIP_COUNT = 200;

    /**
     * Rounds to wait for one without an allocation: a class that is loaded late, or a deoptimisation, spoils some; and on epoll a
     * poll allocates 40 bytes inside java.lang.foreign until C2 has compiled it, which a busy machine keeps waiting.
     */
    private static final int ROUND_LIMIT = 100;

    private LoopAllocation() {}

    /**
     * Measure.
     *
     * @param factory of the subject.
     * @return bytes allocated for a message there and back, in the round with the fewest.
     */
    static double perMessage(Subject.Factory factory) throws IOException {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (LoopbackLoad load = new LoopbackLoad(factory, CONNECTION_COUNT, MESSAGE_LENGTH)) {
            for (int i = 0; i < WARMUP_COUNT; i++) {
                load.roundTrips(ROUND_TRIP_COUNT);
            }
            long least = Long.MAX_VALUE;
            for (int i = 0; i < ROUND_LIMIT && least > 0; i++) {
                final long before = threads.getCurrentThreadAllocatedBytes();
                load.roundTrips(ROUND_TRIP_COUNT);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            return least / (double) (ROUND_TRIP_COUNT * CONNECTION_COUNT);
        }
    }
}
