package io.fairlead.core.loop;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes WebSocket frames (RFC 6455 section 5.2), one after the other. */
final class Frames {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int MASK = 0x5A17C3E9;

    private final boolean masked;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Frames(boolean masked) {
        this.masked = masked;
    }

    static Frames ofClient() {
        return new Frames(true);
    }

    static Frames ofBackend() {
        return new Frames(false);
    }

    Frames text(String text) {
        return frame(TEXT, true, text.getBytes(StandardCharsets.UTF_8));
    }

    Frames close(int code) {
        return frame(CLOSE, true, new byte[] {(byte) (code >> 8), (byte) code});
    }

    Frames frame(int opcode, boolean fin, byte[] payload) {
        out.write((fin ? 0x80 : 0) | opcode);
        final int maskBit = masked ? 0x80 : 0;
        if (payload.length < 126) {
            out.write(maskBit | payload.length);
        } else if (payload.length < 65_536) {
            out.write(maskBit | 126);
            writeBigEndian(payload.length, 2);
        } else {
            out.write(maskBit | 127);
            writeBigEndian(payload.length, 8);
        }
        if (masked) {
            writeBigEndian(MASK, 4);
        }
        for (int i = 0; i < payload.length; i++) {
            out.write(masked ? payload[i] ^ (MASK >> (8 * (3 - i % 4))) : payload[i]);
        }
        return this;
    }

    private void writeBigEndian(long value, int length) {
        for (int i = length - 1; i >= 0; i--) {
            out.write((int) (value >> (8 * i)));
        }
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
