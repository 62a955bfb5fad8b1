package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Any bytes, any split: the frames are the reference's whatever the split, and Netty's as far as Netty goes. Masked and
 * unmasked frames may follow each other, as neither tracker nor decoder is told the direction.
 */
class FrameTrackerFuzzTest {
    private static final long CONNECTION = 7;

    /** What Netty says when tracking is lost too. */
    private static final List<String> LOST = List.of(
            "fragmented control frame", "control frame with payload length", "invalid data frame length (negative");

    /**
     * What Netty refuses and a tracker follows: it counts frames, and leaves it to the peers to judge opcodes, the order
     * of fragments, close codes and lengths not written in the shortest form. Behind such a frame Netty says nothing.
     */
    private static final List<String> FOLLOWED = List.of(
            "control frame using reserved opcode",
            "data frame using reserved opcode",
            "received close control frame with payload len 1",
            "received continuation data frame outside fragmented message",
            "received non-continuation data frame while inside fragmented message",
            "invalid data frame length (not using minimal length encoding)",
            "Max frame length of",
            "Invalid close frame getStatus code",
            "Invalid close frame body",
            "bytes are not UTF-8");

    private final UnsafeBuffer state = new UnsafeBuffer(new byte[FrameTracker.STATE_LENGTH]);
    private final List<Frame> seen = new ArrayList<>();

    @FuzzTest
    void shouldAgreeWithReferencesWhenFuzzed(byte[] input) {
        final FuzzedArrival arrival = FuzzedArrival.ofFrames(input);
        final Reference reference = new Reference(arrival.bytes());
        track(arrival.bytes(), arrival.pieceEnds(), reference);
        track(arrival.bytes(), new int[] {arrival.bytes().length}, reference);
        assertMatchesNetty(arrival.bytes());
    }

    private void track(byte[] bytes, int[] ends, Reference reference) {
        seen.clear();
        state.setMemory(0, FrameTracker.STATE_LENGTH, (byte) 0x77);
        FrameTracker.start(state, 0);
        int from = 0;
        boolean isTracked = true;
        for (final int end : ends) {
            isTracked = trackPiece(Arrays.copyOfRange(bytes, from, end), isTracked);
            from = end;
        }
        assertEquals(reference.frames, seen);
        assertEquals(reference.isTracked, isTracked);
        assertEquals(reference.remaining, FrameTracker.payloadRemaining(state, 0));
        assertEquals(reference.isBoundary, FrameTracker.atBoundary(state, 0));
        assertEquals(reference.isMidMessage, FrameTracker.midMessage(state, 0));
    }

    private boolean trackPiece(byte[] piece, boolean wasTracked) {
        final int seenCount = seen.size();
        final WatchedBuffer buffer = new WatchedBuffer(piece).arrived(piece.length);
        final boolean isTracked =
                FrameTracker.track(state, 0, buffer, WatchedBuffer.OFFSET, piece.length, this::onFrame, CONNECTION);
        assertTrue(wasTracked || (!isTracked && seen.size() == seenCount), "found again what was lost");
        return isTracked;
    }

    private void onFrame(long connection, int opcode, boolean fin, long payloadLength, int closeCode) {
        assertEquals(CONNECTION, connection);
        seen.add(new Frame(opcode, fin, payloadLength, closeCode));
    }

    private void assertMatchesNetty(byte[] bytes) {
        final List<Frame> frames = new ArrayList<>();
        final String refusal = decode(bytes, frames);
        final int common = Math.min(frames.size(), seen.size());
        assertEquals(frames, seen.subList(0, common), () -> "Netty's end: " + refusal);
        if (refusal != null) {
            final boolean isLost = LOST.stream().anyMatch(refusal::startsWith);
            assertTrue(isLost || FOLLOWED.stream().anyMatch(refusal::startsWith), refusal);
            // A length is refused here when its header is whole, mask included, and there at once.
            assertFalse(isLost && FrameTracker.atBoundary(state, 0), refusal);
        } else if (frames.isEmpty() || frames.get(frames.size() - 1).opcode != FrameTracker.CLOSE) {
            // A frame is reported here when its header is whole, and there when its payload is.
            final int openCount = FrameTracker.payloadRemaining(state, 0) > 0 ? 1 : 0;
            assertEquals(frames.size() + openCount, seen.size());
        }
    }

    /** Netty's frames, as far as it goes: to its own refusal, which is returned, or to a Close frame. */
    private static String decode(byte[] bytes, List<Frame> frames) {
        final EmbeddedChannel channel =
                new EmbeddedChannel(new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                        .expectMaskedFrames(true)
                        .allowMaskMismatch(true)
                        .allowExtensions(true)
                        .maxFramePayloadLength(Integer.MAX_VALUE)
                        .closeOnProtocolViolation(false)
                        .withUTF8Validator(false)
                        .build()));
        String refusal = null;
        try {
            channel.writeInbound(Unpooled.copiedBuffer(bytes));
        } catch (final CorruptedFrameException | TooLongFrameException e) {
            refusal = e.getMessage();
        }
        WebSocketFrame frame = channel.readInbound();
        while (frame != null) {
            frames.add(Frame.of(frame));
            frame.release();
            frame = channel.readInbound();
        }
        channel.finishAndReleaseAll();
        return refusal;
    }

    private record Frame(int opcode, boolean fin, long payloadLength, int closeCode) {
        static Frame of(WebSocketFrame frame) {
            final int length = frame.content().readableBytes();
            final int opcode = opcodeOf(frame);
            if (opcode != FrameTracker.CLOSE) {
                return new Frame(opcode, frame.isFinalFragment(), length, 0);
            }
            final int code = ((CloseWebSocketFrame) frame).statusCode();
            return new Frame(opcode, frame.isFinalFragment(), length, code < 0 ? FrameTracker.NO_CLOSE_CODE : code);
        }

        private static int opcodeOf(WebSocketFrame frame) {
            if (frame instanceof ContinuationWebSocketFrame) {
                return FrameTracker.CONTINUATION;
            }
            if (frame instanceof TextWebSocketFrame) {
                return FrameTracker.TEXT;
            }
            if (frame instanceof BinaryWebSocketFrame) {
                return FrameTracker.BINARY;
            }
            if (frame instanceof PingWebSocketFrame) {
                return FrameTracker.PING;
            }
            return frame instanceof PongWebSocketFrame ? FrameTracker.PONG : FrameTracker.CLOSE;
        }
    }

    /** The frames once more, from all bytes at once. */
    private static final class Reference {
        private final List<Frame> frames = new ArrayList<>();
        private boolean isTracked = true;
        private boolean isBoundary = true;
        private boolean isMidMessage;
        private long remaining;

        Reference(byte[] bytes) {
            final ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (isBoundary && buffer.hasRemaining()) {
                isBoundary = read(buffer);
            }
            if (!isTracked) {
                isMidMessage = false;
            }
        }

        /** Read one frame; false if the bytes end in it, or it is none. */
        private boolean read(ByteBuffer buffer) {
            if (buffer.remaining() < 2) {
                return false;
            }
            final int first = buffer.get();
            final int second = buffer.get();
            final int opcode = first & 0xf;
            final boolean fin = first < 0;
            final int form = second & 0x7f;
            if (opcode >= 8 && (!fin || form > 125)) {
                isTracked = false;
                return false;
            }
            final boolean hasCode = opcode == FrameTracker.CLOSE && form >= 2;
            final int restLength = (form < 126 ? 0 : form == 126 ? 2 : 8) + (second < 0 ? 4 : 0) + (hasCode ? 2 : 0);
            if (buffer.remaining() < restLength) {
                return false;
            }
            final long length = form < 126 ? form : form == 126 ? buffer.getChar() : buffer.getLong();
            if (length < 0) {
                isTracked = false;
                return false;
            }
            final int mask = second < 0 ? buffer.getInt() : 0;
            final int code = hasCode ? buffer.getChar() ^ (mask >>> 16) : FrameTracker.NO_CLOSE_CODE;
            frames.add(new Frame(opcode, fin, length, opcode == FrameTracker.CLOSE ? code : 0));
            isMidMessage = opcode < 8 ? !fin : isMidMessage;
            final long payload = length - (hasCode ? 2 : 0);
            final int skipped = (int) Math.min(payload, buffer.remaining());
            buffer.position(buffer.position() + skipped);
            remaining = payload - skipped;
            return remaining == 0;
        }
    }
}
