package io.fairlead.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client that is no echo's judge takes from a server. */
final class TextReaderTest {
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;

    private final TextReader reader = new TextReader();

    @Test
    void shouldReadTextsAndPingsInPiecesOfAnyLength() throws ProtocolException {
        final String longText = "x".repeat(200);
        final ByteBuffer bytes = ByteBuffer.allocate(1000)
                .put(frame(TEXT, "b1 ä"))
                .put(frame(PING, "ping"))
                .put(frame(TEXT, ""))
                .put(frame(TEXT, longText))
                .flip();
        for (int pieceLength = 1; pieceLength <= bytes.limit(); pieceLength++) {
            final List<String> seen = new ArrayList<>();
            for (int start = 0; start < bytes.limit(); start += pieceLength) {
                final ByteBuffer piece = bytes.slice(start, Math.min(pieceLength, bytes.limit() - start));
                while (reader.read(piece)) {
                    seen.add(reader.opcode() + reader.text());
                }
                assertFalse(piece.hasRemaining());
            }
            assertEquals(List.of("1b1 ä", "9ping", "1", "1" + longText), seen);
        }
    }

    @Test
    void shouldTellTheCodeOfAClose() throws ProtocolException {
        assertTrue(reader.read(ByteBuffer.wrap(new byte[] {(byte) CLOSE, 2, 0x03, (byte) 0xe9})));
        assertTrue(reader.hasClosed());
        assertEquals(1001, reader.closeCode());
        reader.reset();
        assertFalse(reader.hasClosed());
        assertTrue(reader.read(ByteBuffer.wrap(new byte[] {(byte) CLOSE, 0})));
        assertEquals(1005, reader.closeCode());
        assertRefused(frame(TEXT, "behind it"));
    }

    @Test
    void shouldRefuseWhatNoServerMaySendHere() {
        assertRefused(new byte[] {(byte) TEXT, (byte) 0x80}); // Masked.
        assertRefused(new byte[] {0x01, 0}); // In pieces.
        assertRefused(new byte[] {(byte) 0x82, 0}); // Binary.
        assertRefused(new byte[] {(byte) TEXT, 126, 4, 1}); // Longer than anybody asked for.
        assertRefused(new byte[] {(byte) TEXT, 127, -1, 0, 0, 0, 0, 0, 0, 0});
    }

    private void assertRefused(byte[] bytes) {
        assertThrows(ProtocolException.class, () -> reader.read(ByteBuffer.wrap(bytes)));
        // Whoever throws has its connection ended.
        if (!reader.hasClosed()) {
            reader.reset();
        }
    }

    private static byte[] frame(int first, String text) {
        final byte[] payload = text.getBytes(UTF_8);
        final ByteBuffer frame = ByteBuffer.allocate(4 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else {
            frame.put((byte) 126).putShort((short) payload.length);
        }
        frame.put(payload).flip();
        final byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }
}
