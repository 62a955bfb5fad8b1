package io.fairlead.core.rules;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Eight bytes in one long, the first one lowest, all looked at together (Lamport, "Multiple byte processing with full-word
 * instructions", 1975). What is found is a long too: the top bit of each byte that is meant, and no other bit.
 *
 * <p>The tests are exact for every value of every byte: nothing carries from one into the next, as the seven low bits of a
 * byte and what is added to them stay below 256.
 *
 * <p><b>Immutable.</b> There are only functions here; nothing is allocated.
 */
final class PackedBytes {
    /** How many there are. */
    static final int LENGTH = Long.BYTES;

    /** Found: all of them. */
    static final long ALL = 0x8080_8080_8080_8080L;

    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long LOW_BITS = ~ALL;
    private static final long LETTER_CASE = 0x20 * EACH;
    private static final int DELETE = 0x7f;

    private PackedBytes() {}

    /** The eight bytes from an index on. */
    static long load(DirectBuffer bytes, int index) {
        return bytes.getLong(index, ByteOrder.LITTLE_ENDIAN);
    }

    /** How many bytes stand before the first one found; {@link #LENGTH} if none was. */
    static int countBefore(long found) {
        return Long.numberOfTrailingZeros(found) / Byte.SIZE;
    }

    /** The bytes that are not found. */
    static long not(long found) {
        return found ^ ALL;
    }

    /** The bytes that are an ASCII character. */
    static long equalTo(long packed, int character) {
        final long difference = packed ^ (character * EACH);
        return ~(((difference & LOW_BITS) + LOW_BITS) | difference) & ALL;
    }

    /** The bytes from one ASCII character to another, both included. */
    static long between(long packed, int first, int last) {
        final long low = packed & LOW_BITS;
        final long isFrom = low + (0x80 - first) * EACH;
        final long isBehind = low + (0x7f - last) * EACH;
        return isFrom & ~isBehind & ~packed & ALL;
    }

    /** The bytes that are ASCII letters. */
    static long letters(long packed) {
        return between(packed | LETTER_CASE, 'a', 'z');
    }

    /** The bytes that are control characters other than HTAB: line breaks, and what stands in no line. */
    static long controls(long packed) {
        return (between(packed, 0, ' ' - 1) & ~equalTo(packed, '\t')) | equalTo(packed, DELETE);
    }
}
