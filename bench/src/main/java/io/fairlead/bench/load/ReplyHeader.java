package io.fairlead.bench.load;

import java.nio.ByteBuffer;

/**
 * Collects the header of one frame of a server's after the other, from pieces of any size (RFC 6455 section 5.2). Nothing here
 * allocates.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class ReplyHeader {
    /** Two bytes and 64 bits of length; a server's frame has no masking key. */
    private static final int LENGTH_LIMIT = 2 + Long.BYTES;

    private final byte[] bytes = new byte[LENGTH_LIMIT];
    private int length;
    private boolean isWhole;

    /**
     * Take bytes up to the end of the header.
     *
     * @param source from its position to its limit; what is behind the header stays.
     * @return whether the header is whole; the next call then begins another.
     */
    boolean read(ByteBuffer source) {
        if (isWhole) {
            reset();
        }
        while (source.hasRemaining()) {
            bytes[length++] = source.get();
            if (length >= 2 && length == wholeLength()) {
                isWhole = true;
                return true;
            }
        }
        return false;
    }

    /** Forget what came, for a new connection. */
    void reset() {
        length = 0;
        isWhole = false;
    }

    /** What kind of frame it is. */
    int opcode() {
        return bytes[0] & Frames.OPCODE_BITS;
    }

    /** Whether it is its message's last one. */
    boolean isLast() {
        return (bytes[0] & Frames.FIN_BIT) != 0;
    }

    /** Whether it says that it is masked, which a server's may not be. */
    boolean isMasked() {
        return (bytes[1] & Frames.MASKED_BIT) != 0;
    }

    /** Bytes of its payload; negative for more than there are. */
    long payloadLength() {
        if (length == 2) {
            return bytes[1] & Frames.LENGTH_BITS;
        }
        long value = 0;
        for (int i = 2; i < length; i++) {
            value = value << Byte.SIZE | (bytes[i] & 0xff);
        }
        return value;
    }

    private int wholeLength() {
        return switch (bytes[1] & Frames.LENGTH_BITS) {
            case Frames.LENGTH_16 -> 2 + Short.BYTES;
            case Frames.LENGTH_64 -> LENGTH_LIMIT;
            default -> 2;
        };
    }
}
