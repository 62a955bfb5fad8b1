package io.fairlead.core.simulation;

/**
 * What the orphans of one failure may expect. <b>Immutable.</b>
 *
 * @param backAfterSeconds until when 99 of 100 of them have something that works again.
 * @param leastMovedShare of them that move, of 1.
 * @param mostMovedShare of them that move, of 1.
 * @param mostCutEach how often each is cut, on average.
 * @param mostRefusedEach how often each gets no WebSocket, on average.
 */
record FleetExpectation(
        double backAfterSeconds,
        double leastMovedShare,
        double mostMovedShare,
        double mostCutEach,
        double mostRefusedEach) {

    /** Everybody moves, as soon as said. */
    static FleetExpectation allMove(double backAfterSeconds) {
        return someMove(backAfterSeconds, 1, 1);
    }

    /** Some move; nobody is cut more than once or gets a no. */
    static FleetExpectation someMove(double backAfterSeconds, double leastShare, double mostShare) {
        return new FleetExpectation(backAfterSeconds, leastShare, mostShare, 1, 0);
    }

    FleetExpectation cutEach(double count) {
        return new FleetExpectation(backAfterSeconds, leastMovedShare, mostMovedShare, count, mostRefusedEach);
    }

    FleetExpectation refusedEach(double count) {
        return new FleetExpectation(backAfterSeconds, leastMovedShare, mostMovedShare, mostCutEach, count);
    }
}
