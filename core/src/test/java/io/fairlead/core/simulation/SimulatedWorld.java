package io.fairlead.core.simulation;

import io.fairlead.core.simulation.network.NetworkConditions;
import io.fairlead.core.simulation.network.SimulatedNetwork;
import io.fairlead.core.simulation.network.SimulatedTransport;
import io.fairlead.core.transport.Transport;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import org.agrona.concurrent.NanoClock;

/** A simulated network under random conditions. */
final class SimulatedWorld implements World {
    private static final int BACKEND_PORT = 9000;
    private static final int AGENT_PORT = 9100;
    private static final int LISTENER_PORT = 8080;
    private static final int FIRST_CLIENT_PORT = 1024;
    private static final int IPV6_LENGTH = 16;
    /** Enough for the listeners and one connection. */
    private static final int LEAST_DESCRIPTORS = 4;

    private final NetworkConditions conditions;
    private final SimulatedNetwork network;
    private final SimulatedTransport balancer;
    private final SimulatedTransport stage;

    /** Where the clients live: elsewhere in each history, as where they are sent follows from it. */
    private final int place;

    SimulatedWorld(HistorySettings settings, SplittableRandom random) {
        place = random.nextInt();
        conditions = conditions(settings, random);
        network = new SimulatedNetwork(random.nextLong(), conditions, startNs(random));
        balancer = network.open();
        if (!settings.isCalm && !settings.isFleet() && random.nextInt(16) == 0) {
            balancer.descriptorLimit(LEAST_DESCRIPTORS + random.nextInt(40));
        }
        stage = network.open();
    }

    private static NetworkConditions conditions(HistorySettings settings, SplittableRandom random) {
        final NetworkConditions drawn = NetworkConditions.random(random);
        if (settings.isCalm) {
            drawn.localResourceChance = 0;
            drawn.noPortChance = 0;
            drawn.bufferMinLength = Math.max(64, drawn.bufferMinLength);
            drawn.bufferMaxLength = drawn.bufferMinLength + random.nextInt(4096);
            drawn.delayMaxNs = drawn.delayMinNs + random.nextInt(1_000_000);
        }
        if (settings.isFleet()) {
            // Small buffers, for there are tens of thousands; what a backend does is to be its own doing.
            drawn.localResourceChance = 0;
            drawn.noPortChance = 0;
            drawn.bufferMinLength = 256;
            drawn.bufferMaxLength = 448;
            drawn.delayMaxNs = drawn.delayMinNs + random.nextInt(2_000_000);
            drawn.batchLimit = 64;
        }
        if (settings.profile == HistorySettings.Profile.LARGE) {
            drawn.bufferMinLength = 16 * 1024;
            drawn.bufferMaxLength = drawn.bufferMinLength + random.nextInt(256 * 1024);
            drawn.delayMaxNs = drawn.delayMinNs + 1_000_000;
            drawn.pipeLength = 16 * 1024 + random.nextInt(256 * 1024);
        } else if (settings.isBulk) {
            // Room for what fills a read, or nothing would ever go through a pipe.
            drawn.bufferMaxLength += 4096;
        }
        return drawn;
    }

    /** Any time may be the first one: it may be negative, or soon wrap. */
    private static long startNs(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> 1_000_000_000L;
            case 1 -> Long.MAX_VALUE - random.nextLong(10_000_000_000L);
            case 2 -> -random.nextLong(10_000_000_000L);
            default -> random.nextLong();
        };
    }

    @Override
    public NanoClock clock() {
        return network.clock();
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
        return network;
    }

    @Override
    public InetSocketAddress listener(int index) {
        return new InetSocketAddress(World.address(new int[IPV6_LENGTH]), LISTENER_PORT + index);
    }

    @Override
    public InetSocketAddress front(InetAddress client, int port) {
        return new InetSocketAddress(
                client instanceof Inet4Address
                        ? World.address(10, 0, 0, 1)
                        : World.address(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
                port);
    }

    @Override
    public InetSocketAddress backend(int index) {
        return new InetSocketAddress(World.address(10, 0, 1, index + 1), BACKEND_PORT);
    }

    @Override
    public InetSocketAddress agent(int index) {
        return new InetSocketAddress(backend(index).getAddress(), AGENT_PORT);
    }

    @Override
    public InetSocketAddress client(int address, int number, SplittableRandom random) {
        final int port = FIRST_CLIENT_PORT + number;
        if (address % 4 != 3) {
            return new InetSocketAddress(
                    World.address(11 + (place & 63), (place >>> 8) & 255, (place >>> 16) & 255, address + 1), port);
        }
        // Several hosts of one IPv6 network are one client.
        final int host = random.nextInt(3);
        return new InetSocketAddress(
                World.address(
                        0x20,
                        0x01,
                        0x0d,
                        0xb8,
                        place & 255,
                        (place >>> 8) & 255,
                        1,
                        address,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        host),
                port);
    }

    @Override
    public void pass(long untilNs, long limitNs, SplittableRandom driver) {
        final long nowNs = network.nowNs();
        final boolean isNear = network.isBusy() && network.nextEventNs() - (nowNs + TICK_NS) < 0;
        long nextNs = untilNs;
        if (isNear && network.nextEventNs() - untilNs < 0) {
            nextNs = network.nextEventNs();
        }
        if (isNear && driver.nextInt(2) == 0) {
            nextNs += driver.nextLong(conditions.delayMaxNs + 1);
        }
        if (nextNs - limitNs > 0) {
            nextNs = limitNs;
        }
        network.advanceTo(nextNs - nowNs < 0 ? nowNs : nextNs);
    }

    @Override
    public void jump(long durationNs) {
        network.jump(durationNs);
    }

    @Override
    public boolean isStill() {
        return !network.isMoving() && !balancer.hasCandidates() && !stage.hasCandidates();
    }

    @Override
    public void calm() {
        balancer.descriptorLimit(Integer.MAX_VALUE);
        conditions.calm();
    }

    @Override
    public long eventCount() {
        return network.eventCount() + balancer.readyCount();
    }

    @Override
    public long readyCount() {
        return balancer.readyCount();
    }
}
