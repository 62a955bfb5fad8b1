package io.fairlead.echo;

import java.nio.ByteBuffer;

/**
 * An incremental UTF-8 check (RFC 3629, table of section 4), told the bytes in any pieces. <b>Thread safe</b>: the caller
 * keeps the state.
 *
 * <p>Between two code points the state is {@link #COMPLETE}. Within one it says what may follow: how many bytes, and the
 * range of the next. Only the byte after the first ever has a range narrower than 80 to BF, and that narrow range is
 * what excludes overlong forms, surrogates and everything past U+10FFFF; so a wrong sequence is found at its first wrong
 * byte.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+---------------+---------------+
 *  |  bytes to come| lowest next   | highest next  |       0       |
 *  +---------------+---------------+---------------+---------------+
 * </pre>
 */
final class Utf8 {
    /** Every code point so far is whole. The state to begin with. */
    static final int COMPLETE = 0;

    /** The bytes are no UTF-8, and nothing that follows can mend that. */
    static final int INVALID = -1;

    private static final long NON_ASCII_BITS = 0x8080_8080_8080_8080L;
    private static final int LOWEST_SHIFT = 8;
    private static final int HIGHEST_SHIFT = 16;
    private static final int TAIL_LOWEST = 0x80;
    private static final int TAIL_HIGHEST = 0xBF;

    private Utf8() {}

    /** The state after {@code length} more bytes. */
    static int advance(int state, ByteBuffer bytes, int offset, int length) {
        final int end = offset + length;
        int current = state;
        int index = offset;
        while (index < end) {
            if (current == COMPLETE && end - index >= Long.BYTES && (bytes.getLong(index) & NON_ASCII_BITS) == 0) {
                index += Long.BYTES;
                continue;
            }
            current = next(current, bytes.get(index++) & 0xFF);
            if (current == INVALID) {
                return INVALID;
            }
        }
        return current;
    }

    private static int next(int state, int value) {
        if (state == COMPLETE) {
            return value < 0x80 ? COMPLETE : afterLead(value);
        }
        int lowest = (state >>> LOWEST_SHIFT) & 0xFF;
        int highest = (state >>> HIGHEST_SHIFT) & 0xFF;
        if (value < lowest || value > highest) {
            return INVALID;
        }
        int toCome = (state & 0xFF) - 1;
        return toCome == 0 ? COMPLETE : expect(toCome, TAIL_LOWEST, TAIL_HIGHEST);
    }

    private static int afterLead(int lead) {
        if (lead < 0xC2 || lead > 0xF4) {
            return INVALID;
        }
        if (lead < 0xE0) {
            return expect(1, TAIL_LOWEST, TAIL_HIGHEST);
        }
        return switch (lead) {
            case 0xE0 -> expect(2, 0xA0, TAIL_HIGHEST);
            case 0xED -> expect(2, TAIL_LOWEST, 0x9F);
            case 0xF0 -> expect(3, 0x90, TAIL_HIGHEST);
            case 0xF4 -> expect(3, TAIL_LOWEST, 0x8F);
            default -> expect(lead < 0xF0 ? 2 : 3, TAIL_LOWEST, TAIL_HIGHEST);
        };
    }

    private static int expect(int toCome, int lowest, int highest) {
        return toCome | (lowest << LOWEST_SHIFT) | (highest << HIGHEST_SHIFT);
    }
}
