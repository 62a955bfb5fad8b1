package io.fairlead.echo;

import java.nio.ByteBuffer;

/**
 * Frame headers on the wire (RFC 6455 section 5.2), read from and written to buffers in {@link Mask#ORDER}. <b>Thread
 * safe.</b>
 *
 * <pre>
 *   0                   1
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
 *  +-+-+-+-+-------+-+-------------+------------------------+---------------+
 *  |F|R|R|R| opcode|M| 0..125      |                        |  masking key  |
 *  |I|S|S|S|  (4)  |A| 126         | 16 bits of length      |  (4 bytes,    |
 *  |N|V|V|V|       |S| 127         | 64 bits of length      |   if MASK)    |
 *  | |1|2|3|       |K|             |                        |               |
 *  +-+-+-+-+-------+-+-------------+------------------------+---------------+
 * </pre>
 */
final class FrameHeader {
    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    /** The longest header: two bytes, 64 bits of length, a masking key. */
    static final int LENGTH_LIMIT = 14;

    /** The longest header without a masking key. */
    static final int UNMASKED_LENGTH_LIMIT = 10;

    /** The longest payload of a control frame. */
    static final int CONTROL_PAYLOAD_LIMIT = 125;

    private static final int FIN_BIT = 0x80;
    private static final int RSV_BITS = 0x70;
    private static final int OPCODE_BITS = 0x0F;
    private static final int CONTROL_BIT = 0x08;
    private static final int MASK_BIT = 0x80;
    private static final int LENGTH_BITS = 0x7F;
    private static final int LENGTH_16_BIT = 126;
    private static final int LENGTH_64_BIT = 127;
    private static final int BASE_LENGTH = 2;
    private static final int KEY_LENGTH = 4;

    private FrameHeader() {}

    /** The length of the header at {@code offset}, known from its first two bytes. */
    static int length(ByteBuffer bytes, int offset) {
        int second = bytes.get(offset + 1);
        int keyLength = (second & MASK_BIT) != 0 ? KEY_LENGTH : 0;
        return switch (second & LENGTH_BITS) {
            case LENGTH_16_BIT -> BASE_LENGTH + Short.BYTES + keyLength;
            case LENGTH_64_BIT -> BASE_LENGTH + Long.BYTES + keyLength;
            default -> BASE_LENGTH + keyLength;
        };
    }

    static boolean isFinal(ByteBuffer bytes, int offset) {
        return (bytes.get(offset) & FIN_BIT) != 0;
    }

    static int opcode(ByteBuffer bytes, int offset) {
        return bytes.get(offset) & OPCODE_BITS;
    }

    static boolean isControl(int opcode) {
        return (opcode & CONTROL_BIT) != 0;
    }

    /** The length of the payload; negative if the 64-bit form has its highest bit set. */
    static long payloadLength(ByteBuffer bytes, int offset) {
        int brief = bytes.get(offset + 1) & LENGTH_BITS;
        return switch (brief) {
            case LENGTH_16_BIT -> Short.reverseBytes(bytes.getShort(offset + BASE_LENGTH)) & 0xFFFF;
            case LENGTH_64_BIT -> Long.reverseBytes(bytes.getLong(offset + BASE_LENGTH));
            default -> brief;
        };
    }

    /** The key of a masked frame whose header is {@code headerLength} long: its last four bytes. */
    static int maskingKey(ByteBuffer bytes, int offset, int headerLength) {
        return bytes.getInt(offset + headerLength - KEY_LENGTH);
    }

    /** Whether a client may send this header outside or inside a message: RFC 6455 sections 5.1, 5.2, 5.4 and 5.5. */
    static boolean isLegal(ByteBuffer bytes, int offset, boolean inMessage) {
        boolean plain = (bytes.get(offset) & RSV_BITS) == 0 && (bytes.get(offset + 1) & MASK_BIT) != 0;
        int brief = bytes.get(offset + 1) & LENGTH_BITS;
        boolean fits =
                switch (opcode(bytes, offset)) {
                    case CONTINUATION -> inMessage;
                    case TEXT, BINARY -> !inMessage;
                    case CLOSE, PING, PONG -> isFinal(bytes, offset) && brief <= CONTROL_PAYLOAD_LIMIT;
                    default -> false;
                };
        return plain && fits && isMinimal(brief, payloadLength(bytes, offset));
    }

    // "The minimal number of bytes MUST be used"; a length that reads as negative fails here too.
    private static boolean isMinimal(int brief, long payloadLength) {
        return switch (brief) {
            case LENGTH_16_BIT -> payloadLength >= LENGTH_16_BIT;
            case LENGTH_64_BIT -> payloadLength > 0xFFFF;
            default -> true;
        };
    }

    /** The length of the unmasked header that {@link #append} writes for a payload of this length. */
    static int appendedLength(long payloadLength) {
        if (payloadLength < LENGTH_16_BIT) {
            return BASE_LENGTH;
        }
        return payloadLength <= 0xFFFF ? BASE_LENGTH + Short.BYTES : BASE_LENGTH + Long.BYTES;
    }

    /** Appends a server's header: unmasked. */
    static void append(ByteBuffer out, int opcode, boolean isFinal, long payloadLength) {
        out.put((byte) (opcode | (isFinal ? FIN_BIT : 0)));
        switch (appendedLength(payloadLength)) {
            case BASE_LENGTH -> out.put((byte) payloadLength);
            case BASE_LENGTH + Short.BYTES ->
                out.put((byte) LENGTH_16_BIT).putShort(Short.reverseBytes((short) payloadLength));
            default -> out.put((byte) LENGTH_64_BIT).putLong(Long.reverseBytes(payloadLength));
        }
    }
}
