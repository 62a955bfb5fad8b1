package io.fairlead.bench.gate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * What goes over the wire. Clients mask with the key 0, which RFC 6455 section 5.3 allows as any other.
 * <b>Immutable</b> but for the arrays, which nobody writes to.
 */
@SuppressWarnings("MutablePublicArray") // Nobody writes to them, and a copy for each message would be counted.
public final class Bytes {
    /** A client's opening handshake. */
    public static final byte[] REQUEST = head(
            "GET /gate HTTP/1.1",
            "Host: fleet.example",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

    /** The answer to it, with the value of RFC 6455 section 1.3. */
    public static final byte[] ANSWER = head(
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

    private static final int FIN_BINARY = 0x82;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int HEADER_LIMIT = 14;

    private Bytes() {}

    /**
     * A client's Close, code 1000.
     *
     * @return the frame.
     */
    public static byte[] clientClose() {
        return new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 3, (byte) 0xe8};
    }

    /**
     * A backend's Close, code 1000.
     *
     * @return the frame.
     */
    public static byte[] backendClose() {
        return new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8};
    }

    /**
     * A masked binary message.
     *
     * @param length of its payload.
     * @return the frame.
     */
    public static byte[] ofClient(int length) {
        return frame(length, MASKED);
    }

    /**
     * A binary message without a mask.
     *
     * @param length of its payload.
     * @return the frame.
     */
    public static byte[] ofBackend(int length) {
        return frame(length, 0);
    }

    private static byte[] frame(int length, int maskedBit) {
        final byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        final ByteBuffer frame = ByteBuffer.allocate(HEADER_LIMIT + length).put((byte) FIN_BINARY);
        if (length < LENGTH_16) {
            frame.put((byte) (maskedBit | length));
        } else if (length <= 0xffff) {
            frame.put((byte) (maskedBit | LENGTH_16)).putShort((short) length);
        } else {
            frame.put((byte) (maskedBit | LENGTH_64)).putLong(length);
        }
        if (maskedBit != 0) {
            frame.putInt(0);
        }
        frame.put(payload).flip();
        final byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    private static byte[] head(String... lines) {
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(US_ASCII);
    }
}
