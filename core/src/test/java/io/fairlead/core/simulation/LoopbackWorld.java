package io.fairlead.core.simulation;

import io.fairlead.core.simulation.network.SimulatedNetwork;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;

/**
 * The loopback interface, through real transports. Time passes only when nothing is under way, so that whoever waits for
 * a limit does not have to be waited for.
 */
final class LoopbackWorld implements World {
    /** How long nothing must happen for nothing to be under way: loopback delivers within a system call. */
    private static final long STILL_NS = 1_000_000L;

    private static final int FIRST_CLIENT_PORT = 20_000;

    private final Transport balancer;
    private final Transport stage;
    private final int run;
    private long nowNs = 1_000_000_000L;

    /** @param open makes a transport. */
    LoopbackWorld(Supplier<Transport> open, SplittableRandom random) {
        balancer = open.get();
        stage = open.get();
        // Another network for each run: the ports of the last one may still be in TIME_WAIT.
        run = random.nextInt(1 << 14);
    }

    @Override
    public NanoClock clock() {
        return () -> nowNs;
    }

    @Override
    public Transport balancer() {
        return balancer;
    }

    @Override
    public Transport stage() {
        return stage;
    }

    @Override
    public SimulatedNetwork network() {
        return null;
    }

    @Override
    public InetSocketAddress listener(int index) {
        return new InetSocketAddress(World.address(127, 0, 0, 1), 0);
    }

    @Override
    public InetSocketAddress front(InetAddress client, int port) {
        return new InetSocketAddress(World.address(127, 0, 0, 1), port);
    }

    @Override
    public InetSocketAddress backend(int index) {
        return new InetSocketAddress(World.address(127, 0, 0, 1), 0);
    }

    @Override
    public InetSocketAddress agent(int index) {
        return backend(index);
    }

    @Override
    public InetSocketAddress client(int address, int number, SplittableRandom random) {
        return new InetSocketAddress(
                World.address(127, 1 + (run >>> 8), run & 0xff, 1 + address), FIRST_CLIENT_PORT + number);
    }

    @Override
    public void pass(long untilNs, long limitNs, SplittableRandom driver) {
        if (isStill()) {
            nowNs = untilNs;
        }
    }

    /** Looks without taking: interest is level-triggered, so that what is ready is told of again. */
    private static boolean isSomethingReady(Transport transport) {
        try {
            return transport.poll(STILL_NS, (token, readiness) -> {}) > 0;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void jump(long durationNs) {
        nowNs += durationNs;
    }

    @Override
    public boolean isStill() {
        return !isSomethingReady(balancer) && !isSomethingReady(stage);
    }

    @Override
    public void calm() {
        // Nothing goes wrong here but what the actors do.
    }

    /** Nobody counts what happens on a real network. */
    @Override
    public long eventCount() {
        return 0;
    }

    @Override
    public long readyCount() {
        return 0;
    }
}
