package io.fairlead.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Reads frame after frame of what a server sends on one WebSocket, in pieces of any size: short texts, each in one frame, and
 * control frames.
 *
 * <p><b>Owned by the load thread.</b>
 */
final class TextReader {
    private static final int PAYLOAD_LIMIT = 1024;

    /** Of a Close without one (RFC 6455 section 7.1.5). */
    private static final int NO_CODE = 1005;

    private final ReplyHeader header = new ReplyHeader();
    private final ByteBuffer payload = ByteBuffer.allocate(PAYLOAD_LIMIT);
    private boolean isInPayload;
    private boolean hasClosed;

    /** Forget what came, for a new connection. */
    void reset() {
        header.reset();
        payload.clear();
        isInPayload = false;
        hasClosed = false;
    }

    /**
     * Take bytes up to the end of a frame.
     *
     * @param bytes from position to limit; what is behind the frame stays.
     * @return whether a frame is whole: it can be asked for until the next call.
     * @throws ProtocolException if they are not what a server may send here.
     */
    boolean read(ByteBuffer bytes) throws ProtocolException {
        if (!isInPayload) {
            if (!header.read(bytes)) {
                return false;
            }
            verifyHeader();
            payload.clear().limit((int) header.payloadLength());
            isInPayload = true;
        }
        final int length = Math.min(payload.remaining(), bytes.remaining());
        payload.put(payload.position(), bytes, bytes.position(), length).position(payload.position() + length);
        bytes.position(bytes.position() + length);
        if (payload.hasRemaining()) {
            return false;
        }
        payload.flip();
        isInPayload = false;
        hasClosed |= header.opcode() == Frames.CLOSE;
        return true;
    }

    private void verifyHeader() throws ProtocolException {
        if (header.isMasked()) {
            throw new ProtocolException("a server's frame is masked");
        }
        if (hasClosed) {
            throw new ProtocolException("a frame behind a Close frame");
        }
        final int opcode = header.opcode();
        final boolean isKnown =
                switch (opcode) {
                    case Frames.TEXT, Frames.CLOSE, Frames.PING, Frames.PONG -> true;
                    default -> false;
                };
        if (!isKnown || !header.isLast()) {
            throw new ProtocolException("opcode " + opcode + (header.isLast() ? "" : " in pieces"));
        }
        if (header.payloadLength() < 0 || header.payloadLength() > PAYLOAD_LIMIT) {
            throw new ProtocolException("a frame of " + header.payloadLength() + " bytes");
        }
    }

    /** What kind of frame it is. */
    int opcode() {
        return header.opcode();
    }

    /** What it holds, from position to limit; shared. */
    ByteBuffer payload() {
        return payload;
    }

    /** What it says. */
    String text() {
        return new String(payload.array(), 0, payload.limit(), UTF_8);
    }

    /** Whether a Close frame came. */
    boolean hasClosed() {
        return hasClosed;
    }

    /** The code of the Close frame that came last. */
    int closeCode() {
        return payload.limit() < Short.BYTES ? NO_CODE : payload.getShort(0) & 0xffff;
    }
}
