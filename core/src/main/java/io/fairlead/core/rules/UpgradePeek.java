package io.fairlead.core.rules;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Tells from a client's first bytes what it speaks: a WebSocket handshake (RFC 6455 section 4.2.1), other HTTP/1.1, or
 * something else.
 *
 * <p>Asked again with each arrival, always with all bytes since the first. The state is the caller's: {@link
 * #STATE_LENGTH} bytes, zero-filled at the start. The verdict is the earliest one the bytes allow, it depends on nothing
 * but the bytes, and once given it stays. The cost over a whole head is linear in its length; nothing is allocated.
 *
 * <p><b>Thread safe</b> as far as the buffers handed in are.
 */
public final class UpgradePeek {
    /** Length in bytes of the state. Its layout is private to this class. */
    public static final int STATE_LENGTH = HttpHead.STATE_LENGTH;

    /** No verdict yet. */
    public static final int NEED_MORE = 0;

    /** A complete head of a WebSocket handshake; no body follows. */
    public static final int WEBSOCKET = 1;

    /** A complete, well-formed HTTP/1.0 or HTTP/1.1 head that asks for something else. */
    public static final int HTTP = 2;

    /** Not HTTP/1: the bytes cannot start {@code METHOD SP}, or are the preface of HTTP/2 (RFC 9113 section 3.4). */
    public static final int OPAQUE = 3;

    /** HTTP, but malformed: answer 400. */
    public static final int REJECT_MALFORMED = 4;

    /** HTTP, but the head does not fit the limit: answer 431. */
    public static final int REJECT_TOO_LONG = 5;

    private static final int VERDICT_MASK = 0x7;
    private static final int METHOD_SEEN = 1 << 3;
    private static final int GET_HTTP_1_1 = 1 << 4;
    private static final int CONNECTION_UPGRADE = 1 << 5;
    private static final int UPGRADE_WEBSOCKET = 1 << 6;
    private static final int VERSION_13 = 1 << 7;
    private static final int KEY_SEEN = 1 << 8;
    private static final int DISQUALIFIED = 1 << 9;
    private static final int QUALIFIED = GET_HTTP_1_1 | CONNECTION_UPGRADE | UPGRADE_WEBSOCKET | VERSION_13 | KEY_SEEN;

    /** The longest registered method name has 17 characters (UPDATEREDIRECTREF). */
    private static final int METHOD_LIMIT = 24;

    private static final int KEY_LENGTH = 24;
    private static final int KEY_PADDING_LENGTH = 2;
    private static final int KEY_TEXT_LENGTH = KEY_LENGTH - KEY_PADDING_LENGTH;
    private static final Word KEY_PADDING = Word.exactly("==");
    private static final Word HTTP_2_REQUEST_LINE = Word.exactly("PRI * HTTP/2.0");
    private static final Word HTTP_1_0 = Word.exactly(" HTTP/1.0");
    private static final Word HTTP_1_1 = Word.exactly(" HTTP/1.1");
    private static final Word GET = Word.exactly("GET");
    private static final Word VERSION = Word.exactly("13");
    private static final Word NO_LENGTH = Word.exactly("0");
    private static final Word KEY_NAME = Word.ofAnyCase("sec-websocket-key");
    private static final Word VERSION_NAME = Word.ofAnyCase("sec-websocket-version");
    private static final Word CONTENT_LENGTH_NAME = Word.ofAnyCase("content-length");
    private static final Word TRANSFER_ENCODING_NAME = Word.ofAnyCase("transfer-encoding");

    private UpgradePeek() {}

    /**
     * Look at what has arrived so far.
     *
     * @param state of this client; zero-filled before the first call.
     * @param stateOffset at which it begins.
     * @param bytes all bytes received, from the very first on.
     * @param offset of the first.
     * @param length how many there are; never less than at the call before.
     * @param limit longest head in bytes, its blank line included; the same at every call.
     * @return one of this class's verdicts.
     */
    public static int peek(
            MutableDirectBuffer state, int stateOffset, DirectBuffer bytes, int offset, int length, int limit) {
        final int flags = state.getInt(stateOffset + HttpHead.FLAGS_OFFSET);
        if ((flags & VERDICT_MASK) != NEED_MORE) {
            return flags & VERDICT_MASK;
        }
        // Nothing past the limit is looked at, so that a long read and a dribble see the same head.
        final int usableLength = Math.min(length, limit);
        int verdict = NEED_MORE;
        if ((flags & METHOD_SEEN) == 0) {
            verdict = peekMethod(state, stateOffset, bytes, offset, usableLength);
        }
        if (verdict == NEED_MORE && has(state, stateOffset, METHOD_SEEN)) {
            verdict = peekLines(state, stateOffset, bytes, offset, usableLength);
        }
        // A head still open at the limit cannot end within it: not to decide now would wait for a byte no slab has room
        // for.
        if (verdict == NEED_MORE && length >= limit) {
            verdict = REJECT_TOO_LONG;
        }
        set(state, stateOffset, verdict);
        return verdict;
    }

    /**
     * Length of the head.
     *
     * @param state of this client.
     * @param stateOffset at which it begins.
     * @return bytes up to and including the blank line; valid after {@link #WEBSOCKET} and {@link #HTTP}.
     */
    public static int headLength(DirectBuffer state, int stateOffset) {
        return state.getInt(stateOffset + HttpHead.HEAD_LENGTH_OFFSET);
    }

    /**
     * Where the handshake's key is.
     *
     * @param state of this client.
     * @param stateOffset at which it begins.
     * @return index of the 24 characters of {@code Sec-WebSocket-Key}, counted from the first byte; valid after {@link
     *     #WEBSOCKET}.
     */
    public static int keyOffset(DirectBuffer state, int stateOffset) {
        return state.getInt(stateOffset + HttpHead.VALUE_INDEX_OFFSET);
    }

    /**
     * Whether the bytes are HTTP, or may still become it: what tells a request that came too slowly (408) from a client
     * that said nothing.
     *
     * @param state of this client.
     * @param stateOffset at which it begins.
     * @return true when there was at least one byte and none ruled HTTP/1 out.
     */
    public static boolean startsHttp(DirectBuffer state, int stateOffset) {
        final int verdict = state.getInt(stateOffset + HttpHead.FLAGS_OFFSET) & VERDICT_MASK;
        return verdict != OPAQUE && state.getInt(stateOffset + HttpHead.SCAN_INDEX_OFFSET) > 0;
    }

    private static int peekMethod(
            MutableDirectBuffer state, int stateOffset, DirectBuffer bytes, int offset, int length) {
        int index = state.getInt(stateOffset + HttpHead.SCAN_INDEX_OFFSET);
        int verdict = NEED_MORE;
        while (index < length) {
            final byte b = bytes.getByte(offset + index);
            if (b == ' ' && index > 0) {
                set(state, stateOffset, METHOD_SEEN);
                break;
            }
            if (index == METHOD_LIMIT || !isMethodChar(b, index)) {
                verdict = OPAQUE;
                break;
            }
            index++;
        }
        state.putInt(stateOffset + HttpHead.SCAN_INDEX_OFFSET, index);
        return verdict;
    }

    private static boolean isMethodChar(byte b, int index) {
        return (b >= 'A' && b <= 'Z') || (index > 0 && (b == '-' || b == '_'));
    }

    private static int peekLines(
            MutableDirectBuffer state, int stateOffset, DirectBuffer bytes, int offset, int length) {
        int verdict = NEED_MORE;
        while (verdict == NEED_MORE) {
            final int lineIndex = state.getInt(stateOffset + HttpHead.LINE_INDEX_OFFSET);
            final int lineLength = HttpHead.nextLine(state, stateOffset, bytes, offset, length);
            if (lineLength == HttpHead.LINE_OPEN) {
                break;
            }
            if (lineLength == HttpHead.LINE_MALFORMED) {
                verdict = REJECT_MALFORMED;
            } else if (lineIndex == 0) {
                verdict = onRequestLine(state, stateOffset, bytes, offset + lineIndex, lineLength);
            } else if (lineLength == 0) {
                verdict = onBlankLine(state, stateOffset);
            } else {
                verdict = onFieldLine(state, stateOffset, bytes, offset, lineIndex, lineLength);
            }
        }
        return verdict;
    }

    private static int onRequestLine(
            MutableDirectBuffer state, int stateOffset, DirectBuffer bytes, int from, int length) {
        final int to = from + length;
        if (HTTP_2_REQUEST_LINE.equalsBytes(bytes, from, to)) {
            return OPAQUE;
        }
        int targetIndex = from;
        while (bytes.getByte(targetIndex) != ' ') {
            targetIndex++;
        }
        final int methodLength = targetIndex - from;
        targetIndex++;
        final int targetEnd = to - HTTP_1_1.length();
        if (targetEnd <= targetIndex || hasWhitespace(bytes, targetIndex, targetEnd)) {
            return REJECT_MALFORMED;
        }
        final boolean isHttp11 = HTTP_1_1.equalsBytes(bytes, targetEnd, to);
        if (!isHttp11 && !HTTP_1_0.equalsBytes(bytes, targetEnd, to)) {
            return REJECT_MALFORMED;
        }
        final boolean isGet = GET.equalsBytes(bytes, from, from + methodLength);
        set(state, stateOffset, isGet && isHttp11 ? GET_HTTP_1_1 : 0);
        return NEED_MORE;
    }

    private static boolean hasWhitespace(DirectBuffer bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            final byte b = bytes.getByte(i);
            if (b == ' ' || b == '\t') {
                return true;
            }
        }
        return false;
    }

    private static int onFieldLine(
            MutableDirectBuffer state, int stateOffset, DirectBuffer bytes, int offset, int lineIndex, int lineLength) {
        final int from = offset + lineIndex;
        final int nameLength = HttpHead.fieldNameLength(bytes, from, lineLength);
        if (nameLength == HttpHead.NOT_A_FIELD) {
            return REJECT_MALFORMED;
        }
        final int nameEnd = from + nameLength;
        final int lineEnd = from + lineLength;
        final int valueIndex = HttpHead.skipWhitespace(bytes, nameEnd + 1, lineEnd);
        final int valueEnd = HttpHead.trimWhitespace(bytes, valueIndex, lineEnd);
        if (KEY_NAME.equalsBytes(bytes, from, nameEnd)) {
            onKey(state, stateOffset, bytes, offset, valueIndex, valueEnd);
        } else {
            set(state, stateOffset, meaning(flags(state, stateOffset), bytes, from, nameEnd, valueIndex, valueEnd));
        }
        return NEED_MORE;
    }

    /** What a field other than the key adds to the flags. */
    private static int meaning(
            int flags, DirectBuffer bytes, int nameIndex, int nameEnd, int valueIndex, int valueEnd) {
        if (HttpHead.CONNECTION_NAME.equalsBytes(bytes, nameIndex, nameEnd)) {
            return HttpHead.listContains(bytes, valueIndex, valueEnd, HttpHead.UPGRADE) ? CONNECTION_UPGRADE : 0;
        }
        if (HttpHead.UPGRADE.equalsBytes(bytes, nameIndex, nameEnd)) {
            return HttpHead.listContains(bytes, valueIndex, valueEnd, HttpHead.WEBSOCKET) ? UPGRADE_WEBSOCKET : 0;
        }
        if (VERSION_NAME.equalsBytes(bytes, nameIndex, nameEnd)) {
            final boolean isFirst = (flags & VERSION_13) == 0;
            return isFirst && VERSION.equalsBytes(bytes, valueIndex, valueEnd) ? VERSION_13 : DISQUALIFIED;
        }
        if (CONTENT_LENGTH_NAME.equalsBytes(bytes, nameIndex, nameEnd)) {
            return NO_LENGTH.equalsBytes(bytes, valueIndex, valueEnd) ? 0 : DISQUALIFIED;
        }
        return TRANSFER_ENCODING_NAME.equalsBytes(bytes, nameIndex, nameEnd) ? DISQUALIFIED : 0;
    }

    private static void onKey(
            MutableDirectBuffer state, int stateOffset, DirectBuffer bytes, int offset, int valueIndex, int valueEnd) {
        if (has(state, stateOffset, KEY_SEEN) || !isKey(bytes, valueIndex, valueEnd)) {
            set(state, stateOffset, DISQUALIFIED);
        } else {
            state.putInt(stateOffset + HttpHead.VALUE_INDEX_OFFSET, valueIndex - offset);
            set(state, stateOffset, KEY_SEEN);
        }
    }

    /** 16 bytes in base64 are 22 characters and two of padding (RFC 4648 section 4). */
    private static boolean isKey(DirectBuffer bytes, int from, int to) {
        if (to - from != KEY_LENGTH || !KEY_PADDING.equalsBytes(bytes, from + KEY_TEXT_LENGTH, to)) {
            return false;
        }
        // The last eight overlap those before them, for the text is no multiple long.
        return areBase64(bytes, from)
                && areBase64(bytes, from + PackedBytes.LENGTH)
                && areBase64(bytes, from + KEY_TEXT_LENGTH - PackedBytes.LENGTH);
    }

    private static boolean areBase64(DirectBuffer bytes, int index) {
        final long packed = PackedBytes.load(bytes, index);
        final long found = PackedBytes.letters(packed)
                | PackedBytes.between(packed, '0', '9')
                | PackedBytes.equalTo(packed, '+')
                | PackedBytes.equalTo(packed, '/');
        return found == PackedBytes.ALL;
    }

    private static int onBlankLine(MutableDirectBuffer state, int stateOffset) {
        state.putInt(stateOffset + HttpHead.HEAD_LENGTH_OFFSET, state.getInt(stateOffset + HttpHead.SCAN_INDEX_OFFSET));
        return (flags(state, stateOffset) & (QUALIFIED | DISQUALIFIED)) == QUALIFIED ? WEBSOCKET : HTTP;
    }

    private static int flags(DirectBuffer state, int stateOffset) {
        return state.getInt(stateOffset + HttpHead.FLAGS_OFFSET);
    }

    private static boolean has(DirectBuffer state, int stateOffset, int flag) {
        return (flags(state, stateOffset) & flag) != 0;
    }

    private static void set(MutableDirectBuffer state, int stateOffset, int moreFlags) {
        state.putInt(stateOffset + HttpHead.FLAGS_OFFSET, flags(state, stateOffset) | moreFlags);
    }
}
