package io.fairlead.core.simulation;

import io.fairlead.core.simulation.network.SimulatedNetwork;
import io.fairlead.core.transport.Transport;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.agrona.concurrent.NanoClock;

/** What a history takes place in: a network, and the time. */
interface World {
    /** An embedded loop is to be driven ten times a second. */
    long TICK_NS = 100_000_000L;

    NanoClock clock();

    /** The balancer's sockets. */
    Transport balancer();

    /** Everybody else's. */
    Transport stage();

    /** The network, null if it is a real one. */
    SimulatedNetwork network();

    /** Where a listener of the balancer is to be bound. */
    InetSocketAddress listener(int index);

    /** Where a client of an address finds a listener, by its port. */
    InetSocketAddress front(InetAddress client, int port);

    /** Where a backend is to listen. */
    InetSocketAddress backend(int index);

    /** Where a backend's agent is to listen. */
    InetSocketAddress agent(int index);

    /** Where a client connects from, by the number of its address and its own. */
    InetSocketAddress client(int address, int number, SplittableRandom random);

    /**
     * Let time pass: until something happens, but not beyond a limit.
     *
     * @param untilNs the next thing that anybody has planned.
     * @param limitNs when the balancer is to be driven again at the latest.
     * @param driver decides how much more passes, so that several things happen at once.
     */
    void pass(long untilNs, long limitNs, SplittableRandom driver);

    /** Make it that much later, whatever is under way. */
    void jump(long durationNs);

    /** Whether there is nothing on its way, and nothing that anybody was told of and has not acted on. */
    boolean isStill();

    /** From now on nothing goes wrong. */
    void calm();

    /** Events that happened on the network, and events that the engine was told of. */
    long eventCount();

    /** Events that the engine was told of. */
    long readyCount();

    static InetAddress address(int... parts) {
        final byte[] bytes = new byte[parts.length];
        for (int i = 0; i < parts.length; i++) {
            bytes[i] = (byte) parts[i];
        }
        return address(bytes);
    }

    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (final UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }
}
