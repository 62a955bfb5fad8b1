package io.fairlead.bench.gate.workload;

import io.fairlead.core.simulation.network.SimulatedTransport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Bytes on their way from one peer to the other, compared as they arrive. <b>Owned by the thread that drives the network.</b>
 */
final class Flow {
    private final SimulatedTransport peers;
    private int from;
    private int to;
    private final UnsafeBuffer bytes;
    private final UnsafeBuffer arrived;
    private int sentLength;
    private int arrivedLength;

    /**
     * Nothing is sent yet.
     *
     * @param peers whose sockets they are.
     * @param bytes what is to arrive.
     * @param readLimit most bytes that are read each time.
     */
    Flow(SimulatedTransport peers, byte[] bytes, int readLimit) {
        this.peers = peers;
        this.bytes = new UnsafeBuffer(bytes);
        arrived = new UnsafeBuffer(new byte[Math.min(readLimit, bytes.length)]);
    }

    /** From this socket of one peer. */
    Flow from(int socket) {
        from = socket;
        return this;
    }

    /** To this socket of the other, behind the balancer. */
    Flow to(int socket) {
        to = socket;
        return this;
    }

    /** Send what can be sent. */
    void send() {
        if (sentLength < bytes.capacity()) {
            final int written = peers.write(from, bytes, sentLength, bytes.capacity() - sentLength);
            if (written < 0) {
                throw new IllegalStateException("the balancer reset a connection: " + written);
            }
            sentLength += written;
        }
    }

    /** Send what can be sent and take, once, what can be taken. @return whether all has arrived. */
    boolean advance() {
        send();
        if (arrivedLength < bytes.capacity()) {
            take(peers.read(to, arrived, 0, Math.min(arrived.capacity(), bytes.capacity() - arrivedLength)));
        }
        return arrivedLength == bytes.capacity();
    }

    private void take(int length) {
        if (length < 0) {
            throw new IllegalStateException("a connection ended after " + arrivedLength + " bytes: " + length);
        }
        for (int i = 0; i < length; i++) {
            if (arrived.getByte(i) != bytes.getByte(arrivedLength + i)) {
                throw new IllegalStateException("byte " + (arrivedLength + i) + " is not what was sent");
            }
        }
        arrivedLength += length;
    }
}
