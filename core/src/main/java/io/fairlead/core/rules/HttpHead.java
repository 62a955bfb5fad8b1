package io.fairlead.core.rules;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The part of HTTP/1.1 that a request head and an answer's head share: lines, field lines, token lists (RFC 9112
 * sections 2.2 and 5, RFC 9110 section 5.6), and the resumable state of a head that arrives in pieces.
 *
 * <p>Strict on purpose: a line ends with CRLF and nothing else, and a control character is an error wherever it stands.
 * What this class and a backend could read differently is a request smuggled past one of the two.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |            Scan index (first byte not looked at)              |
 *  +---------------------------------------------------------------+
 *  |            Line index (first byte of the open line)           |
 *  +---------------------------------------------------------------+
 *  |            Head length (0 until the blank line)               |
 *  +---------------------------------------------------------------+
 *  |            Value index (of the one value worth keeping)       |
 *  +---------------------------------------------------------------+
 *  |            Flags (the verdict, and what was seen)             |
 *  +---------------------------------------------------------------+
 *  |            Unused                                             |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Every index counts from the head's first byte. A byte is scanned once for its line's end and read at most a
 * constant number of times more when the line is complete, so the cost is linear however the bytes are dribbled.
 */
final class HttpHead {
    /** {@link #nextLine}: the open line has not ended yet. */
    static final int LINE_OPEN = -1;

    /** {@link #nextLine}: a control character, a bare CR or a bare LF. */
    static final int LINE_MALFORMED = -2;

    /** {@link #fieldNameLength}: not a field line. */
    static final int NOT_A_FIELD = -1;

    /** A field's name, in requests and answers. */
    static final Word CONNECTION_NAME = Word.ofAnyCase("connection");

    /** Another one, and the option of the first that announces it. */
    static final Word UPGRADE = Word.ofAnyCase("upgrade");

    /** The protocol to upgrade to. */
    static final Word WEBSOCKET = Word.ofAnyCase("websocket");

    static final int SCAN_INDEX_OFFSET = 0;
    static final int LINE_INDEX_OFFSET = SCAN_INDEX_OFFSET + Integer.BYTES;
    static final int HEAD_LENGTH_OFFSET = LINE_INDEX_OFFSET + Integer.BYTES;
    static final int VALUE_INDEX_OFFSET = HEAD_LENGTH_OFFSET + Integer.BYTES;
    static final int FLAGS_OFFSET = VALUE_INDEX_OFFSET + Integer.BYTES;
    private static final int UNUSED_OFFSET = FLAGS_OFFSET + Integer.BYTES;

    /** Length in bytes of the state, a multiple of 8. */
    static final int STATE_LENGTH = UNUSED_OFFSET + Integer.BYTES;

    private static final int HTAB = 0x09;
    private static final int LF = 0x0a;
    private static final int CR = 0x0d;
    private static final int SPACE = 0x20;
    private static final int DELETE = 0x7f;
    private static final int LINE_END_LENGTH = 2;

    /** RFC 9110 5.6.2 {@code tchar} apart from letters and digits. */
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private static final long TOKEN_CHARS_LOW = tokenChars(0);
    private static final long TOKEN_CHARS_HIGH = tokenChars(Long.SIZE);

    private HttpHead() {}

    /**
     * Look for the end of the open line, resuming where the last call stopped. On success the open line is the next one.
     *
     * @param state of the head.
     * @param stateOffset at which it begins.
     * @param bytes the head so far.
     * @param offset of the head's first byte.
     * @param length how many bytes may be looked at.
     * @return the line's length without CRLF, {@link #LINE_OPEN} or {@link #LINE_MALFORMED}.
     */
    static int nextLine(MutableDirectBuffer state, int stateOffset, DirectBuffer bytes, int offset, int length) {
        final int lineIndex = state.getInt(stateOffset + LINE_INDEX_OFFSET);
        int index = state.getInt(stateOffset + SCAN_INDEX_OFFSET);
        index = skipPlain(bytes, offset + index, offset + length) - offset;
        final boolean isEnded = index + 1 < length;
        if (isEnded && bytes.getByte(offset + index) == CR && bytes.getByte(offset + index + 1) == LF) {
            state.putInt(stateOffset + SCAN_INDEX_OFFSET, index + LINE_END_LENGTH);
            state.putInt(stateOffset + LINE_INDEX_OFFSET, index + LINE_END_LENGTH);
            return index - lineIndex;
        }
        // A CR is not passed before the byte behind it is known: the next call starts with it again.
        state.putInt(stateOffset + SCAN_INDEX_OFFSET, index);
        final boolean isOpen = index == length || (!isEnded && bytes.getByte(offset + index) == CR);
        return isOpen ? LINE_OPEN : LINE_MALFORMED;
    }

    /** The first index in {@code [from, to)} of a line break or another control character, else {@code to}. */
    private static int skipPlain(DirectBuffer bytes, int from, int to) {
        int index = from;
        while (index + PackedBytes.LENGTH <= to) {
            final int plainLength = PackedBytes.countBefore(PackedBytes.controls(PackedBytes.load(bytes, index)));
            index += plainLength;
            if (plainLength < PackedBytes.LENGTH) {
                return index;
            }
        }
        while (index < to && !isLineBreakOrControl(bytes.getByte(index))) {
            index++;
        }
        return index;
    }

    /**
     * Whether a line is {@code token ":" …}: a folded line and a space before the colon are not (RFC 9112 5.1, 5.2).
     *
     * @param bytes with the line.
     * @param index of its first byte.
     * @param length of the line without CRLF.
     * @return the name's length in bytes, or {@link #NOT_A_FIELD}.
     */
    static int fieldNameLength(DirectBuffer bytes, int index, int length) {
        int nameLength = lettersAndHyphensLength(bytes, index, length);
        while (nameLength < length && isTokenChar(bytes.getByte(index + nameLength))) {
            nameLength++;
        }
        final boolean isField = nameLength > 0 && nameLength < length && bytes.getByte(index + nameLength) == ':';
        return isField ? nameLength : NOT_A_FIELD;
    }

    /** Most names consist of nothing else. @return how many bytes do, not more than are found eight at a time. */
    private static int lettersAndHyphensLength(DirectBuffer bytes, int index, int length) {
        int foundLength = 0;
        int count = PackedBytes.LENGTH;
        while (count == PackedBytes.LENGTH && foundLength + PackedBytes.LENGTH <= length) {
            final long packed = PackedBytes.load(bytes, index + foundLength);
            final long found = PackedBytes.letters(packed) | PackedBytes.equalTo(packed, '-');
            count = PackedBytes.countBefore(PackedBytes.not(found));
            foundLength += count;
        }
        return foundLength;
    }

    /** The first index in {@code [from, to)} that is no optional white space, else {@code to}. */
    static int skipWhitespace(DirectBuffer bytes, int from, int to) {
        int index = from;
        while (index < to && isWhitespace(bytes.getByte(index))) {
            index++;
        }
        return index;
    }

    /** The end of {@code [from, to)} without the optional white space at its end. */
    static int trimWhitespace(DirectBuffer bytes, int from, int to) {
        int end = to;
        while (end > from && isWhitespace(bytes.getByte(end - 1))) {
            end--;
        }
        return end;
    }

    /** Whether the comma-separated list {@code [from, to)} has a token (RFC 9110 5.6.1). */
    static boolean listContains(DirectBuffer bytes, int from, int to, Word token) {
        return token.equalsBytes(bytes, from, to) || hasMember(bytes, from, to, token);
    }

    private static boolean hasMember(DirectBuffer bytes, int from, int to, Word token) {
        int memberIndex = from;
        for (int i = from; i <= to; i++) {
            if (i == to || bytes.getByte(i) == ',') {
                final int start = skipWhitespace(bytes, memberIndex, i);
                if (token.equalsBytes(bytes, start, trimWhitespace(bytes, start, i))) {
                    return true;
                }
                memberIndex = i + 1;
            }
        }
        return false;
    }

    private static boolean isLineBreakOrControl(byte b) {
        // Bytes from 0x80 on (obs-text) are negative here, and allowed.
        return (b >= 0 && b < SPACE && b != HTAB) || b == DELETE;
    }

    private static boolean isWhitespace(byte b) {
        return b == SPACE || b == HTAB;
    }

    private static boolean isTokenChar(byte b) {
        return b >= 0 && (((b < Long.SIZE ? TOKEN_CHARS_LOW : TOKEN_CHARS_HIGH) >>> b) & 1) != 0;
    }

    private static long tokenChars(int base) {
        long bits = 0;
        for (int i = 0; i < Long.SIZE; i++) {
            final char c = (char) (base + i);
            final boolean isAlphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            if (isAlphanumeric || TOKEN_MARKS.indexOf(c) >= 0) {
                bits |= 1L << i;
            }
        }
        return bits;
    }
}
