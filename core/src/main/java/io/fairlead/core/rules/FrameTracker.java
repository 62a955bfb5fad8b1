package io.fairlead.core.rules;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Follows the frames of one direction of a WebSocket by their headers alone (RFC 6455 section 5.2): payloads are neither
 * unmasked nor inflated, they are skipped by their length whatever that is.
 *
 * <p>Fed with every byte behind the handshake, once and in order, in pieces of any size. The state is the caller's:
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                  Payload remaining (bytes)                    |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |            Flags (broken, mid message, mid header)            |
 *  +---------------------------------------------------------------+
 *  |         Partial header length (bytes), while mid header       |
 *  +---------------------------------------------------------------+
 *  |                  Partial header                               |
 *  |                  (14 bytes, the last 2 of the 16 unused)      |
 *  |                                                               |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The two bytes of a Close frame's code count as part of its header, so that a code is reported whole. The cost is a
 * few nanoseconds per frame and none per payload byte; nothing is allocated.
 *
 * <p><b>Thread safe</b> as far as the buffers handed in are.
 */
public final class FrameTracker {
    /** Reported for a Close frame without a code (RFC 6455 section 7.1.5). Never on the wire. */
    public static final int NO_CLOSE_CODE = 1005;

    /** Opcode of a frame that continues a message. */
    public static final int CONTINUATION = 0x0;

    /** Opcode of a text message's first frame. */
    public static final int TEXT = 0x1;

    /** Opcode of a binary message's first frame. */
    public static final int BINARY = 0x2;

    /** Opcode of a Close frame. */
    public static final int CLOSE = 0x8;

    /** Opcode of a Ping frame. */
    public static final int PING = 0x9;

    /** Opcode of a Pong frame. */
    public static final int PONG = 0xa;

    /** Bytes of the longest header: two, a 64-bit length, a mask. A Close frame's, code included, has at most 8. */
    public static final int HEADER_LIMIT = 14;

    private static final int REMAINING_OFFSET = 0;
    private static final int FLAGS_OFFSET = REMAINING_OFFSET + Long.BYTES;
    private static final int PARTIAL_LENGTH_OFFSET = FLAGS_OFFSET + Integer.BYTES;
    private static final int PARTIAL_OFFSET = PARTIAL_LENGTH_OFFSET + Integer.BYTES;

    /** Length in bytes of the state, a multiple of 8. It is best placed at such an offset. */
    public static final int STATE_LENGTH = PARTIAL_OFFSET + HEADER_LIMIT + Short.BYTES;

    private static final int BROKEN = 1;
    private static final int MID_MESSAGE = 2;
    private static final int MID_HEADER = 4;

    /** The two bytes every header begins with, as one number in network order. */
    private static final int FIXED_LENGTH = 2;

    private static final int MASK_LENGTH = 4;
    private static final int CODE_LENGTH = 2;
    private static final int LENGTH_16 = 126;
    private static final int FIN_BIT = 0x8000;
    private static final int OPCODE_BITS = 0x0f00;
    private static final int CONTROL_BIT = 0x0800;
    private static final int MASKED_BIT = 0x0080;
    private static final int LENGTH_BITS = 0x007f;

    /** Not a header: a length no header has. */
    private static final int INVALID = -1;

    private FrameTracker() {}

    /**
     * Begin at the first byte behind the handshake.
     *
     * @param state of this direction.
     * @param stateOffset at which it begins.
     */
    public static void start(MutableDirectBuffer state, int stateOffset) {
        state.setMemory(stateOffset, STATE_LENGTH, (byte) 0);
    }

    /**
     * Follow the next bytes.
     *
     * @param state of this direction.
     * @param stateOffset at which it begins.
     * @param bytes that come next.
     * @param offset of the first.
     * @param length how many there are.
     * @param handler told of every header that these bytes complete. The state is not up to date before this method
     *     returns.
     * @param connection handed to it.
     * @return false from the byte on at which this stopped being framing: a control frame that is fragmented or longer
     *     than 125 bytes, a 64-bit length with its top bit set. The direction cannot be tracked any more.
     */
    public static boolean track(
            MutableDirectBuffer state,
            int stateOffset,
            DirectBuffer bytes,
            int offset,
            int length,
            FrameHandler handler,
            long connection) {
        final int flags = state.getInt(stateOffset + FLAGS_OFFSET);
        if ((flags & BROKEN) != 0) {
            return false;
        }
        final int end = offset + length;
        int index = offset;
        if ((flags & MID_HEADER) != 0) {
            index = completeHeader(state, stateOffset, bytes, offset, end, handler, connection);
            if (index == INVALID) {
                return onBroken(state, stateOffset);
            }
        }
        long remaining = state.getLong(stateOffset + REMAINING_OFFSET);
        while (remaining < end - index) {
            index += (int) remaining;
            final int available = end - index;
            if (available < FIXED_LENGTH) {
                return onPartialHeader(state, stateOffset, bytes, index, available);
            }
            final int fixed = fixed(bytes, index);
            final int headerLength = headerLength(fixed);
            if (headerLength > available) {
                return onPartialHeader(state, stateOffset, bytes, index, available);
            }
            remaining = headerLength == INVALID
                    ? INVALID
                    : onHeader(state, stateOffset, bytes, index, fixed, handler, connection);
            if (remaining == INVALID) {
                return onBroken(state, stateOffset);
            }
            index += headerLength;
        }
        state.putLong(stateOffset + REMAINING_OFFSET, remaining - (end - index));
        return true;
    }

    /**
     * Whether the direction is between two frames: a control frame can be put in here.
     *
     * @param state of this direction.
     * @param stateOffset at which it begins.
     * @return false inside a header or a payload, and when tracking was lost.
     */
    public static boolean atBoundary(DirectBuffer state, int stateOffset) {
        return state.getLong(stateOffset + REMAINING_OFFSET) == 0
                && (state.getInt(stateOffset + FLAGS_OFFSET) & (BROKEN | MID_HEADER)) == 0;
    }

    /**
     * How much of the open frame's payload is still to come.
     *
     * @param state of this direction.
     * @param stateOffset at which it begins.
     * @return bytes, 0 between frames, inside a header and when tracking was lost.
     */
    public static long payloadRemaining(DirectBuffer state, int stateOffset) {
        return state.getLong(stateOffset + REMAINING_OFFSET);
    }

    /**
     * The length of a data frame, by its header, which is not tracked by this.
     *
     * @param bytes that come next, the direction being between two frames.
     * @param offset of the first.
     * @param length how many there are; {@link #HEADER_LIMIT} suffice.
     * @return bytes of header and payload, or 0 if the header is not complete, or is not a data frame's.
     */
    public static long frameLength(DirectBuffer bytes, int offset, int length) {
        if (length < FIXED_LENGTH) {
            return 0;
        }
        final int fixed = fixed(bytes, offset);
        final int headerLength = headerLength(fixed);
        if ((fixed & CONTROL_BIT) != 0 || headerLength > length) {
            return 0;
        }
        final int shortLength = fixed & LENGTH_BITS;
        final long payloadLength = shortLength < LENGTH_16
                ? shortLength
                : extendedPayloadLength(bytes, offset + FIXED_LENGTH, shortLength);
        return payloadLength < 0 ? 0 : Math.min(payloadLength, Long.MAX_VALUE - headerLength) + headerLength;
    }

    /**
     * Payload of the open frame passed without being seen.
     *
     * @param state of this direction.
     * @param stateOffset at which it begins.
     * @param length at most {@link #payloadRemaining}.
     * @throws IllegalArgumentException if it is more.
     */
    public static void skip(MutableDirectBuffer state, int stateOffset, int length) {
        final long remaining = state.getLong(stateOffset + REMAINING_OFFSET) - length;
        if (remaining < 0) {
            throw new IllegalArgumentException(length + " bytes passed, " + -remaining + " more than there were");
        }
        state.putLong(stateOffset + REMAINING_OFFSET, remaining);
    }

    /**
     * Whether a data message has begun and its last frame has not.
     *
     * @param state of this direction.
     * @param stateOffset at which it begins.
     * @return true between the first header without FIN and the one with it.
     */
    public static boolean midMessage(DirectBuffer state, int stateOffset) {
        return (state.getInt(stateOffset + FLAGS_OFFSET) & MID_MESSAGE) != 0;
    }

    private static int fixed(DirectBuffer bytes, int index) {
        return bytes.getShort(index, ByteOrder.BIG_ENDIAN);
    }

    /** How many bytes the header has that begins so, a Close frame's code included, or {@link #INVALID}. */
    private static int headerLength(int fixed) {
        final int unmaskedLength = FIXED_LENGTH + extendedLength(fixed & LENGTH_BITS);
        final int headerLength = (fixed & MASKED_BIT) != 0 ? unmaskedLength + MASK_LENGTH : unmaskedLength;
        return (fixed & CONTROL_BIT) != 0 ? controlHeaderLength(fixed, headerLength) : headerLength;
    }

    private static int extendedLength(int shortLength) {
        if (shortLength < LENGTH_16) {
            return 0;
        }
        return shortLength == LENGTH_16 ? Short.BYTES : Long.BYTES;
    }

    private static int controlHeaderLength(int fixed, int headerLength) {
        if ((fixed & FIN_BIT) == 0 || (fixed & LENGTH_BITS) >= LENGTH_16) {
            return INVALID;
        }
        return hasCode(fixed) ? headerLength + CODE_LENGTH : headerLength;
    }

    private static int opcode(int fixed) {
        return (fixed & OPCODE_BITS) >> Byte.SIZE;
    }

    private static boolean hasCode(int fixed) {
        return opcode(fixed) == CLOSE && (fixed & LENGTH_BITS) >= CODE_LENGTH;
    }

    /** Take a complete header; return what is left of its payload behind it, or {@link #INVALID}. */
    private static long onHeader(
            MutableDirectBuffer state,
            int stateOffset,
            DirectBuffer bytes,
            int index,
            int fixed,
            FrameHandler handler,
            long connection) {
        final int shortLength = fixed & LENGTH_BITS;
        final long payloadLength =
                shortLength < LENGTH_16 ? shortLength : extendedPayloadLength(bytes, index + FIXED_LENGTH, shortLength);
        if (payloadLength < 0) {
            return INVALID;
        }
        final boolean fin = (fixed & FIN_BIT) != 0;
        if ((fixed & CONTROL_BIT) == 0) {
            // A control frame may stand between the fragments of a message and does not end it.
            state.putInt(stateOffset + FLAGS_OFFSET, fin ? 0 : MID_MESSAGE);
            handler.onFrame(connection, opcode(fixed), fin, payloadLength, 0);
            return payloadLength;
        }
        return onControlHeader(bytes, index, fixed, payloadLength, handler, connection);
    }

    private static long onControlHeader(
            DirectBuffer bytes, int index, int fixed, long payloadLength, FrameHandler handler, long connection) {
        final int closeCode = opcode(fixed) == CLOSE ? closeCode(bytes, index, fixed) : 0;
        handler.onFrame(connection, opcode(fixed), true, payloadLength, closeCode);
        return hasCode(fixed) ? payloadLength - CODE_LENGTH : payloadLength;
    }

    /** Big-endian; negative if the top bit of a 64-bit length is set, which RFC 6455 section 5.2 forbids. */
    private static long extendedPayloadLength(DirectBuffer bytes, int index, int shortLength) {
        return shortLength == LENGTH_16
                ? bytes.getShort(index, ByteOrder.BIG_ENDIAN) & 0xffff
                : bytes.getLong(index, ByteOrder.BIG_ENDIAN);
    }

    private static int closeCode(DirectBuffer bytes, int index, int fixed) {
        if (!hasCode(fixed)) {
            return NO_CLOSE_CODE;
        }
        final int maskIndex = index + FIXED_LENGTH;
        if ((fixed & MASKED_BIT) == 0) {
            return code(bytes.getByte(maskIndex), bytes.getByte(maskIndex + 1));
        }
        final int codeIndex = maskIndex + MASK_LENGTH;
        return code(
                bytes.getByte(codeIndex) ^ bytes.getByte(maskIndex),
                bytes.getByte(codeIndex + 1) ^ bytes.getByte(maskIndex + 1));
    }

    private static int code(int high, int low) {
        return ((high & 0xff) << Byte.SIZE) | (low & 0xff);
    }

    private static boolean onPartialHeader(
            MutableDirectBuffer state, int stateOffset, DirectBuffer bytes, int index, int length) {
        state.putBytes(stateOffset + PARTIAL_OFFSET, bytes, index, length);
        state.putInt(stateOffset + PARTIAL_LENGTH_OFFSET, length);
        state.putInt(stateOffset + FLAGS_OFFSET, state.getInt(stateOffset + FLAGS_OFFSET) | MID_HEADER);
        state.putLong(stateOffset + REMAINING_OFFSET, 0);
        return true;
    }

    /** Collect a header that began in earlier bytes; return the index behind it, {@code end}, or {@link #INVALID}. */
    private static int completeHeader(
            MutableDirectBuffer state,
            int stateOffset,
            DirectBuffer bytes,
            int offset,
            int end,
            FrameHandler handler,
            long connection) {
        final int partialIndex = stateOffset + PARTIAL_OFFSET;
        int collectedLength = state.getInt(stateOffset + PARTIAL_LENGTH_OFFSET);
        int index = offset;
        int headerLength = partialHeaderLength(state, partialIndex, collectedLength);
        while (headerLength > collectedLength && index < end) {
            state.putByte(partialIndex + collectedLength, bytes.getByte(index));
            collectedLength++;
            index++;
            headerLength = partialHeaderLength(state, partialIndex, collectedLength);
        }
        if (headerLength > collectedLength) {
            state.putInt(stateOffset + PARTIAL_LENGTH_OFFSET, collectedLength);
            return end;
        }
        state.putInt(stateOffset + FLAGS_OFFSET, state.getInt(stateOffset + FLAGS_OFFSET) & ~MID_HEADER);
        final long remaining = headerLength == INVALID
                ? INVALID
                : onHeader(state, stateOffset, state, partialIndex, fixed(state, partialIndex), handler, connection);
        if (remaining == INVALID) {
            return INVALID;
        }
        state.putLong(stateOffset + REMAINING_OFFSET, remaining);
        return index;
    }

    /** As far as is known: a number larger than what was collected when more bytes are needed to know. */
    private static int partialHeaderLength(DirectBuffer state, int partialIndex, int collectedLength) {
        return collectedLength < FIXED_LENGTH ? FIXED_LENGTH : headerLength(fixed(state, partialIndex));
    }

    private static boolean onBroken(MutableDirectBuffer state, int stateOffset) {
        state.putLong(stateOffset + REMAINING_OFFSET, 0);
        state.putInt(stateOffset + FLAGS_OFFSET, BROKEN);
        return false;
    }
}
