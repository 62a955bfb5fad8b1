package io.fairlead.core.simulation.network;

import io.fairlead.core.transport.PeerNetwork;
import io.fairlead.core.transport.Transport;
import io.fairlead.core.transport.TransportContract;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract of every transport on the simulated network: a calm one, and some that break transfers up, are late, shuffle
 * their events, defer closes and tell of stale events and failures. What the contract rules out for every transport, readiness
 * that is withheld or made up, is left to the simulation's other tests.
 */
@ParameterizedClass(name = "seed {0}")
@ValueSource(longs = {SimulatedTransportTest.CALM, 1, 2, 3, 4, 5, 6, 7, 8})
class SimulatedTransportTest extends TransportContract {
    static final long CALM = 0;

    /** No test leaves more than this unread before it goes on. */
    static final int BUFFER_MIN_LENGTH = 32;

    private final long seed;
    private final NetworkConditions conditions;
    private final SimulatedNetwork network;

    SimulatedTransportTest(long seed) {
        this.seed = seed;
        final SplittableRandom random = new SplittableRandom(seed);
        conditions = seed == CALM ? new NetworkConditions() : rough(random);
        network = new SimulatedNetwork(seed, conditions, seed == CALM ? 0 : random.nextLong());
    }

    static NetworkConditions rough(SplittableRandom random) {
        final NetworkConditions conditions = NetworkConditions.random(random);
        conditions.calm();
        conditions.batchLimit = Integer.MAX_VALUE;
        conditions.bufferMinLength = Math.max(conditions.bufferMinLength, BUFFER_MIN_LENGTH);
        conditions.bufferMaxLength = Math.max(conditions.bufferMaxLength, BUFFER_MIN_LENGTH);
        return conditions;
    }

    @Override
    protected PeerNetwork createPeers() {
        return new SimulatedPeers(network);
    }

    @Override
    protected Transport create() {
        return network.open();
    }

    @Override
    protected boolean movesFewBytesAtOnce() {
        return seed == CALM;
    }
}
