package io.fairlead.core.rules;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * A word that bytes are compared with, as many at a time as one load takes: eight of a long word, four of a short one. The
 * last load overlaps the one before where the length is no multiple.
 *
 * <p><b>Immutable.</b> A comparison allocates nothing and reads nothing outside of the bytes it is given.
 */
final class Word {
    private static final int CASE_BIT = 0x20;

    private final int length;
    private final int partLength;
    private final int[] partIndices;
    private final long[] parts;
    /** The bits in which an upper-case letter differs from the word's lower-case one. */
    private final long[] caseBits;

    private Word(String word, boolean ignoresCase) {
        final byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
        length = bytes.length;
        partLength = length >= Long.BYTES ? Long.BYTES : length >= Integer.BYTES ? Integer.BYTES : 1;
        final int partCount = (length + partLength - 1) / partLength;
        partIndices = new int[partCount];
        parts = new long[partCount];
        caseBits = new long[partCount];
        for (int i = 0; i < partCount; i++) {
            partIndices[i] = Math.min(i * partLength, length - partLength);
            for (int j = partLength - 1; j >= 0; j--) {
                final byte b = bytes[partIndices[i] + j];
                parts[i] = parts[i] << Byte.SIZE | b;
                caseBits[i] = caseBits[i] << Byte.SIZE | (ignoresCase && b >= 'a' && b <= 'z' ? CASE_BIT : 0);
            }
        }
    }

    /** A word of ASCII characters that only itself equals. */
    static Word exactly(String word) {
        return new Word(word, false);
    }

    /** A word in lower case that equals itself in any case, for ASCII letters. */
    static Word ofAnyCase(String lowerCaseWord) {
        return new Word(lowerCaseWord, true);
    }

    int length() {
        return length;
    }

    /** Whether {@code [from, to)} is this word. */
    boolean equalsBytes(DirectBuffer bytes, int from, int to) {
        if (to - from != length) {
            return false;
        }
        for (int i = 0; i < parts.length; i++) {
            if ((load(bytes, from + partIndices[i]) | caseBits[i]) != parts[i]) {
                return false;
            }
        }
        return true;
    }

    private long load(DirectBuffer bytes, int index) {
        return switch (partLength) {
            case Long.BYTES -> bytes.getLong(index, ByteOrder.LITTLE_ENDIAN);
            case Integer.BYTES -> bytes.getInt(index, ByteOrder.LITTLE_ENDIAN);
            default -> bytes.getByte(index);
        };
    }
}
