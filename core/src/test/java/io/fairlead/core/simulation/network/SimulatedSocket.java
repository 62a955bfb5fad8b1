package io.fairlead.core.simulation.network;

import io.fairlead.core.transport.Transport;
import java.net.InetAddress;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One end of a simulated connection, or a listener. It holds the bytes that are on their way to it:
 *
 * <pre>
 *    read          arrived            written
 *     |  can be read  |  on their way    |
 *  ---+---------------+------------------+--->
 *       receive buffer    send buffer of the peer
 * </pre>
 *
 * <p>Positions count from the connection's first byte; the ring keeps what lies between {@code readCount} and {@code
 * writtenCount}.
 */
final class SimulatedSocket {
    final SimulatedTransport owner;
    final InetAddress localAddress;
    final int localPort;
    InetAddress remoteAddress;
    int remotePort;

    /** The owner's number for it, once it has one. */
    int handle = Transport.NULL_SOCKET;

    /** The other end, null for a listener and as long as a connect has found nobody. */
    SimulatedSocket peer;
    /** Who waits to be accepted, null unless this is a listener. */
    ArrayDeque<SimulatedSocket> waiting;

    int backlogLength;

    int connectOutcome;
    /** Why nobody was found, on its way back. */
    int connectFailure;
    /** The owner has asked for the outcome: the socket can be read and written. */
    boolean isOutcomeTold;
    /** How many of its connection requests nobody heard. */
    int lostSynCount;

    long token;
    int interest;
    boolean isRegistered;
    /** Whether it is among those its transport looks at in the next poll. */
    boolean isCandidate;

    boolean isFailureTold;
    /** The owner closed it: the handle is not its own any more. */
    boolean isClosed;
    /** The close is an abort. */
    boolean isAbort;
    /** The host is gone: nothing arrives and nothing is answered. */
    boolean isVanished;
    /** The owner sent its FIN. */
    boolean isOutputShut;
    /** A reset has arrived. */
    boolean isReset;

    /** Null as long as nothing was written to it, and again once it is closed. */
    private byte[] ring;

    int sendLength;
    int receiveLength;
    long writtenCount;
    long arrivedCount;
    long readCount;
    /** The peer's FIN stands behind the last written byte. */
    boolean isEndWritten;
    /** The FIN has arrived. */
    boolean isEndArrived;
    /** An arrival is scheduled. */
    boolean isArrivalDue;

    SimulatedSocket(SimulatedTransport owner, InetAddress localAddress, int localPort, int connectOutcome) {
        this.owner = owner;
        this.localAddress = localAddress;
        this.localPort = localPort;
        this.connectOutcome = connectOutcome;
        isOutcomeTold = connectOutcome == Transport.CONNECT_DONE;
    }

    /** Decide how much it can hold: for the peer, as a send buffer, and for itself. */
    void buffers(int sendBufferLength, int receiveBufferLength) {
        sendLength = sendBufferLength;
        receiveLength = receiveBufferLength;
    }

    boolean needsRing() {
        return ring == null && !isClosed;
    }

    /** Lend it memory; its length is a power of two and takes both buffers. */
    void ring(byte[] memory) {
        ring = memory;
    }

    /** Take the memory back, null if it has none. */
    byte[] takeRing() {
        final byte[] memory = ring;
        ring = null;
        return memory;
    }

    boolean isListener() {
        return waiting != null;
    }

    boolean isConnected() {
        return connectOutcome == Transport.CONNECT_DONE;
    }

    int unreadLength() {
        return (int) (arrivedCount - readCount);
    }

    int pendingLength() {
        return (int) (writtenCount - arrivedCount);
    }

    /** How much the peer may write. */
    int sendRoom() {
        return sendLength - pendingLength();
    }

    /** How much may arrive. */
    int receiveRoom() {
        return receiveLength - unreadLength();
    }

    /** Bytes the peer writes. A closed socket forgets them. */
    void put(DirectBuffer source, int offset, int length) {
        if (ring != null) {
            final int at = (int) writtenCount & (ring.length - 1);
            final int firstLength = Math.min(length, ring.length - at);
            source.getBytes(offset, ring, at, firstLength);
            if (firstLength < length) {
                source.getBytes(offset + firstLength, ring, 0, length - firstLength);
            }
        }
        writtenCount += length;
    }

    /** Bytes the owner reads. */
    void take(MutableDirectBuffer target, int offset, int length) {
        look(target, offset, length);
        readCount += length;
    }

    /** Bytes the owner looks at without reading them. */
    void look(MutableDirectBuffer target, int offset, int length) {
        final int at = (int) readCount & (ring.length - 1);
        final int firstLength = Math.min(length, ring.length - at);
        target.putBytes(offset, ring, at, firstLength);
        if (firstLength < length) {
            target.putBytes(offset + firstLength, ring, 0, length - firstLength);
        }
    }

    /** Lose what had arrived, the end of the stream with it: only the reset is left to tell. */
    void dropUnread() {
        readCount = arrivedCount;
        isEndArrived = false;
    }

    /** What it is ready for, whatever its interest. */
    int readiness() {
        if (isListener()) {
            return waiting.isEmpty() ? 0 : Transport.READABLE;
        }
        if (!isOutcomeTold || !isConnected()) {
            return connectOutcome == Transport.CONNECT_PENDING ? 0 : Transport.WRITABLE;
        }
        int readiness = 0;
        if (isReset || isEndArrived || arrivedCount != readCount) {
            readiness |= Transport.READABLE;
        }
        if (isReset || isOutputShut || peer.sendRoom() > 0) {
            readiness |= Transport.WRITABLE;
        }
        return readiness;
    }

    /** What a transport that sees failures tells without interest. */
    boolean hasFailed() {
        return connectOutcome != Transport.CONNECT_PENDING && (isReset || (isEndArrived && isOutputShut));
    }
}
