package io.fairlead.core.rules;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Tells from a backend's first bytes whether it accepted a WebSocket handshake: a {@code 101} that every client would
 * take for one (RFC 6455 section 4.1, steps 1 to 4). Only then are the bytes behind it frames.
 *
 * <p>Asked again with each arrival, always with all bytes since the first. The state is the caller's: {@link
 * #STATE_LENGTH} bytes, zero-filled at the start. The verdict is the earliest one the bytes allow, it depends on nothing
 * but the bytes, and once given it stays. The cost over a whole head is linear in its length, and one SHA-1; nothing is
 * allocated.
 *
 * <p><b>Thread safe</b> as far as what is handed in is.
 */
public final class AnswerPeek {
    /** Length in bytes of the state. Its layout is private to this class. */
    public static final int STATE_LENGTH = HttpHead.STATE_LENGTH;

    /** Length in bytes of an answer from which {@link #statusCode} can tell. */
    public static final int STATUS_END = 12;

    /** No verdict yet. */
    public static final int NEED_MORE = 0;

    /** A complete and verified {@code 101}: frames begin behind it. */
    public static final int SWITCHED = 1;

    /** Anything else: another status, a malformed or overlong head, an accept value that is not the key's. */
    public static final int OTHER = 2;

    private static final int VERDICT_MASK = 0x3;
    private static final int CONNECTION_UPGRADE = 1 << 2;
    private static final int UPGRADE_WEBSOCKET = 1 << 3;
    private static final int ACCEPT_SEEN = 1 << 4;
    private static final int DISQUALIFIED = 1 << 5;
    private static final int QUALIFIED = CONNECTION_UPGRADE | UPGRADE_WEBSOCKET | ACCEPT_SEEN;

    private static final String SWITCHING = "HTTP/1.1 101 ";
    private static final Word SWITCHING_WORD = Word.exactly(SWITCHING);
    private static final Word VERSION = Word.exactly("HTTP/1.");
    private static final Word ACCEPT_NAME = Word.ofAnyCase("sec-websocket-accept");
    private static final int STATUS_INDEX = SWITCHING.indexOf("101");
    private static final int STATUS_LENGTH = 3;

    private AnswerPeek() {}

    /**
     * Look at what has arrived so far.
     *
     * @param state of this answer; zero-filled before the first call.
     * @param stateOffset at which it begins.
     * @param bytes all bytes received, from the very first on.
     * @param offset of the first.
     * @param length how many there are; never less than at the call before.
     * @param limit longest head in bytes, its blank line included; the same at every call.
     * @param accept told the handshake's key by {@link UpgradeAccept#forKey}.
     * @return {@link #NEED_MORE}, {@link #SWITCHED} or {@link #OTHER}.
     */
    public static int peek(
            MutableDirectBuffer state,
            int stateOffset,
            DirectBuffer bytes,
            int offset,
            int length,
            int limit,
            UpgradeAccept accept) {
        final int decided = flags(state, stateOffset) & VERDICT_MASK;
        if (decided != NEED_MORE) {
            return decided;
        }
        // Nothing past the limit is looked at, so that a long read and a dribble see the same head.
        final int usableLength = Math.min(length, limit);
        // The status line's fixed part is compared here; the reason phrase behind it may be anything, or empty.
        int verdict = peekStatus(state, stateOffset, bytes, offset, usableLength);
        if (verdict == NEED_MORE && state.getInt(stateOffset + HttpHead.SCAN_INDEX_OFFSET) >= SWITCHING.length()) {
            verdict = peekLines(state, stateOffset, bytes, offset, usableLength, accept);
        }
        if (verdict == NEED_MORE && length >= limit) {
            verdict = OTHER;
        }
        set(state, stateOffset, verdict);
        return verdict;
    }

    /**
     * Length of the head.
     *
     * @param state of this answer.
     * @param stateOffset at which it begins.
     * @return bytes up to and including the blank line; valid after {@link #SWITCHED}.
     */
    public static int headLength(DirectBuffer state, int stateOffset) {
        return state.getInt(stateOffset + HttpHead.HEAD_LENGTH_OFFSET);
    }

    /**
     * The status code of an answer, for the log: best effort, without state.
     *
     * @param bytes with the answer.
     * @param offset of its first byte.
     * @param length how many bytes of it are there.
     * @return 100 to 999, or 0 if the bytes are no HTTP/1 status line or too few.
     */
    public static int statusCode(DirectBuffer bytes, int offset, int length) {
        if (length < STATUS_INDEX + STATUS_LENGTH
                || !VERSION.equalsBytes(bytes, offset, offset + VERSION.length())
                || !isDigit(bytes.getByte(offset + VERSION.length()))
                || bytes.getByte(offset + STATUS_INDEX - 1) != ' ') {
            return 0;
        }
        int code = 0;
        for (int i = 0; i < STATUS_LENGTH; i++) {
            final byte b = bytes.getByte(offset + STATUS_INDEX + i);
            if (!isDigit(b) || (i == 0 && b == '0')) {
                return 0;
            }
            code = code * 10 + (b - '0');
        }
        return code;
    }

    private static int peekStatus(
            MutableDirectBuffer state, int stateOffset, DirectBuffer bytes, int offset, int length) {
        int index = state.getInt(stateOffset + HttpHead.SCAN_INDEX_OFFSET);
        final int end = Math.min(length, SWITCHING.length());
        if (index >= end) {
            return NEED_MORE;
        }
        if (index == 0 && end == SWITCHING.length() && SWITCHING_WORD.equalsBytes(bytes, offset, offset + end)) {
            index = end;
        }
        while (index < end && bytes.getByte(offset + index) == SWITCHING.charAt(index)) {
            index++;
        }
        state.putInt(stateOffset + HttpHead.SCAN_INDEX_OFFSET, index);
        return index < end ? OTHER : NEED_MORE;
    }

    private static int peekLines(
            MutableDirectBuffer state,
            int stateOffset,
            DirectBuffer bytes,
            int offset,
            int length,
            UpgradeAccept accept) {
        int verdict = NEED_MORE;
        while (verdict == NEED_MORE) {
            final int lineIndex = state.getInt(stateOffset + HttpHead.LINE_INDEX_OFFSET);
            final int lineLength = HttpHead.nextLine(state, stateOffset, bytes, offset, length);
            if (lineLength == HttpHead.LINE_OPEN) {
                break;
            }
            if (lineLength == HttpHead.LINE_MALFORMED) {
                verdict = OTHER;
            } else if (lineLength == 0) {
                verdict = onBlankLine(state, stateOffset, bytes, offset, accept);
            } else if (lineIndex > 0) {
                verdict = onFieldLine(state, stateOffset, bytes, offset, lineIndex, lineLength);
            }
        }
        return verdict;
    }

    private static int onFieldLine(
            MutableDirectBuffer state, int stateOffset, DirectBuffer bytes, int offset, int lineIndex, int lineLength) {
        final int from = offset + lineIndex;
        final int nameLength = HttpHead.fieldNameLength(bytes, from, lineLength);
        if (nameLength == HttpHead.NOT_A_FIELD) {
            return OTHER;
        }
        final int nameEnd = from + nameLength;
        final int lineEnd = from + lineLength;
        final int valueIndex = HttpHead.skipWhitespace(bytes, nameEnd + 1, lineEnd);
        final int valueEnd = HttpHead.trimWhitespace(bytes, valueIndex, lineEnd);
        if (HttpHead.CONNECTION_NAME.equalsBytes(bytes, from, nameEnd)) {
            set(
                    state,
                    stateOffset,
                    HttpHead.listContains(bytes, valueIndex, valueEnd, HttpHead.UPGRADE) ? CONNECTION_UPGRADE : 0);
        } else if (HttpHead.UPGRADE.equalsBytes(bytes, from, nameEnd)) {
            // The value, not a member of a list: a client refuses a server that names a second protocol.
            setOnce(state, stateOffset, UPGRADE_WEBSOCKET, HttpHead.WEBSOCKET.equalsBytes(bytes, valueIndex, valueEnd));
        } else if (ACCEPT_NAME.equalsBytes(bytes, from, nameEnd)) {
            setOnce(state, stateOffset, ACCEPT_SEEN, valueEnd - valueIndex == UpgradeAccept.ACCEPT_LENGTH);
            state.putInt(stateOffset + HttpHead.VALUE_INDEX_OFFSET, valueIndex - offset);
        }
        return NEED_MORE;
    }

    private static int onBlankLine(
            MutableDirectBuffer state, int stateOffset, DirectBuffer bytes, int offset, UpgradeAccept accept) {
        if ((flags(state, stateOffset) & (QUALIFIED | DISQUALIFIED)) != QUALIFIED) {
            return OTHER;
        }
        final int valueIndex = state.getInt(stateOffset + HttpHead.VALUE_INDEX_OFFSET);
        if (!accept.matches(bytes, offset + valueIndex, UpgradeAccept.ACCEPT_LENGTH)) {
            return OTHER;
        }
        state.putInt(stateOffset + HttpHead.HEAD_LENGTH_OFFSET, state.getInt(stateOffset + HttpHead.SCAN_INDEX_OFFSET));
        return SWITCHED;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static int flags(DirectBuffer state, int stateOffset) {
        return state.getInt(stateOffset + HttpHead.FLAGS_OFFSET);
    }

    private static void set(MutableDirectBuffer state, int stateOffset, int moreFlags) {
        state.putInt(stateOffset + HttpHead.FLAGS_OFFSET, flags(state, stateOffset) | moreFlags);
    }

    private static void setOnce(MutableDirectBuffer state, int stateOffset, int flag, boolean isValid) {
        final boolean isFirst = (flags(state, stateOffset) & flag) == 0;
        set(state, stateOffset, isFirst && isValid ? flag : DISQUALIFIED);
    }
}
