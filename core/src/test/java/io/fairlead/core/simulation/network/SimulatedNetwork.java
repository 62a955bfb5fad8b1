package io.fairlead.core.simulation.network;

import io.fairlead.core.transport.Transport;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.NanoClock;

/**
 * Hosts in memory and what travels between them, on a clock that moves when it is told to. Two networks with the same seed
 * and the same calls do the same.
 *
 * <p>It models what a balancer can see of TCP: bytes arrive in order and in pieces of any size, a window closes when they
 * are not read, a FIN stands behind the last byte, a reset overtakes nothing that has arrived but destroys what is on its
 * way. A socket that is closed with bytes unread, or that bytes reach after it was closed, answers with a reset, as Linux
 * does (RFC 9293 section 3.10.7, RFC 2525 section 2.17). Hosts have every address: who listens on a wildcard takes whatever
 * is sent to its port and to no listener of that very address.
 *
 * <p><b>Owned by one thread</b>, which drives all of its transports.
 */
public final class SimulatedNetwork {
    private static final int SYN_ARRIVES = 0;
    private static final int OUTCOME_ARRIVES = 1;
    private static final int BYTES_ARRIVE = 2;
    private static final int RESET_ARRIVES = 3;

    private static final int FIRST_EPHEMERAL_PORT = 32_768;
    private static final int LAST_PORT = 65_535;
    private static final long FIRST_SYN_RETRY_NS = 1_000_000_000L;
    private static final int SYN_RETRY_COUNT = 6;

    private static final InetAddress ANY_IPV4 = address(new byte[4]);
    private static final InetAddress ANY_IPV6 = address(new byte[16]);

    private final SplittableRandom random;
    private final NetworkConditions conditions;
    private final TimedQueue<SimulatedSocket> queue = new TimedQueue<>();
    private final Map<InetSocketAddress, SimulatedSocket> listeners = new HashMap<>();
    private final Map<InetSocketAddress, Route> routes = new HashMap<>();
    private final List<byte[]> freeRings = new ArrayList<>();
    private int ringLength;
    private long nowNs;
    private long eventCount;
    private int movingCount;
    private long abandonedCount;
    private int nextPort = FIRST_EPHEMERAL_PORT;

    /** What becomes of those who connect to an address. */
    public enum Route {
        /** A listener takes them; without one they are refused. */
        OPEN,
        /** They hear nothing. */
        SILENT,
        /** There is no way there. */
        UNREACHABLE
    }

    /**
     * An empty network.
     *
     * @param seed decides everything that is left to chance.
     * @param conditions kept, and looked at as they are at the time.
     * @param startNs what the clock shows first; it may be anything a monotonic clock may show.
     */
    public SimulatedNetwork(long seed, NetworkConditions conditions, long startNs) {
        random = new SplittableRandom(seed);
        this.conditions = conditions;
        nowNs = startNs;
    }

    /**
     * A host's sockets.
     *
     * @return a transport on this network; any number may be opened.
     */
    public SimulatedTransport open() {
        return new SimulatedTransport(this);
    }

    /**
     * The network's time, for whoever is to live in it.
     *
     * @return a view that never moves by itself.
     */
    public NanoClock clock() {
        return this::nowNs;
    }

    /**
     * The network's time.
     *
     * @return nanoseconds.
     */
    public long nowNs() {
        return nowNs;
    }

    /**
     * How many events have happened: connection requests and their outcomes, arrivals of bytes, FINs and resets.
     *
     * @return the count.
     */
    public long eventCount() {
        return eventCount;
    }

    /**
     * How many connections were reset because their listener was closed before it accepted them.
     *
     * @return the count.
     */
    public long abandonedCount() {
        return abandonedCount;
    }

    /**
     * How many connections wait to be accepted.
     *
     * @param port of the listeners.
     * @return the count.
     */
    public int waitingCount(int port) {
        int count = 0;
        for (final SimulatedSocket listener : listeners.values()) {
            count += listener.localPort == port ? listener.waiting.size() : 0;
        }
        return count;
    }

    /**
     * Whether anything is on its way.
     *
     * @return false when nothing more will happen by itself.
     */
    public boolean isBusy() {
        return !queue.isEmpty();
    }

    /**
     * Whether bytes, a FIN or a reset are on their way.
     *
     * @return false when everything that was sent has arrived, or waits for somebody to read.
     */
    public boolean isMoving() {
        return movingCount > 0;
    }

    /**
     * When the next thing happens.
     *
     * @return nanoseconds; meaningless when nothing is on its way.
     */
    public long nextEventNs() {
        return queue.firstNs();
    }

    /**
     * Let everything happen that is due until then, and make it the time.
     *
     * @param untilNs not before now.
     */
    public void advanceTo(long untilNs) {
        while (!queue.isEmpty() && queue.firstNs() - untilNs <= 0) {
            happen();
        }
        nowNs = untilNs;
    }

    /**
     * Move the clock forward without anything happening meanwhile, as when a machine was suspended; what was due is late.
     *
     * @param durationNs by how much.
     */
    public void jump(long durationNs) {
        nowNs += durationNs;
    }

    /**
     * Decide what becomes of those who connect from now on.
     *
     * @param address of a host and port, with or without a listener.
     * @param route from now on.
     */
    public void route(InetSocketAddress address, Route route) {
        routes.put(address, route);
    }

    /** Let time pass until a transport has something to tell, or the time is over. */
    void waitFor(SimulatedTransport transport, long timeoutNs) {
        final long startNs = nowNs;
        // Not the difference to the end: what is late may lie further before it than a long can tell.
        while (!transport.hasCandidates() && !queue.isEmpty() && queue.firstNs() - startNs <= timeoutNs) {
            happen();
        }
        if (!transport.hasCandidates()) {
            nowNs = startNs + timeoutNs;
        }
    }

    NetworkConditions conditions() {
        return conditions;
    }

    SplittableRandom random() {
        return random;
    }

    boolean chance(int thousandths) {
        return thousandths > 0 && random.nextInt(1000) < thousandths;
    }

    // What transports ask for

    boolean bind(InetSocketAddress address, SimulatedSocket listener) {
        for (final InetSocketAddress other : listeners.keySet()) {
            if (other.getPort() == address.getPort()
                    && (takes(other.getAddress(), address.getAddress())
                            || takes(address.getAddress(), other.getAddress()))) {
                return false;
            }
        }
        listeners.put(address, listener);
        return true;
    }

    /** Whether who listens on the one address takes connections to the other. */
    private static boolean takes(InetAddress listening, InetAddress address) {
        return listening.equals(address)
                || (listening.isAnyLocalAddress()
                        && (listening instanceof Inet6Address || address instanceof Inet4Address));
    }

    int ephemeralPort() {
        int port;
        do {
            port = nextPort;
            nextPort = port == LAST_PORT ? FIRST_EPHEMERAL_PORT : port + 1;
        } while (isListenedOn(port));
        return port;
    }

    private boolean isListenedOn(int port) {
        for (final InetSocketAddress address : listeners.keySet()) {
            if (address.getPort() == port) {
                return true;
            }
        }
        return false;
    }

    void openBuffers(SimulatedSocket socket) {
        final int span = conditions.bufferMaxLength - conditions.bufferMinLength + 1;
        socket.buffers(
                conditions.bufferMinLength + random.nextInt(span), conditions.bufferMinLength + random.nextInt(span));
    }

    void requestConnection(SimulatedSocket socket) {
        queue.add(nowNs + delayNs(), SYN_ARRIVES, socket);
    }

    /** What a connect can say at once, or {@link Transport#CONNECT_PENDING}. */
    int immediateOutcome(SimulatedSocket socket) {
        return chance(conditions.immediateOutcomeChance) ? failureOf(socket) : Transport.CONNECT_PENDING;
    }

    int write(SimulatedSocket socket, DirectBuffer buffer, int offset, int length) {
        final SimulatedSocket peer = socket.peer;
        final int room = Math.min(length, peer.sendRoom());
        if (room <= 0 || chance(conditions.blockedTransferChance)) {
            return Transport.WOULD_BLOCK;
        }
        final int count = chance(conditions.partialTransferChance) ? 1 + random.nextInt(room) : room;
        if (peer.needsRing()) {
            peer.ring(borrowRing(peer.sendLength + peer.receiveLength));
        }
        peer.put(buffer, offset, count);
        scheduleArrival(peer);
        return count;
    }

    int read(SimulatedSocket socket, MutableDirectBuffer buffer, int offset, int length) {
        final int count = readableNow(socket, length);
        if (count > 0) {
            socket.take(buffer, offset, count);
            if (socket.pendingLength() > 0) {
                scheduleArrival(socket);
            }
        }
        return count;
    }

    int peek(SimulatedSocket socket, MutableDirectBuffer buffer, int offset, int length) {
        final int count = readableNow(socket, length);
        if (count > 0) {
            socket.look(buffer, offset, count);
        }
        return count;
    }

    /** How many bytes a read gives this time, or why none. */
    private int readableNow(SimulatedSocket socket, int length) {
        final int available = Math.min(length, socket.unreadLength());
        if (available == 0) {
            return socket.isEndArrived
                    ? Transport.END_OF_STREAM
                    : socket.isReset ? Transport.RESET : Transport.WOULD_BLOCK;
        }
        if (chance(conditions.blockedTransferChance)) {
            return Transport.WOULD_BLOCK;
        }
        return chance(conditions.partialTransferChance) ? 1 + random.nextInt(available) : available;
    }

    void sendEnd(SimulatedSocket socket) {
        final SimulatedSocket peer = socket.peer;
        if (peer != null && !peer.isEndWritten) {
            peer.isEndWritten = true;
            scheduleArrival(peer);
        }
    }

    /** A closed socket: FIN behind what was written, or a reset if bytes were left unread. */
    void close(SimulatedSocket socket) {
        if (socket.isListener()) {
            unbind(socket);
        } else if (socket.peer != null && !socket.isReset) {
            if (socket.unreadLength() > 0 || !socket.isConnected()) {
                sendReset(socket);
            } else {
                sendEnd(socket);
            }
        }
        giveBack(socket);
    }

    /** An aborted socket. */
    void abort(SimulatedSocket socket) {
        if (socket.isListener()) {
            unbind(socket);
        } else if (socket.peer != null && !socket.isReset) {
            sendReset(socket);
        }
        giveBack(socket);
    }

    /** A socket whose host is gone: nobody is told. */
    void vanish(SimulatedSocket socket) {
        socket.isVanished = true;
        giveBack(socket);
    }

    private void unbind(SimulatedSocket listener) {
        listeners.remove(new InetSocketAddress(listener.localAddress, listener.localPort), listener);
        for (final SimulatedSocket waiting : listener.waiting) {
            waiting.isClosed = true;
            abandonedCount++;
            abort(waiting);
        }
        listener.waiting.clear();
    }

    private void giveBack(SimulatedSocket socket) {
        final byte[] ring = socket.takeRing();
        if (ring != null && ring.length == ringLength) {
            freeRings.add(ring);
        }
    }

    private byte[] borrowRing(int length) {
        if (length > ringLength) {
            ringLength = BitUtil.findNextPositivePowerOfTwo(Math.max(length, 2 * conditions.bufferMaxLength));
            freeRings.clear();
        }
        return freeRings.isEmpty() ? new byte[ringLength] : freeRings.remove(freeRings.size() - 1);
    }

    // What happens on the way

    private void happen() {
        // What is late, after a jump, happens now.
        if (queue.firstNs() - nowNs > 0) {
            nowNs = queue.firstNs();
        }
        queue.take();
        eventCount++;
        movingCount -= queue.kind() >= BYTES_ARRIVE ? 1 : 0;
        final SimulatedSocket socket = queue.target();
        switch (queue.kind()) {
            case SYN_ARRIVES -> onSyn(socket);
            case OUTCOME_ARRIVES -> onOutcome(socket);
            case BYTES_ARRIVE -> onBytes(socket);
            default -> onReset(socket);
        }
    }

    private void onSyn(SimulatedSocket socket) {
        if (socket.isClosed) {
            return;
        }
        final int failure = failureOf(socket);
        socket.connectFailure = failure;
        if (failure == Transport.CONNECT_TIMED_OUT) {
            onSynLost(socket);
            return;
        }
        queue.add(nowNs + delayNs(), OUTCOME_ARRIVES, socket);
        if (failure != Transport.CONNECT_PENDING) {
            return;
        }
        final SimulatedSocket listener = listenerFor(socket);
        final SimulatedSocket accepted = listener.owner.newPeer(socket);
        socket.peer = accepted;
        accepted.peer = socket;
        openBuffers(socket);
        openBuffers(accepted);
        listener.waiting.add(accepted);
        listener.owner.offer(listener);
    }

    /** Linux repeats a SYN after 1, 2, 4 and so on to 32 seconds, and gives up 64 seconds after the last. */
    private void onSynLost(SimulatedSocket socket) {
        final boolean isLast = socket.lostSynCount == SYN_RETRY_COUNT;
        final long afterNs = FIRST_SYN_RETRY_NS << socket.lostSynCount;
        if (!isLast) {
            socket.lostSynCount++;
        }
        queue.add(nowNs + afterNs, isLast ? OUTCOME_ARRIVES : SYN_ARRIVES, socket);
    }

    /** Why a connect would fail now, {@link Transport#CONNECT_PENDING} if it would not. */
    private int failureOf(SimulatedSocket socket) {
        final InetSocketAddress address = new InetSocketAddress(socket.remoteAddress, socket.remotePort);
        final Route route = routes.getOrDefault(address, Route.OPEN);
        if (route != Route.OPEN) {
            return route == Route.SILENT ? Transport.CONNECT_TIMED_OUT : Transport.CONNECT_UNREACHABLE;
        }
        final SimulatedSocket listener = listenerFor(socket);
        if (listener == null) {
            return Transport.CONNECT_REFUSED;
        }
        // A full backlog, which on Linux holds one more than was asked for, drops the SYN.
        return listener.waiting.size() <= listener.backlogLength
                ? Transport.CONNECT_PENDING
                : Transport.CONNECT_TIMED_OUT;
    }

    /** Who listens on the address a socket connects to, or on all of the port: a wildcard stands for every address. */
    private SimulatedSocket listenerFor(SimulatedSocket socket) {
        final int port = socket.remotePort;
        SimulatedSocket listener = listeners.get(new InetSocketAddress(socket.remoteAddress, port));
        if (listener == null && socket.remoteAddress instanceof Inet4Address) {
            listener = listeners.get(new InetSocketAddress(ANY_IPV4, port));
        }
        return listener == null ? listeners.get(new InetSocketAddress(ANY_IPV6, port)) : listener;
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void onOutcome(SimulatedSocket socket) {
        if (socket.isClosed || socket.connectOutcome != Transport.CONNECT_PENDING) {
            return;
        }
        if (socket.peer == null) {
            socket.connectOutcome = socket.connectFailure;
        } else {
            // Reset before the connect was through: to the one who connects that is a refusal.
            socket.connectOutcome = socket.isReset ? Transport.CONNECT_REFUSED : Transport.CONNECT_DONE;
        }
        socket.isReset = socket.connectOutcome < 0;
        socket.owner.offer(socket);
    }

    private void onBytes(SimulatedSocket socket) {
        socket.isArrivalDue = false;
        final int pendingLength = socket.pendingLength();
        if (socket.isVanished || socket.peer.isVanished || socket.isReset) {
            return;
        }
        if (socket.isClosed) {
            if (pendingLength > 0) {
                socket.arrivedCount = socket.writtenCount;
                sendReset(socket);
            }
            return;
        }
        final int room = Math.min(pendingLength, socket.receiveRoom());
        if (room > 0) {
            socket.arrivedCount += chance(conditions.splitArrivalChance) ? 1 + random.nextInt(room) : room;
            socket.peer.owner.offer(socket.peer);
        }
        if (socket.pendingLength() == 0) {
            socket.isEndArrived = socket.isEndWritten;
        } else if (socket.receiveRoom() > 0) {
            scheduleArrival(socket);
        }
        socket.owner.offer(socket);
    }

    private void onReset(SimulatedSocket socket) {
        if (socket.isClosed || socket.isReset || socket.isVanished) {
            return;
        }
        socket.isReset = true;
        if (socket.connectOutcome == Transport.CONNECT_PENDING) {
            socket.connectOutcome = Transport.CONNECT_REFUSED;
        }
        socket.writtenCount = socket.arrivedCount;
        if (conditions.resetDropsUnread && socket.unreadLength() > 0) {
            socket.dropUnread();
        }
        socket.owner.offer(socket);
    }

    private void scheduleArrival(SimulatedSocket socket) {
        if (!socket.isArrivalDue) {
            socket.isArrivalDue = true;
            movingCount++;
            queue.add(nowNs + delayNs(), BYTES_ARRIVE, socket);
        }
    }

    /** The reset of a socket, on its way to the peer. */
    private void sendReset(SimulatedSocket socket) {
        if (!socket.isVanished && socket.peer != null) {
            movingCount++;
            queue.add(nowNs + delayNs(), RESET_ARRIVES, socket.peer);
        }
    }

    private long delayNs() {
        return random.nextLong(conditions.delayMinNs, conditions.delayMaxNs + 1);
    }
}
