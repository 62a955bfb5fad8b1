package io.fairlead.core.simulation.network;

import io.fairlead.core.transport.Pipes;
import io.fairlead.core.transport.ReadinessHandler;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The {@link Transport} of a host in a {@link SimulatedNetwork}: it keeps the seam's contract and, within it, is as awkward
 * as the network's {@link NetworkConditions} say. A poll that waits moves the network's clock; one that finds a socket ready takes
 * no time, so that whoever leaves one ready has to move the clock for the others.
 *
 * <p>Beyond the seam's contract:
 *
 * <ul>
 *   <li>A closed handle is given to the next socket at once, so that a mix-up shows.
 *   <li>Using a handle that is not open is an {@link IllegalStateException}: nothing in the engine may rely on it.
 *   <li>Buffers need not be direct.
 * </ul>
 *
 * <p>Where it differs from {@code NioTransport} on Linux:
 *
 * <ul>
 *   <li>A connect that a reset meets before {@link #finishConnect} is refused, and one that nobody answers times out; java.nio
 *       calls the first unreachable and the second refused.
 *   <li>A socket whose connect failed stays {@link #WRITABLE}; java.nio has closed its channel and tells of nothing.
 *   <li>A socket can be written as soon as there is room for one byte; Linux waits for a third of the buffer.
 *   <li>A reset may overtake bytes that were sent before it; on a loopback interface it does not.
 *   <li>A host has every address, of both families, so that none is foreign; ports never run out but by
 *       {@link NetworkConditions#noPortChance}, and one that was closed is free at once.
 *   <li>A closed transport can be polled: it has nothing to tell.
 * </ul>
 *
 * <p><b>Owned by the thread that drives the network.</b>
 */
public final class SimulatedTransport implements Transport {
    private static final int INITIAL_CAPACITY = 64;
    private static final int IPV4_LENGTH = 4;
    private static final int IPV6_LENGTH = 16;
    private static final int PORT_OFFSET = IPV6_LENGTH;
    private static final int MAPPED_PREFIX_OFFSET = 10;
    private static final int MAPPED_ADDRESS_OFFSET = 12;

    private final SimulatedNetwork network;
    /** Null on a network without. */
    private final SimulatedPipes pipes;

    private SimulatedSocket[] sockets = new SimulatedSocket[INITIAL_CAPACITY];
    private int[] freeHandles = new int[INITIAL_CAPACITY];
    private int freeHandleCount;
    private int handleLimit;
    private int openSocketCount;
    private int descriptorLimit = Integer.MAX_VALUE;

    private SimulatedSocket[] candidates = new SimulatedSocket[INITIAL_CAPACITY];
    private int candidateCount;
    private SimulatedSocket[] batch = new SimulatedSocket[INITIAL_CAPACITY];
    private long[] batchTokens = new long[INITIAL_CAPACITY];
    private int[] batchReadiness = new int[INITIAL_CAPACITY];
    private int batchLength;

    private final ArrayDeque<SimulatedSocket> closing = new ArrayDeque<>();
    /** Written by any thread, and read and unset by the one that polls. */
    private volatile boolean isWoken;

    private boolean isClosed;
    private boolean isPolling;
    private long readyCount;

    SimulatedTransport(SimulatedNetwork network) {
        this.network = network;
        pipes = network.conditions().hasPipes ? new SimulatedPipes(this) : null;
    }

    /**
     * Let this host have no more than so many descriptors: a socket takes one, a pipe two. Who is above the limit keeps what
     * it has; listeners are not refused.
     *
     * @param limit from now on.
     */
    public void descriptorLimit(int limit) {
        descriptorLimit = limit;
    }

    /**
     * How often a socket was told of.
     *
     * @return the count of events delivered by {@link #poll} so far.
     */
    public long readyCount() {
        return readyCount;
    }

    /**
     * Whether a reset of a socket has arrived, or its connect has failed.
     *
     * @param socket any open handle.
     * @return whether the next read of all that arrived before says so.
     */
    public boolean isReset(int socket) {
        return socket(socket).isReset;
    }

    /**
     * Lose a socket as when its host loses power: its peer is told nothing, now or ever.
     *
     * @param socket any open handle of a connection; unusable from now on.
     */
    public void vanish(int socket) {
        final SimulatedSocket vanished = forget(socket);
        vanished.isClosed = true;
        openSocketCount--;
        free(vanished);
        network.vanish(vanished);
    }

    @Override
    public int listen(InetSocketAddress address, int backlogLength) throws IOException {
        if (address.isUnresolved()) {
            throw new UnknownHostException(address.getHostString());
        }
        final int port = address.getPort() == 0 ? network.ephemeralPort() : address.getPort();
        final SimulatedSocket listener = open(address.getAddress(), port, CONNECT_DONE);
        listener.waiting = new ArrayDeque<>();
        listener.backlogLength = backlogLength;
        if (!network.bind(new InetSocketAddress(address.getAddress(), port), listener)) {
            openSocketCount--;
            free(forget(listener.handle));
            throw new BindException(address + ": Address already in use");
        }
        return listener.handle;
    }

    @Override
    public int localPort(int listener) {
        return socket(listener).localPort;
    }

    @Override
    public int accept(int listener) {
        final SimulatedSocket server = socket(listener);
        if (server.waiting.isEmpty()) {
            return NONE_PENDING;
        }
        if (!mayOpen(1)) {
            return LOCAL_RESOURCE;
        }
        final SimulatedSocket waiting = server.waiting.remove();
        final SimulatedSocket accepted = adopt(waiting);
        return accepted.handle;
    }

    /** The listening end of a new connection, which has no handle before it is accepted. */
    SimulatedSocket newPeer(SimulatedSocket connecting) {
        final SimulatedSocket socket =
                new SimulatedSocket(this, connecting.remoteAddress, connecting.remotePort, CONNECT_DONE);
        socket.remoteAddress = connecting.localAddress;
        socket.remotePort = connecting.localPort;
        return socket;
    }

    @Override
    public int connect(InetSocketAddress address, InetSocketAddress sourceAddress) {
        if (address.isUnresolved() || (sourceAddress != null && !isSameFamily(address, sourceAddress))) {
            throw new IllegalArgumentException(address + " cannot be reached from " + sourceAddress);
        }
        if (!mayOpen(1)) {
            return LOCAL_RESOURCE;
        }
        if (network.chance(network.conditions().noPortChance)) {
            return CONNECT_NO_PORT;
        }
        final InetAddress source = sourceAddress == null ? address.getAddress() : sourceAddress.getAddress();
        final int port = sourceAddress == null || sourceAddress.getPort() == 0
                ? network.ephemeralPort()
                : sourceAddress.getPort();
        final SimulatedSocket socket = open(source, port, CONNECT_PENDING);
        socket.remoteAddress = address.getAddress();
        socket.remotePort = address.getPort();
        final int outcome = network.immediateOutcome(socket);
        if (outcome < 0 && outcome != CONNECT_TIMED_OUT) {
            openSocketCount--;
            free(forget(socket.handle));
            return outcome;
        }
        network.requestConnection(socket);
        return socket.handle;
    }

    /** Whether there are descriptors for what is to be opened. */
    boolean mayOpen(int descriptorCount) {
        final int pipeCount = pipes == null ? 0 : pipes.openCount();
        return descriptorLimit - openSocketCount - 2 * pipeCount >= descriptorCount
                && !network.chance(network.conditions().localResourceChance);
    }

    private static boolean isSameFamily(InetSocketAddress address, InetSocketAddress sourceAddress) {
        return address.getAddress() instanceof Inet4Address == sourceAddress.getAddress() instanceof Inet4Address;
    }

    @Override
    public int finishConnect(int socket) {
        final SimulatedSocket connecting = socket(socket);
        if (connecting.connectOutcome != CONNECT_PENDING && !connecting.isOutcomeTold) {
            connecting.isOutcomeTold = true;
            if (connecting.isReset && connecting.isConnected()) {
                // Its stack had connected; the attempt is all the same the first to hear of the reset.
                connecting.connectOutcome = CONNECT_REFUSED;
                connecting.dropUnread();
            }
            offer(connecting);
        }
        return connecting.connectOutcome;
    }

    @Override
    public void remoteAddress(int socket, MutableDirectBuffer buffer, int offset) {
        final SimulatedSocket connected = socket(socket);
        final byte[] bytes = connected.remoteAddress.getAddress();
        buffer.setMemory(offset, ADDRESS_LENGTH, (byte) 0);
        if (bytes.length == IPV4_LENGTH) {
            buffer.putByte(offset + MAPPED_PREFIX_OFFSET, (byte) 0xff);
            buffer.putByte(offset + MAPPED_PREFIX_OFFSET + 1, (byte) 0xff);
            buffer.putBytes(offset + MAPPED_ADDRESS_OFFSET, bytes);
        } else {
            buffer.putBytes(offset, bytes);
        }
        buffer.putInt(offset + PORT_OFFSET, connected.remotePort);
    }

    @Override
    public int register(int socket, long token, int interest) {
        final SimulatedSocket registered = socket(socket);
        if (registered.isRegistered) {
            throw new IllegalStateException("socket " + socket + " is registered twice");
        }
        if (!registered.isListener() && network.chance(network.conditions().localResourceChance)) {
            return LOCAL_RESOURCE;
        }
        registered.isRegistered = true;
        registered.token = token;
        registered.interest = interest;
        offer(registered);
        return 0;
    }

    @Override
    public void setInterest(int socket, long token, int interest) {
        final SimulatedSocket registered = socket(socket);
        if (!registered.isRegistered) {
            throw new IllegalStateException("socket " + socket + " is not registered");
        }
        registered.token = token;
        registered.interest = interest;
        offer(registered);
    }

    @Override
    public int read(int socket, MutableDirectBuffer buffer, int offset, int length) {
        if (length < 1) {
            throw new IllegalArgumentException("a read of " + length + " bytes");
        }
        buffer.boundsCheck(offset, length);
        return network.read(connected(socket), buffer, offset, length);
    }

    /** As {@link #read}, and what was read is still there. */
    int peek(int socket, MutableDirectBuffer buffer, int offset, int length) {
        if (length < 1) {
            throw new IllegalArgumentException("a peek at " + length + " bytes");
        }
        buffer.boundsCheck(offset, length);
        return network.peek(connected(socket), buffer, offset, length);
    }

    /** How much can be read now. */
    int unreadLength(int socket) {
        return connected(socket).unreadLength();
    }

    @Override
    public int write(int socket, DirectBuffer buffer, int offset, int length) {
        if (length < 1) {
            throw new IllegalArgumentException("a write of " + length + " bytes");
        }
        buffer.boundsCheck(offset, length);
        final SimulatedSocket connected = connected(socket);
        if (connected.isReset) {
            // As after EPIPE: what had arrived is not to be had any more.
            connected.dropUnread();
            return RESET;
        }
        if (connected.isOutputShut) {
            throw new IllegalStateException("socket " + socket + " is written after its output was shut down");
        }
        return network.write(connected, buffer, offset, length);
    }

    @Override
    public void shutdownOutput(int socket) {
        final SimulatedSocket connected = connected(socket);
        if (!connected.isReset && !connected.isOutputShut) {
            connected.isOutputShut = true;
            network.sendEnd(connected);
            offer(connected);
        }
    }

    @Override
    public void reset(int socket) {
        end(socket, true);
    }

    @Override
    public void close(int socket) {
        end(socket, false);
    }

    private void end(int socket, boolean isAbort) {
        final SimulatedSocket ended = forget(socket);
        ended.isClosed = true;
        ended.isAbort = isAbort;
        if (network.conditions().defersCloses && !isClosed) {
            closing.add(ended);
        } else {
            finishClose(ended);
        }
    }

    private void finishClose(SimulatedSocket ended) {
        openSocketCount--;
        free(ended);
        if (ended.isAbort) {
            network.abort(ended);
        } else {
            network.close(ended);
        }
    }

    @Override
    public int poll(long timeoutNs, ReadinessHandler handler) {
        if (isPolling) {
            throw new IllegalStateException("a handler polls");
        }
        final boolean wasWoken = isWoken;
        if (wasWoken) {
            isWoken = false;
        }
        final boolean mustNotWait = finishCloses() || wasWoken;
        int count = collect();
        if (count == 0 && timeoutNs > 0 && !mustNotWait) {
            network.waitFor(this, timeoutNs);
            count = collect();
        }
        isPolling = true;
        try {
            return deliver(count, handler);
        } finally {
            isPolling = false;
        }
    }

    private boolean finishCloses() {
        final boolean any = !closing.isEmpty();
        while (!closing.isEmpty()) {
            finishClose(closing.remove());
        }
        return any;
    }

    /** Move those that have something to tell into the batch, and drop those that have not from the candidates. */
    private int collect() {
        final NetworkConditions conditions = network.conditions();
        batchLength = 0;
        int kept = 0;
        for (int i = 0; i < candidateCount; i++) {
            final SimulatedSocket socket = candidates[i];
            final int readiness = toldReadiness(socket);
            if (readiness == 0) {
                socket.isCandidate = false;
                continue;
            }
            if (batchLength < conditions.batchLimit && !network.chance(conditions.delayedReadinessChance)) {
                addToBatch(socket, readiness);
            } else {
                candidates[kept++] = socket;
            }
        }
        // Who was told queues behind those who were not, as in the kernel: a batch limit starves nobody.
        System.arraycopy(batch, 0, candidates, kept, batchLength);
        kept += batchLength;
        Arrays.fill(candidates, kept, candidateCount, null);
        candidateCount = kept;
        if (batchLength < conditions.batchLimit
                && handleLimit > 0
                && network.chance(conditions.spuriousReadinessChance)) {
            addSpurious(sockets[network.random().nextInt(handleLimit)]);
        }
        if (conditions.isShuffled) {
            shuffleBatch();
        }
        return batchLength;
    }

    private int toldReadiness(SimulatedSocket socket) {
        if (socket.isClosed || !socket.isRegistered) {
            return 0;
        }
        int told = socket.readiness() & socket.interest;
        if (network.conditions().reportsFailures && !socket.isFailureTold && socket.hasFailed()) {
            told |= FAILED;
        }
        return told;
    }

    private void addToBatch(SimulatedSocket socket, int readiness) {
        if (batchLength == batch.length) {
            batch = Arrays.copyOf(batch, batchLength * 2);
            batchTokens = Arrays.copyOf(batchTokens, batchLength * 2);
            batchReadiness = Arrays.copyOf(batchReadiness, batchLength * 2);
        }
        batch[batchLength] = socket;
        batchTokens[batchLength] = socket.token;
        batchReadiness[batchLength++] = readiness;
    }

    private void addSpurious(SimulatedSocket socket) {
        if (socket != null && socket.isRegistered && socket.interest != 0 && !isInBatch(socket)) {
            addToBatch(socket, socket.interest);
        }
    }

    private boolean isInBatch(SimulatedSocket socket) {
        for (int i = 0; i < batchLength; i++) {
            if (batch[i] == socket) {
                return true;
            }
        }
        return false;
    }

    private void shuffleBatch() {
        for (int i = batchLength - 1; i > 0; i--) {
            final int j = network.random().nextInt(i + 1);
            final SimulatedSocket socket = batch[i];
            final long token = batchTokens[i];
            final int readiness = batchReadiness[i];
            batch[i] = batch[j];
            batchTokens[i] = batchTokens[j];
            batchReadiness[i] = batchReadiness[j];
            batch[j] = socket;
            batchTokens[j] = token;
            batchReadiness[j] = readiness;
        }
    }

    private int deliver(int count, ReadinessHandler handler) {
        int told = 0;
        for (int i = 0; i < count; i++) {
            final SimulatedSocket socket = batch[i];
            batch[i] = null;
            long token = batchTokens[i];
            int readiness = batchReadiness[i];
            if (!network.conditions().hasStaleEvents) {
                // The selector keeps to what is so now.
                token = socket.token;
                readiness = socket.isClosed ? 0 : readiness & (socket.interest | FAILED);
            }
            if (readiness != 0) {
                socket.isFailureTold |= (readiness & FAILED) != 0;
                told++;
                handler.onReady(token, readiness);
            }
        }
        readyCount += told;
        return told;
    }

    @Override
    public void wakeup() {
        isWoken = true;
    }

    @Override
    public Pipes pipes() {
        return pipes;
    }

    SimulatedNetwork network() {
        return network;
    }

    @Override
    public int openSockets() {
        return openSocketCount;
    }

    @Override
    public void close() {
        finishCloses();
        isClosed = true;
        for (int handle = 0; handle < handleLimit; handle++) {
            if (sockets[handle] != null) {
                end(handle, false);
            }
        }
        if (pipes != null) {
            pipes.closeAll();
        }
    }

    /** Something about a socket changed: look at it in the next poll. */
    void offer(SimulatedSocket socket) {
        if (!socket.isCandidate && socket.isRegistered && !socket.isClosed && toldReadiness(socket) != 0) {
            socket.isCandidate = true;
            if (candidateCount == candidates.length) {
                candidates = Arrays.copyOf(candidates, candidateCount * 2);
            }
            candidates[candidateCount++] = socket;
        }
    }

    /**
     * Whether a poll would find something to look at.
     *
     * @return true while a socket may be ready within its interest, or a close has not taken effect.
     */
    public boolean hasCandidates() {
        return candidateCount > 0 || !closing.isEmpty();
    }

    private SimulatedSocket open(InetAddress localAddress, int localPort, int connectOutcome) {
        return adopt(new SimulatedSocket(this, localAddress, localPort, connectOutcome));
    }

    private SimulatedSocket adopt(SimulatedSocket socket) {
        final int handle = freeHandleCount > 0 ? freeHandles[--freeHandleCount] : handleLimit++;
        if (handle == sockets.length) {
            sockets = Arrays.copyOf(sockets, handle * 2);
        }
        socket.handle = handle;
        sockets[handle] = socket;
        openSocketCount++;
        return socket;
    }

    private SimulatedSocket forget(int handle) {
        final SimulatedSocket socket = socket(handle);
        sockets[handle] = null;
        return socket;
    }

    private void free(SimulatedSocket socket) {
        if (freeHandleCount == freeHandles.length) {
            freeHandles = Arrays.copyOf(freeHandles, freeHandleCount * 2);
        }
        freeHandles[freeHandleCount++] = socket.handle;
    }

    private SimulatedSocket socket(int handle) {
        final SimulatedSocket socket = handle < 0 || handle >= handleLimit ? null : sockets[handle];
        if (socket == null) {
            throw new IllegalStateException("socket " + handle + " is not open");
        }
        return socket;
    }

    private SimulatedSocket connected(int handle) {
        final SimulatedSocket socket = socket(handle);
        if (socket.isListener() || !socket.isOutcomeTold) {
            throw new IllegalStateException("socket " + handle + " is not connected");
        }
        return socket;
    }
}
