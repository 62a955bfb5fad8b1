package io.fairlead.echo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One client's WebSocket after the handshake (RFC 6455): takes the bytes it sent, appends the answers. No input or output
 * of its own, so every split of the same bytes can be tried. <b>Owned by the loop thread.</b>
 *
 * <p>A Close cannot be sent inside an unfinished frame, so a frame is begun only where nothing can go wrong before its end:
 * <ul>
 *   <li>Nothing can be wrong inside a binary frame. Its echo's header goes out as soon as its own header is known, its
 *       payload as it arrives.
 *   <li>Text is checked as it arrives (section 8.1). A small frame is echoed as one frame once it is whole; what arrived
 *       of it waits in a slab. A large one, or one for which no slab is left, is echoed in fragments, each a checked piece.
 * </ul>
 * So fragments are echoed as fragments, and no message is too long.
 *
 * <pre>
 *               header                           payload                       final frame
 *  HEADER ─────────────────► CONTROL, SMALL_TEXT, LARGE_TEXT or BINARY ──────────────────────► HEADER
 *     │ illegal header, invalid UTF-8, Close                                     (or a fragment's end)
 *     └─────────────────► ENDED: the Close is appended, what follows is thrown away
 * </pre>
 */
final class FrameEcho {
    /** A text frame up to this length is echoed as one frame. */
    static final int SMALL_TEXT_LIMIT = 64 * 1024;

    /** What an output buffer must hold, or a whole small text frame could never be answered. */
    static final int OUTPUT_LENGTH = SMALL_TEXT_LIMIT + EchoOptions.PREFIX_LENGTH_LIMIT + 1024;

    // No step but the appending of a payload needs more: a control frame, the answer to whoami, or a header.
    private static final int STEP_ROOM = 256;
    // A fragment shorter than this is worth a flush first.
    private static final int FRAGMENT_ROOM = 4096;
    private static final int CODE_LENGTH = 2;
    private static final byte[] WHO_AM_I = "whoami".getBytes(StandardCharsets.US_ASCII);

    /** What a step did, or what it lacked. */
    enum Step {
        /** Something was taken; there may be more to do. */
        ADVANCED,
        /** Everything was taken. */
        NEEDS_INPUT,
        /** The output must be flushed first. */
        NEEDS_ROOM
    }

    private enum Phase {
        HEADER,
        CONTROL,
        SMALL_TEXT,
        LARGE_TEXT,
        BINARY,
        ENDED
    }

    private final byte[] prefix;
    private final byte[] identity;
    private final SlabPool slabs;
    private final MessageLog log;

    private Phase phase = Phase.HEADER;
    private ByteBuffer partialHeader;
    private ByteBuffer partialControl;
    private ByteBuffer partialText;

    private int opcode;
    private boolean isFinal;
    private int key;
    private long remainingLength;

    private int messageOpcode;
    private boolean inMessage;
    private boolean isEchoBegun;
    private int utf8State;

    /**
     * @param prefix what every answer begins with
     * @param identity the answer to whoami
     * @param slabs for the beginnings of small text frames, each at least {@link #SMALL_TEXT_LIMIT} long
     * @param log takes every message, or null
     */
    FrameEcho(byte[] prefix, byte[] identity, SlabPool slabs, MessageLog log) {
        this.prefix = prefix;
        this.identity = identity;
        this.slabs = slabs;
        this.log = log;
    }

    /** Takes what it can of {@code in}, appends the answers to {@code out}: both in {@link Mask#ORDER}. */
    Step echo(ByteBuffer in, ByteBuffer out) {
        final int stepRoom = STEP_ROOM + prefix.length;
        Step step;
        do {
            step = out.remaining() < stepRoom ? Step.NEEDS_ROOM : advance(in, out);
        } while (step == Step.ADVANCED);
        return step;
    }

    /** Whether a Close was appended: nothing follows it, and what the client still sends does not matter. */
    boolean isEnded() {
        return phase == Phase.ENDED;
    }

    /** Appends a Close of the server's own, unless one went out already or the echo stands inside a frame. */
    void endIfBetweenFrames(int code, ByteBuffer out) {
        if (phase != Phase.BINARY && phase != Phase.ENDED) {
            end(code, out);
        }
    }

    /** Gives back what it holds; to be called once, at the end. */
    void release() {
        if (partialText != null) {
            slabs.release(partialText);
            partialText = null;
        }
    }

    private Step advance(ByteBuffer in, ByteBuffer out) {
        return switch (phase) {
            case HEADER -> takeHeader(in, out);
            case CONTROL -> takeControl(in, out);
            case SMALL_TEXT -> partialText == null ? takeWholeText(in, out) : takeRestOfText(in, out);
            case LARGE_TEXT -> takeLargeText(in, out);
            case BINARY -> takeBinary(in, out);
            case ENDED -> discard(in);
        };
    }

    private static Step discard(ByteBuffer in) {
        in.position(in.limit());
        return Step.NEEDS_INPUT;
    }

    private Step takeHeader(ByteBuffer in, ByteBuffer out) {
        final int offset = in.position();
        final int available = in.remaining();
        if (available == 0) {
            return Step.NEEDS_INPUT;
        }
        final boolean isWhole = partialHeader == null || partialHeader.position() == 0;
        if (isWhole && available >= 2) {
            int headerLength = FrameHeader.length(in, offset);
            if (available >= headerLength) {
                in.position(offset + headerLength);
                onHeader(in, offset, headerLength, out);
                return Step.ADVANCED;
            }
        }
        return takePartOfHeader(in, out);
    }

    private Step takePartOfHeader(ByteBuffer in, ByteBuffer out) {
        if (partialHeader == null) {
            partialHeader = ByteBuffer.allocate(FrameHeader.LENGTH_LIMIT).order(Mask.ORDER);
        }
        final ByteBuffer header = partialHeader;
        while (in.hasRemaining()) {
            header.put(in.get());
            if (header.position() >= 2 && header.position() == FrameHeader.length(header, 0)) {
                onHeader(header, 0, header.position(), out);
                header.clear();
                return Step.ADVANCED;
            }
        }
        return Step.NEEDS_INPUT;
    }

    private void onHeader(ByteBuffer bytes, int offset, int headerLength, ByteBuffer out) {
        if (!FrameHeader.isLegal(bytes, offset, inMessage)) {
            end(CloseCode.PROTOCOL_ERROR, out);
            return;
        }
        opcode = FrameHeader.opcode(bytes, offset);
        isFinal = FrameHeader.isFinal(bytes, offset);
        key = FrameHeader.maskingKey(bytes, offset, headerLength);
        remainingLength = FrameHeader.payloadLength(bytes, offset);
        if (FrameHeader.isControl(opcode)) {
            phase = Phase.CONTROL;
            return;
        }
        if (opcode != FrameHeader.CONTINUATION) {
            messageOpcode = opcode;
            inMessage = true;
            isEchoBegun = false;
            utf8State = Utf8.COMPLETE;
        }
        if (messageOpcode == FrameHeader.TEXT) {
            phase = remainingLength <= SMALL_TEXT_LIMIT ? Phase.SMALL_TEXT : Phase.LARGE_TEXT;
        } else {
            onBinaryHeader(out);
        }
    }

    private void onBinaryHeader(ByteBuffer out) {
        if (remainingLength > Long.MAX_VALUE - prefix.length) {
            end(CloseCode.MESSAGE_TOO_BIG, out);
            return;
        }
        phase = Phase.BINARY;
        beginFrame(out, remainingLength, isFinal);
    }

    private Step takeBinary(ByteBuffer in, ByteBuffer out) {
        final int length = (int) Math.min(remainingLength, Math.min(in.remaining(), out.remaining()));
        if (length == 0 && remainingLength > 0) {
            return Step.NEEDS_INPUT;
        }
        move(in, out, length);
        if (remainingLength == 0) {
            endFrame();
        }
        return Step.ADVANCED;
    }

    private Step takeWholeText(ByteBuffer in, ByteBuffer out) {
        final int length = (int) remainingLength;
        if (in.remaining() < length) {
            return holdText(in);
        }
        if (out.remaining() < frameRoom(length)) {
            return Step.NEEDS_ROOM;
        }
        final int frameOffset = out.position();
        beginFrame(out, length, isFinal);
        if (moveText(in, out, length)) {
            onTextFrame(out, frameOffset, length);
        } else {
            out.position(frameOffset);
            end(CloseCode.INVALID_PAYLOAD, out);
        }
        return Step.ADVANCED;
    }

    private Step holdText(ByteBuffer in) {
        if (!in.hasRemaining()) {
            return Step.NEEDS_INPUT;
        }
        partialText = slabs.acquire();
        if (partialText == null) {
            phase = Phase.LARGE_TEXT;
        }
        return Step.ADVANCED;
    }

    private Step takeRestOfText(ByteBuffer in, ByteBuffer out) {
        final ByteBuffer text = partialText;
        final int arrivedLength = (int) Math.min(remainingLength, in.remaining());
        if (arrivedLength > 0 && !moveText(in, text, arrivedLength)) {
            end(CloseCode.INVALID_PAYLOAD, out);
            return Step.ADVANCED;
        }
        if (remainingLength > 0) {
            return Step.NEEDS_INPUT;
        }
        final int length = text.position();
        if (out.remaining() < frameRoom(length)) {
            return Step.NEEDS_ROOM;
        }
        final int frameOffset = out.position();
        beginFrame(out, length, isFinal);
        out.put(text.flip());
        release();
        onTextFrame(out, frameOffset, length);
        return Step.ADVANCED;
    }

    private Step takeLargeText(ByteBuffer in, ByteBuffer out) {
        final int room = out.remaining() - frameRoom(0);
        if (room < FRAGMENT_ROOM) {
            return Step.NEEDS_ROOM;
        }
        final int length = (int) Math.min(remainingLength, Math.min(in.remaining(), room));
        if (length == 0) {
            return Step.NEEDS_INPUT;
        }
        final int frameOffset = out.position();
        beginFrame(out, length, isFinal && length == remainingLength);
        if (!moveText(in, out, length)) {
            out.position(frameOffset);
            end(CloseCode.INVALID_PAYLOAD, out);
        } else if (remainingLength == 0) {
            endFrame();
        }
        return Step.ADVANCED;
    }

    private void onTextFrame(ByteBuffer out, int frameOffset, int length) {
        final boolean isWholeMessage = isFinal && opcode == FrameHeader.TEXT;
        if (isWholeMessage && length == WHO_AM_I.length && isWhoAmI(out, out.position() - length)) {
            out.position(frameOffset);
            FrameHeader.append(out, FrameHeader.TEXT, true, identity.length);
            out.put(identity);
        }
        endFrame();
    }

    private static boolean isWhoAmI(ByteBuffer bytes, int offset) {
        for (int i = 0; i < WHO_AM_I.length; i++) {
            if (bytes.get(offset + i) != WHO_AM_I[i]) {
                return false;
            }
        }
        return true;
    }

    private Step takeControl(ByteBuffer in, ByteBuffer out) {
        final int length = (int) remainingLength;
        if (partialControl == null && in.remaining() >= length) {
            onControl(in, length, out);
            return Step.ADVANCED;
        }
        if (partialControl == null) {
            partialControl = ByteBuffer.allocate(length).order(Mask.ORDER);
        }
        final ByteBuffer payload = partialControl;
        while (in.hasRemaining() && payload.hasRemaining()) {
            payload.put(in.get());
        }
        if (payload.hasRemaining()) {
            return Step.NEEDS_INPUT;
        }
        partialControl = null;
        onControl(payload.flip(), length, out);
        return Step.ADVANCED;
    }

    private void onControl(ByteBuffer in, int length, ByteBuffer out) {
        phase = Phase.HEADER;
        switch (opcode) {
            case FrameHeader.PING -> {
                FrameHeader.append(out, FrameHeader.PONG, true, length);
                Mask.move(in, out, length, key);
            }
            case FrameHeader.CLOSE -> onClose(in, length, out);
            default -> in.position(in.position() + length);
        }
    }

    /** Answers a Close with its own code, or with what is wrong about it (section 5.5.1). */
    private void onClose(ByteBuffer in, int length, ByteBuffer out) {
        final int offset = out.position();
        Mask.move(in, out, length, key);
        out.position(offset);
        if (length == 0) {
            FrameHeader.append(out, FrameHeader.CLOSE, true, 0);
            phase = Phase.ENDED;
            return;
        }
        final int code = length < CODE_LENGTH ? 0 : Short.reverseBytes(out.getShort(offset)) & 0xFFFF;
        if (!CloseCode.isLegal(code)) {
            end(CloseCode.PROTOCOL_ERROR, out);
        } else if (Utf8.advance(Utf8.COMPLETE, out, offset + CODE_LENGTH, length - CODE_LENGTH) != Utf8.COMPLETE) {
            end(CloseCode.INVALID_PAYLOAD, out);
        } else {
            end(code, out);
        }
    }

    private void end(int code, ByteBuffer out) {
        FrameHeader.append(out, FrameHeader.CLOSE, true, CODE_LENGTH);
        out.putShort(Short.reverseBytes((short) code));
        phase = Phase.ENDED;
    }

    /** Appends the header of the message's next frame, and the prefix if it is the first. */
    private void beginFrame(ByteBuffer out, long length, boolean isLast) {
        if (isEchoBegun) {
            FrameHeader.append(out, FrameHeader.CONTINUATION, isLast, length);
            return;
        }
        isEchoBegun = true;
        FrameHeader.append(out, messageOpcode, isLast, length + prefix.length);
        out.put(prefix);
    }

    private int frameRoom(int length) {
        return FrameHeader.UNMASKED_LENGTH_LIMIT + prefix.length + length;
    }

    private void endFrame() {
        phase = Phase.HEADER;
        if (isFinal) {
            inMessage = false;
            if (log != null) {
                log.onMessageEnd(messageOpcode == FrameHeader.TEXT);
            }
        }
    }

    private void move(ByteBuffer in, ByteBuffer target, int length) {
        final int offset = target.position();
        key = Mask.move(in, target, length, key);
        remainingLength -= length;
        if (log != null) {
            log.onPayload(target, offset, length);
        }
    }

    /** Moves text, and says whether it may go on like this: valid so far, and at the message's end complete. */
    private boolean moveText(ByteBuffer in, ByteBuffer target, int length) {
        final int offset = target.position();
        move(in, target, length);
        utf8State = Utf8.advance(utf8State, target, offset, length);
        final boolean isMessageEnd = isFinal && remainingLength == 0;
        return isMessageEnd ? utf8State == Utf8.COMPLETE : utf8State != Utf8.INVALID;
    }
}
