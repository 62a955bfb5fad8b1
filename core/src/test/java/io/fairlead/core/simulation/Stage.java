package io.fairlead.core.simulation;

import io.fairlead.core.simulation.network.SimulatedTransport;
import io.fairlead.core.simulation.network.TimedQueue;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/** Where the actors live: their sockets, their timers and the one buffer they read into. */
final class Stage {
    private static final int BUFFER_LENGTH = 64 * 1024;
    /** Tells the token of a host's listener from the number of a peer. */
    private static final long HOST_MARK = 1L << 32;
    /** The same for that of an agent. */
    private static final long AGENT_MARK = 1L << 33;

    private static final long IPV4_MAPPED = 0xFFFFL << 32;

    final Transport transport;
    final NanoClock clock;
    final Trace trace;
    final UnsafeBuffer buffer;
    final byte[] scratch = new byte[BUFFER_LENGTH];
    final List<ClientActor> clients = new ArrayList<>();
    final List<BackendHost> hosts = new ArrayList<>();
    final List<AgentHost> agents = new ArrayList<>();

    private final Pool pool;
    private final List<Peer> peers = new ArrayList<>();
    private final Map<Long, ClientActor> byAddress = new HashMap<>();
    private final TimedQueue<Runnable> timers = new TimedQueue<>();
    private int activeClientCount;

    /** What histories hand on to each other, so that each does not have to allocate it anew. */
    static final class Pool {
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(BUFFER_LENGTH));
        final List<Outgoing> free = new ArrayList<>();
        final List<Outgoing> lent = new ArrayList<>();
    }

    Stage(Transport transport, NanoClock clock, Pool pool, Trace trace) {
        this.transport = transport;
        this.clock = clock;
        this.pool = pool;
        this.trace = trace;
        buffer = pool.buffer;
    }

    Outgoing borrowOutgoing() {
        final Outgoing borrowed = pool.free.isEmpty() ? new Outgoing(512) : pool.free.remove(pool.free.size() - 1);
        borrowed.clear();
        pool.lent.add(borrowed);
        return borrowed;
    }

    /** Nobody looks at what was sent any more. */
    void returnOutgoing() {
        for (final Outgoing returned : pool.lent) {
            if (returned.bytes().length <= BUFFER_LENGTH) {
                pool.free.add(returned);
            }
        }
        pool.lent.clear();
    }

    /** Whoever acts next at a time. */
    void at(long delayNs, Runnable action) {
        timers.add(clock.nanoTime() + delayNs, 0, action);
    }

    int nextPeerId() {
        return peers.size();
    }

    void add(Peer peer) {
        peers.add(peer);
    }

    Peer peer(int id) {
        return id >= 0 && id < peers.size() ? peers.get(id) : null;
    }

    /** A client speaks from an address and port that no other one of this history has. */
    void add(ClientActor client) {
        add((Peer) client);
        clients.add(client);
        activeClientCount++;
        byAddress.put(keyOf(addressLow(client.address), client.port), client);
    }

    /** The client that speaks from an IPv4 address, or the low half of an IPv6 one, and a port. */
    ClientActor clientAt(long addressLow, int port) {
        return byAddress.get(keyOf(addressLow, port));
    }

    ClientActor clientAt(InetAddress address, int port) {
        return clientAt(addressLow(address), port);
    }

    private static long keyOf(long addressLow, int port) {
        return (addressLow << 16) ^ port;
    }

    /** The low half of an address as the engine keeps it: an IPv4 one is mapped into IPv6. */
    static long addressLow(InetAddress address) {
        final byte[] bytes = address.getAddress();
        long low = 0;
        for (int i = Math.max(0, bytes.length - Long.BYTES); i < bytes.length; i++) {
            low = (low << Byte.SIZE) | (bytes[i] & 0xff);
        }
        return bytes.length == Integer.BYTES ? IPV4_MAPPED | low : low;
    }

    static long tokenOf(BackendHost host) {
        return HOST_MARK | host.index();
    }

    static long tokenOf(AgentHost agent) {
        return AGENT_MARK | agent.index();
    }

    void onClientDone() {
        activeClientCount--;
    }

    /** Clients that are about to do something. */
    int activeClientCount() {
        return activeClientCount;
    }

    boolean hasTimers() {
        return !timers.isEmpty();
    }

    long nextTimerNs() {
        return timers.firstNs();
    }

    /** Let every actor do what it can do now. @return how much that was. */
    int doWork() {
        int workCount;
        try {
            workCount = transport.poll(0, this::onReady);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        while (!timers.isEmpty() && timers.firstNs() - clock.nanoTime() <= 0) {
            timers.take();
            timers.target().run();
            workCount++;
        }
        return workCount;
    }

    private void onReady(long token, int readiness) {
        if ((token & HOST_MARK) != 0) {
            hosts.get((int) token).onReady();
        } else if ((token & AGENT_MARK) != 0) {
            agents.get((int) token).onReady();
        } else {
            peers.get((int) token).onReady(readiness);
        }
    }

    void vanish(int socket) {
        if (transport instanceof SimulatedTransport simulated) {
            simulated.vanish(socket);
        } else {
            // A real network cannot be told to lose a host: nobody reads any more, which is as close as it gets.
            transport.reset(socket);
        }
    }
}
