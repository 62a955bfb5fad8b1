package io.fairlead.bench.micro;

import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One end of a WebSocket that sends whole frames of one length and takes whole frames of another, in one buffer each way.
 * Non-blocking; whoever drives the balancer drives it too. A message allocates nothing.
 */
final class FleetPeer {
    private final Transport transport;
    private final int socket;
    private final UnsafeBuffer in;
    private final ByteBuffer arrived;
    private int inLength;
    private UnsafeBuffer out;
    private int outOffset;
    private int outEnd;

    /**
     * Behind the handshake.
     *
     * @param transport of the socket.
     * @param socket connected.
     * @param frameLength of the frames it takes.
     */
    FleetPeer(Transport transport, int socket, int frameLength) {
        this.transport = transport;
        this.socket = socket;
        arrived = ByteBuffer.allocateDirect(frameLength);
        // The transport moves the position of the buffer that is wrapped, so that is another one.
        in = new UnsafeBuffer(arrived.duplicate());
    }

    /** What has arrived of the frame under way. */
    UnsafeBuffer in() {
        return in;
    }

    /** Begin to take the next frame. */
    void begin() {
        inLength = 0;
    }

    /** Begin to send bytes. */
    void send(UnsafeBuffer bytes, int offset, int length) throws IOException {
        out = bytes;
        outOffset = offset;
        outEnd = offset + length;
        proceed();
    }

    /** Send as much of the rest as the system takes. @return whether it is all out. */
    boolean proceed() throws IOException {
        if (outOffset < outEnd) {
            outOffset += moved(transport.write(socket, out, outOffset, outEnd - outOffset));
        }
        return outOffset == outEnd;
    }

    /** Read as much of the frame under way as there is. @return whether it is whole. */
    boolean read() throws IOException {
        if (inLength < in.capacity()) {
            inLength += moved(transport.read(socket, in, inLength, in.capacity() - inLength));
        }
        return inLength == in.capacity();
    }

    /** Whether the frame that arrived, which is whole, is this one. */
    boolean hasReceived(ByteBuffer frame) {
        return arrived.clear().mismatch(frame) == -1;
    }

    private static int moved(int count) throws IOException {
        if (count < 0) {
            throw new IOException("the connection was ended");
        }
        return count;
    }
}
