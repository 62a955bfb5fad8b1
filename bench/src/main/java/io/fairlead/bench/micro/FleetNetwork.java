package io.fairlead.bench.micro;

import io.fairlead.bench.load.LoadTransport;
import io.fairlead.core.simulation.network.NetworkConditions;
import io.fairlead.core.simulation.network.SimulatedNetwork;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * What a fleet's bytes travel over: a transport for the balancer, one for its peers, and the time they live in. The values
 * that {@link #open} knows are those of the benchmarks' parameter {@code transport}.
 *
 * <p><b>Owned by the thread that drives the fleet.</b>
 */
abstract class FleetNetwork implements AutoCloseable {
    static final String SIMULATED = "simulated";
    static final String NIO = "nio";
    static final String EPOLL = "epoll";

    private static final long SEED = 1;
    private static final long DELAY_NS = 20_000;
    private static final int BUFFER_LENGTH = 64 * 1024;

    private final Transport balancer;
    private final Transport peers;
    private final NanoClock clock;

    private FleetNetwork(Transport balancer, Transport peers, NanoClock clock) {
        this.balancer = balancer;
        this.peers = peers;
        this.clock = clock;
    }

    /**
     * A network of its own.
     *
     * @param transport {@link #SIMULATED}, {@link #NIO} or {@link #EPOLL}.
     * @param connectionCount how many connections are to be ready at a time.
     * @return with nothing open in it.
     * @throws IOException if descriptors are lacking, or there is no such transport here: the message says why.
     */
    static FleetNetwork open(String transport, int connectionCount) throws IOException {
        return switch (transport) {
            case SIMULATED -> new Simulated(connectionCount);
            case NIO -> new Loopback(LoadTransport.NIO.open(), LoadTransport.NIO.open());
            // The peers stay what they are, so that the two differ by the balancer's sockets alone.
            case EPOLL -> new Loopback(LoadTransport.EPOLL.open(), LoadTransport.NIO.open());
            default -> throw new IllegalArgumentException("no transport is called '" + transport + "'");
        };
    }

    /** For the balancer, which closes it. */
    Transport balancer() {
        return balancer;
    }

    /** For the clients and the backends. */
    Transport peers() {
        return peers;
    }

    /** For the balancer. */
    NanoClock clock() {
        return clock;
    }

    /** The balancer found nothing to do. @return whether something may have changed by this call. */
    abstract boolean onIdle();

    @Override
    public void close() {
        peers.close();
    }

    /** This machine's loopback interface: what was sent is there at once. */
    private static final class Loopback extends FleetNetwork {
        Loopback(Transport balancer, Transport peers) {
            super(balancer, peers, SystemNanoClock.INSTANCE);
        }

        @Override
        boolean onIdle() {
            return false;
        }
    }

    /** Without system calls: whatever is sent arrives the same time later, so that each run does the same. */
    private static final class Simulated extends FleetNetwork {
        private final SimulatedNetwork network;

        Simulated(int connectionCount) {
            this(new SimulatedNetwork(SEED, conditions(connectionCount), 0));
        }

        private Simulated(SimulatedNetwork network) {
            super(network.open(), network.open(), network.clock());
            this.network = network;
        }

        private static NetworkConditions conditions(int connectionCount) {
            final NetworkConditions conditions = new NetworkConditions();
            conditions.delayMinNs = DELAY_NS;
            conditions.delayMaxNs = DELAY_NS;
            conditions.bufferMinLength = BUFFER_LENGTH;
            conditions.bufferMaxLength = BUFFER_LENGTH;
            conditions.batchLimit = 2 * connectionCount;
            return conditions;
        }

        @Override
        boolean onIdle() {
            if (network.isBusy()) {
                network.advanceTo(network.nextEventNs());
                return true;
            }
            return false;
        }
    }
}
