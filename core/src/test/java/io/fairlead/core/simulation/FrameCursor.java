package io.fairlead.core.simulation;

/**
 * Walks the frames in what one end sends (RFC 6455 section 5.2), written anew and simply: it shares nothing with the engine's tracker,
 * whose counts it is held against.
 */
final class FrameCursor {
    private static final int INCOMPLETE = -1;

    int position;
    int opcode;
    boolean isFinal;
    int payloadStart;
    int payloadLength;

    /** Take the next frame that stands whole before a limit. @return false if there is none. */
    boolean next(byte[] bytes, int limit) {
        final int headerLength = header(bytes, limit);
        if (headerLength == INCOMPLETE || position + headerLength + payloadLength > limit) {
            return false;
        }
        payloadStart = position + headerLength;
        position = payloadStart + payloadLength;
        return true;
    }

    /** Take the next header that stands whole before a limit, whatever there is of its payload. */
    boolean nextHeader(byte[] bytes, int limit) {
        final int headerLength = position < limit ? header(bytes, limit) : INCOMPLETE;
        if (headerLength == INCOMPLETE) {
            return false;
        }
        payloadStart = position + headerLength;
        position = payloadStart + payloadLength;
        return true;
    }

    /** How many messages end in frames whose header stands whole between two positions. */
    static int messageCount(byte[] bytes, int from, int limit) {
        final FrameCursor cursor = new FrameCursor();
        cursor.position = from;
        int count = 0;
        while (cursor.position < limit) {
            final int headerLength = cursor.header(bytes, limit);
            if (headerLength == INCOMPLETE) {
                break;
            }
            count += cursor.isFinal && cursor.opcode <= Wire.BINARY ? 1 : 0;
            cursor.position += headerLength + cursor.payloadLength;
        }
        return count;
    }

    /** How many payload bytes of messages stand between two positions. */
    static long messageLength(byte[] bytes, int from, int limit) {
        final FrameCursor cursor = new FrameCursor();
        cursor.position = from;
        long length = 0;
        while (cursor.position < limit) {
            final int headerLength = cursor.header(bytes, limit);
            if (headerLength == INCOMPLETE) {
                break;
            }
            cursor.position += headerLength;
            length += cursor.opcode <= Wire.BINARY ? Math.min(cursor.payloadLength, limit - cursor.position) : 0;
            cursor.position += cursor.payloadLength;
        }
        return length;
    }

    private int header(byte[] bytes, int limit) {
        final int available = limit - position;
        if (available < 2) {
            return INCOMPLETE;
        }
        final int second = bytes[position + 1];
        final int shortLength = second & 0x7f;
        final int extendedLength = shortLength < 126 ? 0 : shortLength == 126 ? 2 : 8;
        final int headerLength = 2 + extendedLength + ((second & 0x80) != 0 ? 4 : 0);
        if (available < headerLength) {
            return INCOMPLETE;
        }
        opcode = bytes[position] & 0x0f;
        isFinal = (bytes[position] & 0x80) != 0;
        payloadLength = shortLength;
        if (extendedLength > 0) {
            long length = 0;
            for (int i = 0; i < extendedLength; i++) {
                length = (length << 8) | (bytes[position + 2 + i] & 0xff);
            }
            payloadLength = Math.toIntExact(length);
        }
        return headerLength;
    }
}
