package io.fairlead.echo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The exclusive-or of RFC 6455 section 5.3, eight bytes at a time. <b>Thread safe.</b>
 *
 * <p>Buffers are in {@link #ORDER}, so that a key's first byte is its lowest and an advance within the payload is a
 * rotation to the right.
 */
final class Mask {
    /** The byte order of every buffer handed in: that of the machines this runs on, so that no word is swapped. */
    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private Mask() {}

    /** Appends the next {@code length} bytes of {@code source}, unmasked, to {@code target}; gives the key for the rest. */
    static int move(ByteBuffer source, ByteBuffer target, int length, int key) {
        final long wideKey = (key & 0xFFFF_FFFFL) | ((long) key << Integer.SIZE);
        int from = source.position();
        int to = target.position();
        final int end = from + length;
        final int wideEnd = end - (Long.BYTES - 1);
        for (; from < wideEnd; from += Long.BYTES, to += Long.BYTES) {
            target.putLong(to, source.getLong(from) ^ wideKey);
        }
        int tailKey = key;
        for (; from < end; from++, to++) {
            target.put(to, (byte) (source.get(from) ^ tailKey));
            tailKey = Integer.rotateRight(tailKey, Byte.SIZE);
        }
        source.position(end);
        target.position(to);
        // Whole words left the key as it was, and the tail turned it byte by byte.
        return tailKey;
    }
}
