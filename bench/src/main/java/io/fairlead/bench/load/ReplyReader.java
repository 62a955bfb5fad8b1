package io.fairlead.bench.load;

import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Reads what a server sends on one WebSocket, in pieces of any size, and compares every payload byte with what an echo has
 * to be. Nothing here allocates per message.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class ReplyReader {
    private static final int TEXT_LIMIT = 1024;

    private final ByteBuffer first;
    private final ByteBuffer second;
    private boolean isSecond;
    private ByteBuffer expected;
    private final ReplyHeader header = new ReplyHeader();
    private boolean isInPayload;
    private long payloadRemaining;
    private int messageOffset;
    private boolean hasClosed;
    private boolean isAwaitingText;
    private StringBuilder text;

    /**
     * A reader behind a handshake.
     *
     * @param first the payload of the first message and every other, from 0 to its capacity.
     * @param second of those between; an echo that comes twice, or not at all, is then seen at the next.
     */
    ReplyReader(ByteBuffer first, ByteBuffer second) {
        this.first = first;
        this.second = second;
        expected = first;
    }

    /**
     * Take the next bytes.
     *
     * @param bytes from position to limit; all are taken.
     * @return how many messages they completed.
     * @throws ProtocolException if they are not what an echo sends.
     */
    int onBytes(ByteBuffer bytes) throws ProtocolException {
        int completedCount = 0;
        while (bytes.hasRemaining()) {
            if (!isInPayload && !readHeader(bytes)) {
                return completedCount;
            }
            readPayload(bytes);
            if (payloadRemaining == 0) {
                isInPayload = false;
                completedCount += onFrameEnd();
            }
        }
        return completedCount;
    }

    /** Whether a Close frame came. */
    boolean hasClosed() {
        return hasClosed;
    }

    /** Forget what came, for a new connection. */
    void reset() {
        header.reset();
        isInPayload = false;
        payloadRemaining = 0;
        messageOffset = 0;
        isSecond = false;
        expected = first;
        hasClosed = false;
        isAwaitingText = false;
        text = null;
    }

    /** The next message is a text in one frame, and no echo. */
    void awaitText() {
        isAwaitingText = true;
        text = null;
    }

    /** The text that was awaited, once, or null if it is not complete yet. */
    String takeText() {
        if (isAwaitingText || text == null) {
            return null;
        }
        final String taken = text.toString();
        text = null;
        return taken;
    }

    private boolean readHeader(ByteBuffer bytes) throws ProtocolException {
        if (!header.read(bytes)) {
            return false;
        }
        onHeader();
        return true;
    }

    private void onHeader() throws ProtocolException {
        if (header.isMasked()) {
            throw new ProtocolException("a server's frame is masked");
        }
        if (hasClosed) {
            throw new ProtocolException("a frame behind a Close frame");
        }
        payloadRemaining = header.payloadLength();
        isInPayload = true;
        final int opcode = header.opcode();
        hasClosed = opcode == Frames.CLOSE;
        if (hasClosed) {
            return;
        }
        final int expectedOpcode = expectedOpcode();
        if (opcode != expectedOpcode) {
            throw new ProtocolException("opcode " + opcode + " instead of " + expectedOpcode);
        }
        if (payloadRemaining < 0
                || payloadRemaining > (isAwaitingText ? TEXT_LIMIT : expected.capacity() - messageOffset)) {
            throw new ProtocolException("a message longer than what was sent");
        }
        if (isAwaitingText) {
            onTextHeader();
        }
    }

    private int expectedOpcode() {
        if (isAwaitingText) {
            return Frames.TEXT;
        }
        return messageOffset == 0 ? Frames.BINARY : Frames.CONTINUATION;
    }

    private void onTextHeader() throws ProtocolException {
        if (!header.isLast()) {
            throw new ProtocolException("a text in pieces");
        }
        text = new StringBuilder();
    }

    private void readPayload(ByteBuffer bytes) throws ProtocolException {
        final int length = (int) Math.min(payloadRemaining, bytes.remaining());
        final int end = bytes.position() + length;
        if (isReadingText()) {
            for (int i = bytes.position(); i < end; i++) {
                text.append((char) (bytes.get(i) & 0xff));
            }
        } else if (!hasClosed) {
            final int limit = bytes.limit();
            bytes.limit(end);
            expected.limit(messageOffset + length).position(messageOffset);
            if (bytes.mismatch(expected) != -1) {
                throw new ProtocolException("an echo differs from what was sent");
            }
            bytes.limit(limit);
            messageOffset += length;
        }
        bytes.position(end);
        payloadRemaining -= length;
    }

    private boolean isReadingText() {
        return isAwaitingText && !hasClosed;
    }

    private int onFrameEnd() throws ProtocolException {
        if (isReadingText()) {
            isAwaitingText = false;
            return 0;
        }
        if (hasClosed || !header.isLast()) {
            return 0;
        }
        if (messageOffset != expected.capacity()) {
            throw new ProtocolException("a message shorter than what was sent");
        }
        messageOffset = 0;
        isSecond = !isSecond;
        expected = isSecond ? second : first;
        return 1;
    }
}
