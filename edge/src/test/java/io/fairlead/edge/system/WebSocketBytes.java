package io.fairlead.edge.system;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Handshakes and frame headers as bytes (RFC 6455). */
final class WebSocketBytes {
    static final int TEXT = 1;
    static final int BINARY = 2;

    /** The key of RFC 6455 section 1.3 and what it is to be answered with. */
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    static final String REQUEST = request("13", KEY, "");
    static final String SWITCHED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: " + ACCEPT + "\r\n\r\n";

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final byte[] MASK = {0x11, 0x22, 0x33, 0x44};

    private WebSocketBytes() {}

    /** An upgrade request. */
    static String request(String version, String key, String moreFields) {
        return "GET /chat HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Version: " + version + "\r\nSec-WebSocket-Key: " + key + "\r\n" + moreFields + "\r\n";
    }

    /** A client's text message. */
    static byte[] maskedText(String text) {
        final byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        final byte[] header = header(TEXT, payload.length, true);
        final byte[] frame = new byte[header.length + payload.length];
        System.arraycopy(header, 0, frame, 0, header.length);
        for (int i = 0; i < payload.length; i++) {
            frame[header.length + i] = masked(payload[i], i);
        }
        return frame;
    }

    /** A payload's byte as it is on the wire from a client. */
    static byte masked(byte value, long index) {
        return (byte) (value ^ MASK[(int) (index & 3)]);
    }

    /** The header of a frame that is a whole message, with its mask if it has one. */
    static byte[] header(int opcode, long length, boolean isMasked) {
        final ByteBuffer header = ByteBuffer.allocate(14);
        final int maskBit = isMasked ? MASKED : 0;
        header.put((byte) (FIN | opcode));
        if (length < LENGTH_16) {
            header.put((byte) (maskBit | length));
        } else if (length < 1 << 16) {
            header.put((byte) (maskBit | LENGTH_16)).putShort((short) length);
        } else {
            header.put((byte) (maskBit | LENGTH_64)).putLong(length);
        }
        if (isMasked) {
            header.put(MASK);
        }
        final byte[] bytes = new byte[header.position()];
        header.flip().get(bytes);
        return bytes;
    }
}
