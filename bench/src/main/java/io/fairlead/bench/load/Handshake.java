package io.fairlead.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.agrona.DirectBuffer;

/**
 * The client's part of an opening handshake (RFC 6455 section 4.1). One key serves every connection: what is measured does
 * not depend on it.
 */
final class Handshake {
    private static final String KEY = "RmFpcmxlYWQgbG9hZCByaQ==";
    private static final byte[] STATUS = "HTTP/1.1 101 ".getBytes(ISO_8859_1);
    private static final byte[] ACCEPT_NAME = "\r\nsec-websocket-accept: ".getBytes(ISO_8859_1);
    private static final byte[] ACCEPT_VALUE = (accept() + "\r\n").getBytes(ISO_8859_1);
    private static final int STATUS_LINE_LIMIT = 60;
    private static final byte[] END = "\r\n\r\n".getBytes(ISO_8859_1);

    private Handshake() {}

    /**
     * The request.
     *
     * @param authority for its Host field.
     * @return in a direct buffer of exactly its length, ready to be written.
     */
    static DirectBuffer request(String authority) {
        final byte[] bytes = ("GET /load HTTP/1.1\r\nHost: " + authority
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: " + KEY + "\r\n\r\n")
                .getBytes(ISO_8859_1);
        return WebSocketClient.wrapped(
                ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    /**
     * Look at what has arrived.
     *
     * @param bytes all bytes of the answer so far, from 0 to the limit.
     * @return length of the answer's head, or 0 if it is not complete.
     * @throws ProtocolException if it is not the 101 that the key calls for.
     */
    static int headLength(ByteBuffer bytes) throws ProtocolException {
        final int end = indexOf(bytes, END);
        if (end < 0) {
            return 0;
        }
        if (!standsAt(bytes, 0, STATUS)) {
            throw new ProtocolException("answered " + statusLine(bytes) + " instead of 101");
        }
        final int accept = indexOfName(bytes, ACCEPT_NAME);
        if (accept < 0 || !standsAt(bytes, accept + ACCEPT_NAME.length, ACCEPT_VALUE)) {
            throw new ProtocolException("the answer is not the 101 that was asked for");
        }
        return end + END.length;
    }

    /** What the answer's first line says behind the version, with nothing in it that is not printed. */
    private static String statusLine(ByteBuffer bytes) {
        final StringBuilder line = new StringBuilder();
        for (int i = 0; bytes.get(i) != '\r' && i < STATUS_LINE_LIMIT; i++) {
            line.append(bytes.get(i) >= ' ' && bytes.get(i) <= '~' ? (char) bytes.get(i) : '?');
        }
        return line.substring(line.indexOf(" ") + 1);
    }

    private static int indexOf(ByteBuffer bytes, byte[] wanted) {
        for (int i = 0; i <= bytes.limit() - wanted.length; i++) {
            if (standsAt(bytes, i, wanted)) {
                return i;
            }
        }
        return -1;
    }

    /** HAProxy writes field names in small letters, which RFC 9110 section 5.1 allows. */
    private static int indexOfName(ByteBuffer bytes, byte[] wanted) {
        for (int i = 0; i <= bytes.limit() - wanted.length; i++) {
            int matched = 0;
            while (matched < wanted.length && Character.toLowerCase(bytes.get(i + matched)) == wanted[matched]) {
                matched++;
            }
            if (matched == wanted.length) {
                return i;
            }
        }
        return -1;
    }

    private static boolean standsAt(ByteBuffer bytes, int index, byte[] wanted) {
        if (index + wanted.length > bytes.limit()) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (bytes.get(index + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private static String accept() {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((KEY + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
