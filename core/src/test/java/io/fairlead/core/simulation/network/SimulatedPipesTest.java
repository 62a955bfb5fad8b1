package io.fairlead.core.simulation.network;

import io.fairlead.core.transport.PeerNetwork;
import io.fairlead.core.transport.PipesContract;
import io.fairlead.core.transport.Transport;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of all pipes on the simulated network: a calm one, and some that break transfers up. */
@ParameterizedClass(name = "seed {0}")
@ValueSource(longs = {SimulatedPipesTest.CALM, 1, 2, 3, 4, 5, 6, 7, 8})
class SimulatedPipesTest extends PipesContract {
    static final long CALM = SimulatedTransportTest.CALM;

    private final long seed;
    private final SimulatedNetwork network;

    SimulatedPipesTest(long seed) {
        this.seed = seed;
        final SplittableRandom random = new SplittableRandom(seed);
        final NetworkConditions conditions =
                seed == CALM ? new NetworkConditions() : SimulatedTransportTest.rough(random);
        conditions.hasPipes = true;
        network = new SimulatedNetwork(seed, conditions, seed == CALM ? 0 : random.nextLong());
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

    @Override
    protected int pieceLength() {
        return SimulatedTransportTest.BUFFER_MIN_LENGTH;
    }
}
