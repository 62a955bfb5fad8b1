package io.fairlead.core.simulation;

import io.fairlead.core.rules.UpgradeAccept;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The bytes that clients and backends exchange. Whoever sends names itself by its number in its first bytes, so that the one
 * at the other end knows with whose bytes to compare what arrives.
 */
final class Wire {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** First byte of a client, and of a backend, that does not speak HTTP; its number follows. */
    static final char OPAQUE_MARK = '#';

    /** What the balancer's own checks ask for, which no client does. */
    static final String CHECK_PATH = "/health";

    static final int CLIENT_CLOSE_CODE = 1000;
    static final int BACKEND_CLOSE_CODE = 1012;

    /** Digits of the number that a peer names itself by. */
    static final int NUMBER_LENGTH = 6;

    private static final int FIRST_DIGIT_UNIT = 100_000;

    /** How many Sec-WebSocket-Key values there are to choose from. */
    static final int KEY_COUNT = 64;

    private static final byte[][] KEYS = new byte[KEY_COUNT][];
    private static final byte[][] ACCEPTS = new byte[KEY_COUNT][];

    private static final byte[] GET = ascii("GET /c/");
    private static final byte[] CHECK = ascii("GET " + CHECK_PATH);
    private static final byte[] POST = ascii("POST /c/");
    private static final byte[] UPGRADE_FIELDS = ascii(" HTTP/1.1\r\nHost: s\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ");
    private static final byte[] UPGRADE_FIELD = ascii("\r\nUpgrade: websocket\r\n");
    private static final byte[] POST_FIELDS = ascii(" HTTP/1.1\r\nHost: s\r\nContent-Length: ");

    private static final byte[] SWITCHING = ascii("HTTP/1.1 101 Switching Protocols\r\n");
    private static final byte[] FORBIDDEN = ascii("HTTP/1.1 403 Forbidden\r\n");
    private static final byte[] OK = ascii("HTTP/1.1 200 OK\r\n");
    private static final byte[] BROKEN = ascii("HTTP/1.1 500 Internal Server Error\r\n");
    private static final byte[] PEER_FIELD = ascii("X-Peer: ");
    private static final byte[] SWITCHING_FIELDS =
            ascii("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ");
    private static final byte[] LENGTH_FIELD = ascii("\r\nContent-Length: ");

    private static final byte[] BARE_LF = ascii("x\nX: y");
    private static final byte[] FILLER = ascii("0\r\nX-Filler: 0123456789");
    private static final byte[] HEAD_END = ascii("\r\n\r\n");
    private static final byte[] NO = ascii("no");

    /** What a server appends to a key before it hashes it (RFC 6455 section 1.3). */
    private static final byte[] ACCEPT_SUFFIX = ascii("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");

    private static final int KEY_LENGTH = 24;

    static {
        final Random random = new Random(1);
        final UpgradeAccept accept = new UpgradeAccept();
        for (int i = 0; i < KEY_COUNT; i++) {
            final byte[] nonce = new byte[16];
            random.nextBytes(nonce);
            KEYS[i] = Base64.getEncoder().encode(nonce);
            ACCEPTS[i] = new byte[UpgradeAccept.ACCEPT_LENGTH];
            accept.forKey(new UnsafeBuffer(KEYS[i]), 0).expected(ACCEPTS[i]);
        }
    }

    private Wire() {}

    /** A request to become a WebSocket. */
    static void appendUpgrade(Outgoing out, int client, int key) {
        appendUpgradeStart(out, client);
        out.append(KEYS[key]);
        out.append(HEAD_END);
    }

    /** The head of a request with a body, which is to follow. */
    static void appendPost(Outgoing out, int client, int bodyLength) {
        out.append(POST);
        appendNumber(out, client);
        out.append(POST_FIELDS);
        appendDecimal(out, bodyLength);
        out.append(HEAD_END);
    }

    /** A request that no server may take: a bare LF in a field. */
    static void appendMalformed(Outgoing out, int client) {
        appendUpgradeStart(out, client);
        out.append(BARE_LF);
        out.append(HEAD_END);
    }

    /** A request whose head goes on for longer than anybody reads. */
    static void appendTooLong(Outgoing out, int client, int headLength) {
        final int start = out.length();
        appendUpgradeStart(out, client);
        appendFiller(out, start, headLength);
    }

    /** What a client that does not speak HTTP sends first, and what its backend answers. */
    static void appendOpaque(Outgoing out, int number) {
        out.append(OPAQUE_MARK);
        appendNumber(out, number);
    }

    /** A backend's yes to an upgrade. */
    static void appendSwitching(Outgoing out, int peer, byte[] accept) {
        appendSwitchingStart(out, peer);
        out.append(accept);
        out.append(HEAD_END);
    }

    /** A backend's no, which to a client that asked for a WebSocket may be a 200 as well. */
    static void appendDecline(Outgoing out, int peer) {
        appendStatus(out, peer % 2 == 0 ? FORBIDDEN : OK, peer);
        out.append(LENGTH_FIELD);
        appendDecimal(out, NO.length);
        out.append(HEAD_END);
        out.append(NO);
    }

    /** The answer of a backend that says itself that it is broken. */
    static void appendBroken(Outgoing out, int peer) {
        appendStatus(out, BROKEN, peer);
        out.append(LENGTH_FIELD);
        appendDecimal(out, 0);
        out.append(HEAD_END);
    }

    /** The head of an answer with a body, which is to follow. */
    static void appendOk(Outgoing out, int peer, int bodyLength) {
        appendStatus(out, OK, peer);
        out.append(LENGTH_FIELD);
        appendDecimal(out, bodyLength);
        out.append(HEAD_END);
    }

    /** An answer whose head goes on for longer than anybody looks at it. */
    static void appendLongAnswer(Outgoing out, int peer, int headLength) {
        final int start = out.length();
        appendSwitchingStart(out, peer);
        appendFiller(out, start, headLength);
    }

    private static void appendUpgradeStart(Outgoing out, int client) {
        out.append(GET);
        appendNumber(out, client);
        out.append(UPGRADE_FIELDS);
    }

    private static void appendSwitchingStart(Outgoing out, int peer) {
        appendStatus(out, SWITCHING, peer);
        out.append(SWITCHING_FIELDS);
    }

    private static void appendStatus(Outgoing out, byte[] status, int peer) {
        out.append(status);
        out.append(PEER_FIELD);
        appendNumber(out, peer);
    }

    private static void appendFiller(Outgoing out, int start, int headLength) {
        while (out.length() - start < headLength) {
            out.append(FILLER);
        }
        out.append(HEAD_END);
    }

    /** The Sec-WebSocket-Accept that answers the key at the end of a head. */
    static byte[] acceptFor(byte[] bytes, int headLength) {
        final int key = keyIn(bytes, headLength);
        if (key >= 0) {
            return ACCEPTS[key];
        }
        try {
            final MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(bytes, headLength - HEAD_END.length - KEY_LENGTH, KEY_LENGTH);
            digest.update(ACCEPT_SUFFIX);
            return Base64.getEncoder().encode(digest.digest());
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A Sec-WebSocket-Accept that does not answer the key at the end of a head. */
    static byte[] otherAcceptFor(byte[] bytes, int headLength) {
        return ACCEPTS[(keyIn(bytes, headLength) + 1) % KEY_COUNT];
    }

    /** Which of the clients' keys stands at the end of a head, −1 if none. */
    private static int keyIn(byte[] bytes, int headLength) {
        final int keyEnd = headLength - HEAD_END.length;
        for (int i = 0; i < KEY_COUNT; i++) {
            final int keyStart = keyEnd - KEYS[i].length;
            if (keyStart > 0 && Arrays.equals(bytes, keyStart, keyEnd, KEYS[i], 0, KEYS[i].length)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether first bytes are, or may become, those of a check of the balancer's own. */
    static boolean mayBeCheck(byte[] bytes, int length) {
        final int knownLength = Math.min(length, CHECK.length);
        return Arrays.equals(bytes, 0, knownLength, CHECK, 0, knownLength);
    }

    /** Whether so many first bytes are enough to tell a check from a client. */
    static boolean isEnoughOfCheck(int length) {
        return length >= CHECK.length;
    }

    /** Whether a whole head asks for a WebSocket. */
    static boolean isUpgrade(byte[] bytes, int headLength) {
        return indexOf(UPGRADE_FIELD, bytes, headLength) >= 0;
    }

    /** The length of an HTTP head, −1 if it has not ended yet. */
    static int headLength(byte[] bytes, int length) {
        for (int i = 3; i < length; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    /** Where a backend's own number stands in the head of its answer, −1 if there is none: it is not a backend's. */
    static int peerNumberOffset(byte[] bytes, int length) {
        final int offset = indexOf(PEER_FIELD, bytes, length - NUMBER_LENGTH);
        return offset < 0 ? -1 : offset + PEER_FIELD.length;
    }

    private static int indexOf(byte[] sought, byte[] bytes, int length) {
        for (int i = 0; i + sought.length <= length; i++) {
            if (Arrays.equals(bytes, i, i + sought.length, sought, 0, sought.length)) {
                return i;
            }
        }
        return -1;
    }

    /** The number that stands somewhere. */
    static int numberAt(byte[] bytes, int offset) {
        int number = 0;
        for (int i = offset; i < offset + NUMBER_LENGTH; i++) {
            number = number * 10 + (bytes[i] - '0');
        }
        return number;
    }

    /** Where a client's own number stands in its first bytes, by the first of them. */
    static int clientNumberOffset(byte first) {
        return switch (first) {
            case 'G' -> GET.length;
            case 'P' -> POST.length;
            default -> 1;
        };
    }

    /** The value of a Content-Length that ends a head. */
    static int contentLength(byte[] bytes, int headLength) {
        int value = 0;
        int unit = 1;
        for (int i = headLength - HEAD_END.length - 1; bytes[i] >= '0' && bytes[i] <= '9'; i--) {
            value += unit * (bytes[i] - '0');
            unit *= 10;
        }
        return value;
    }

    /** A frame's header; its payload is to follow. */
    static void appendFrameHeader(
            Outgoing out, int opcode, boolean isFinal, boolean isMasked, int payloadLength, int mask) {
        out.append((isFinal ? 0x80 : 0) | opcode);
        final int maskBit = isMasked ? 0x80 : 0;
        if (payloadLength < 126) {
            out.append(maskBit | payloadLength);
        } else if (payloadLength < 65_536) {
            out.append(maskBit | 126);
            appendBigEndian(out, payloadLength, 2);
        } else {
            out.append(maskBit | 127);
            appendBigEndian(out, payloadLength, 8);
        }
        if (isMasked) {
            appendBigEndian(out, mask, 4);
        }
    }

    /** A Close frame with a code (RFC 6455 section 5.5.1). */
    static void appendClose(Outgoing out, int code, boolean isMasked, int mask) {
        appendFrameHeader(out, CLOSE, true, isMasked, Short.BYTES, mask);
        appendBigEndian(out, code ^ (mask >>> 16), Short.BYTES);
    }

    private static void appendBigEndian(Outgoing out, long value, int length) {
        for (int i = length - 1; i >= 0; i--) {
            out.append((int) (value >> (8 * i)));
        }
    }

    /** A number in as many digits as all of them have. */
    private static void appendNumber(Outgoing out, int number) {
        for (int unit = FIRST_DIGIT_UNIT; unit > 0; unit /= 10) {
            out.append('0' + number / unit % 10);
        }
    }

    private static void appendDecimal(Outgoing out, int value) {
        out.append(ascii(Integer.toString(value)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
