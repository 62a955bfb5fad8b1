package io.fairlead.echo;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Builds what a client sends: masked frames, legal or not. Straightforward on purpose: it is what the tests trust. */
final class ClientFrames {
    private static final byte[] KEY = {0x12, (byte) 0x9A, 0x55, (byte) 0xF0};

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ClientFrames text(String message) {
        return frame(0x81, message.getBytes(StandardCharsets.UTF_8));
    }

    ClientFrames binary(byte[] message) {
        return frame(0x82, message);
    }

    ClientFrames ping(String payload) {
        return frame(0x89, payload.getBytes(StandardCharsets.UTF_8));
    }

    ClientFrames close(int code, byte... reason) {
        ByteBuffer payload =
                ByteBuffer.allocate(2 + reason.length).putShort((short) code).put(reason);
        return frame(0x88, payload.array());
    }

    ClientFrames frame(int first, byte... payload) {
        header(first, payload.length);
        for (int i = 0; i < payload.length; i++) {
            bytes.write(payload[i] ^ KEY[i % 4]);
        }
        return this;
    }

    ClientFrames header(int first, long payloadLength) {
        bytes.write(first);
        if (payloadLength < 126) {
            bytes.write(0x80 | (int) payloadLength);
        } else if (payloadLength < 65536) {
            bytes.write(0x80 | 126);
            raw((int) payloadLength >> 8, (int) payloadLength);
        } else {
            bytes.write(0x80 | 127);
            bytes.writeBytes(ByteBuffer.allocate(8).putLong(payloadLength).array());
        }
        bytes.writeBytes(KEY);
        return this;
    }

    ClientFrames raw(int... values) {
        for (int value : values) {
            bytes.write(value);
        }
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
