package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A judge that lets everything pass is worth nothing: what an echo must not do is refused, whatever the pieces. */
final class ReplyReaderTest {
    private static final int LENGTH = 300;

    private final byte[] payload = new byte[LENGTH];
    private final ReplyReader replies;

    ReplyReaderTest() {
        new Random(7).nextBytes(payload);
        replies = new ReplyReader(ByteBuffer.wrap(payload), ByteBuffer.wrap(payload));
    }

    @Test
    void shouldCountMessagesInPiecesOfAnyLength() throws ProtocolException {
        for (int pieceLength = 1; pieceLength < 2 * LENGTH; pieceLength++) {
            final ByteBuffer bytes = concatenated(frame(0x82, payload), frame(0x82, payload));
            int count = 0;
            while (bytes.hasRemaining()) {
                final int length = Math.min(pieceLength, bytes.remaining());
                count += replies.onBytes(bytes.slice(bytes.position(), length));
                bytes.position(bytes.position() + length);
            }
            assertEquals(2, count);
        }
    }

    @Test
    void shouldJoinFragments() throws ProtocolException {
        final byte[] first = Arrays.copyOf(payload, 100);
        final byte[] second = Arrays.copyOfRange(payload, 100, LENGTH);
        assertEquals(1, replies.onBytes(concatenated(frame(0x02, first), frame(0x80, second))));
    }

    @Test
    void shouldRefuseWhenAByteDiffers() {
        final byte[] wrong = payload.clone();
        wrong[LENGTH - 1] ^= 1;
        assertRefused(frame(0x82, wrong));
    }

    @Test
    void shouldRefuseWhenAByteIsMissing() {
        assertRefused(frame(0x82, Arrays.copyOf(payload, LENGTH - 1)));
    }

    @Test
    void shouldRefuseWhenAByteIsTooMany() {
        assertRefused(frame(0x82, Arrays.copyOf(payload, LENGTH + 1)));
    }

    @Test
    void shouldRefuseWhenTheOpcodeDiffers() {
        assertRefused(frame(0x81, payload));
    }

    @Test
    void shouldRefuseWhenAServersFrameIsMasked() {
        assertRefused(ByteBuffer.wrap(new byte[] {(byte) 0x82, (byte) 0x80}));
    }

    @Test
    void shouldNoticeACloseFrameAndRefuseWhatFollows() throws ProtocolException {
        assertFalse(replies.hasClosed());
        assertEquals(0, replies.onBytes(frame(0x88, new byte[] {3, (byte) 0xe8})));
        assertTrue(replies.hasClosed());
        assertRefused(frame(0x82, payload));
    }

    @Test
    void shouldRefuseALengthOf64BitsThatIsNegative() {
        assertRefused(ByteBuffer.wrap(new byte[] {(byte) 0x82, 127, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0}));
    }

    @Test
    void shouldCollectATextOnlyWhenItIsAwaited() throws ProtocolException {
        final byte[] text = {'b', '1', ' ', 'x'};
        replies.awaitText();
        assertEquals(0, replies.onBytes(frame(0x81, Arrays.copyOf(text, 4)).limit(4)));
        assertEquals(null, replies.takeText());
        assertEquals(0, replies.onBytes(frame(0x81, text).position(4)));
        assertEquals("b1 x", replies.takeText());
        assertEquals(null, replies.takeText());
        assertEquals(1, replies.onBytes(frame(0x82, payload)));
        assertRefused(frame(0x81, text));
    }

    private void assertRefused(ByteBuffer bytes) {
        assertThrows(ProtocolException.class, () -> replies.onBytes(bytes));
    }

    private static ByteBuffer frame(int first, byte[] payload) {
        final ByteBuffer frame = ByteBuffer.allocate(payload.length + 4).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else {
            frame.put((byte) 126).putShort((short) payload.length);
        }
        return frame.put(payload).flip();
    }

    private static ByteBuffer concatenated(ByteBuffer first, ByteBuffer second) {
        return ByteBuffer.allocate(first.remaining() + second.remaining())
                .put(first)
                .put(second)
                .flip();
    }
}
