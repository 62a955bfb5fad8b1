package io.fairlead.bench.load;

import java.nio.ByteBuffer;

/** Encodes client frames (RFC 6455 section 5.2). */
final class Frames {
    /** Opcode of a frame that continues a message. */
    static final int CONTINUATION = 0x0;

    /** Opcode of a text message. */
    static final int TEXT = 0x1;

    /** Opcode of a binary message. */
    static final int BINARY = 0x2;

    /** Opcode of a Close frame. */
    static final int CLOSE = 0x8;

    /** Opcode of a ping, which has to be answered. */
    static final int PING = 0x9;

    /** Opcode of a ping's answer. */
    static final int PONG = 0xA;

    /** Flag of a message's last frame. */
    static final int FIN_BIT = 0x80;

    /** Opcode in a frame's first byte. */
    static final int OPCODE_BITS = 0x0f;

    /** Flag of a masked frame, in its second byte. */
    static final int MASKED_BIT = 0x80;

    /** Length in a frame's second byte. */
    static final int LENGTH_BITS = 0x7f;

    /** The short length that announces 16 bits of length. */
    static final int LENGTH_16 = 126;

    /** The short length that announces 64 bits of length. */
    static final int LENGTH_64 = 127;

    private static final int NORMAL_CLOSURE = 1000;
    private static final int MASK_LENGTH = 4;
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private Frames() {}

    /**
     * A whole masked frame.
     *
     * @param opcode of it.
     * @param payload from position to limit, both left as they are.
     * @return the frame in a direct buffer of exactly its length, ready to be written.
     */
    static ByteBuffer masked(int opcode, ByteBuffer payload) {
        final int payloadLength = payload.remaining();
        final ByteBuffer frame =
                ByteBuffer.allocateDirect(2 + extendedLength(payloadLength) + MASK_LENGTH + payloadLength);
        frame.put((byte) (FIN_BIT | opcode));
        if (payloadLength < LENGTH_16) {
            frame.put((byte) (MASKED_BIT | payloadLength));
        } else if (payloadLength <= 0xffff) {
            frame.put((byte) (MASKED_BIT | LENGTH_16)).putShort((short) payloadLength);
        } else {
            frame.put((byte) (MASKED_BIT | LENGTH_64)).putLong(payloadLength);
        }
        frame.put(MASK);
        for (int i = 0; i < payloadLength; i++) {
            frame.put((byte) (payload.get(payload.position() + i) ^ MASK[i % MASK_LENGTH]));
        }
        return frame.flip();
    }

    /** A Close frame, see {@link #masked}. */
    static ByteBuffer close() {
        return masked(
                CLOSE,
                ByteBuffer.allocate(Short.BYTES)
                        .putShort((short) NORMAL_CLOSURE)
                        .flip());
    }

    private static int extendedLength(int payloadLength) {
        if (payloadLength < LENGTH_16) {
            return 0;
        }
        return payloadLength <= 0xffff ? Short.BYTES : Long.BYTES;
    }
}
