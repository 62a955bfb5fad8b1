package io.fairlead.edge.system;

import java.nio.ByteBuffer;

/** A binary message in one frame, computed rather than held: a byte depends on its position, so a slip of one shows. */
final class BigMessage {
    static final long LENGTH = 64L << 20;

    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private final byte[] header;
    private final boolean isMasked;

    private BigMessage(boolean isMasked) {
        this.isMasked = isMasked;
        header = WebSocketBytes.header(WebSocketBytes.BINARY, LENGTH, isMasked);
    }

    static BigMessage fromClient() {
        return new BigMessage(true);
    }

    static BigMessage fromBackend() {
        return new BigMessage(false);
    }

    /** A byte of the payload. */
    static byte payload(long index) {
        return (byte) ((index * GOLDEN_RATIO) >>> 56);
    }

    /** Bytes on the wire, the frame's header included. */
    long wireLength() {
        return header.length + LENGTH;
    }

    /** Write the bytes on the wire from a position on, as many as there is room for. */
    void fill(ByteBuffer out, long from) {
        final long to = Math.min(from + out.remaining(), wireLength());
        for (long i = from; i < to; i++) {
            out.put(wire(i));
        }
    }

    /** Compare received bytes with those on the wire from a position on. */
    void verify(ByteBuffer in, long from) {
        for (long i = from; in.hasRemaining(); i++) {
            final byte received = in.get();
            if (i >= wireLength() || received != wire(i)) {
                throw new AssertionError("byte " + i + " is " + received);
            }
        }
    }

    private byte wire(long index) {
        if (index < header.length) {
            return header[(int) index];
        }
        final long payloadIndex = index - header.length;
        final byte value = payload(payloadIndex);
        return isMasked ? WebSocketBytes.masked(value, payloadIndex) : value;
    }
}
