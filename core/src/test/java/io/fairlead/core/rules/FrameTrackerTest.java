package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTrackerTest {
    private static final long CONNECTION = 42;
    private static final int STATE_OFFSET = 8;
    private static final int OFFSET = 5;
    private static final int ALL_SPLITS_LENGTH = 60;

    private final UnsafeBuffer state = new UnsafeBuffer(new byte[STATE_OFFSET + FrameTracker.STATE_LENGTH + 8]);
    private final List<String> seen = new ArrayList<>();
    private final FrameHandler handler = (connection, opcode, fin, payloadLength, closeCode) -> {
        assertEquals(CONNECTION, connection);
        seen.add(describe(opcode, fin, payloadLength, closeCode));
    };

    @ParameterizedTest
    @CsvSource({
        "8100, '1 fin 0 0', 0",
        "8105, '1 fin 5 0', 5",
        "0205, '2 - 5 0', 5",
        "8185aabbccdd, '1 fin 5 0', 5",
        "827e0100, '2 fin 256 0', 256",
        "82fe010001020304, '2 fin 256 0', 256",
        "827e0001, '2 fin 1 0', 1",
        "827fffffffff, '', 0",
        "827f7fffffffffffffff, '2 fin 9223372036854775807 0', 9223372036854775807",
        "82ff0000000100000000aabbccdd, '2 fin 4294967296 0', 4294967296",
        "c105, '1 fin 5 0', 5",
        "897d, '9 fin 125 0', 125",
        "8a00, '10 fin 0 0', 0",
        "8800, '8 fin 0 1005', 0",
        "8880aabbccdd, '8 fin 0 1005', 0",
        "8801, '8 fin 1 1005', 1",
        "880203e8, '8 fin 2 1000', 0",
        "880503e9, '8 fin 5 1001', 3",
        "888200ff00ff03f7, '8 fin 2 776', 0",
        "888201020304020a, '8 fin 2 776', 0",
        "888400ff00ff0317, '8 fin 4 1000', 2",
        "8802ffff, '8 fin 2 65535', 0",
        "880203, '', 0",
        "8882aabbccdd01, '', 0",
    })
    void shouldReportHeaderWhenItsLastByteArrived(String hex, String frame, long remaining) {
        final byte[] bytes = HexFormat.of().parseHex(hex);
        final List<String> expected = frame.isEmpty() ? List.of() : List.of(frame);
        for (int split = 0; split <= bytes.length; split++) {
            reset();
            assertTrue(track(bytes, 0, split));
            assertTrue(track(bytes, split, bytes.length));
            assertEquals(expected, seen);
            assertEquals(remaining, FrameTracker.payloadRemaining(state, STATE_OFFSET));
            assertEquals(remaining == 0 && !frame.isEmpty(), FrameTracker.atBoundary(state, STATE_OFFSET));
        }
        reset();
        for (int i = 0; i < bytes.length - 1; i++) {
            assertTrue(track(bytes, i, i + 1));
            assertEquals(List.of(), seen);
            assertFalse(FrameTracker.atBoundary(state, STATE_OFFSET));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0800", "0900", "0a00", "887e", "897f", "8afe", "0b00", "827f8000000000000000"})
    void shouldLoseTrackForGoodWhenHeaderIsInvalid(String hex) {
        final byte[] bytes = HexFormat.of().parseHex("8101ff" + hex + "8100");
        final int brokenLength = bytes.length - 2;
        for (int split = 0; split <= bytes.length; split++) {
            reset();
            assertEquals(split < brokenLength, track(bytes, 0, split));
            assertFalse(track(bytes, split, bytes.length));
            assertBroken();
        }
        reset();
        for (int i = 0; i < bytes.length; i++) {
            assertEquals(i + 1 < brokenLength, track(bytes, i, i + 1));
        }
        assertBroken();
    }

    @Test
    void shouldSkipPayloadWhateverItsBytesAre() {
        reset();
        final byte[] bytes = HexFormat.of().parseHex("8104" + "08080808" + "8101" + "88");
        assertTrue(track(bytes, 0, bytes.length));
        assertEquals(List.of("1 fin 4 0", "1 fin 1 0"), seen);
        assertTrue(FrameTracker.atBoundary(state, STATE_OFFSET));
    }

    @Test
    void shouldStayMidMessageWhenControlFrameStandsBetweenFragments() {
        reset();
        feed("0101ff");
        assertTrue(FrameTracker.midMessage(state, STATE_OFFSET));
        assertTrue(FrameTracker.atBoundary(state, STATE_OFFSET));
        feed("8900");
        assertTrue(FrameTracker.midMessage(state, STATE_OFFSET));
        feed("0001ff");
        assertTrue(FrameTracker.midMessage(state, STATE_OFFSET));
        feed("8000");
        assertFalse(FrameTracker.midMessage(state, STATE_OFFSET));
        feed("8200");
        assertFalse(FrameTracker.midMessage(state, STATE_OFFSET));
    }

    @Test
    void shouldAcceptNothingWhenNothingArrives() {
        reset();
        assertTrue(track(new byte[0], 0, 0));
        assertTrue(FrameTracker.atBoundary(state, STATE_OFFSET));
        assertEquals(List.of(), seen);
    }

    @Test
    void shouldFollowHugePayloadWhenItPassesInPieces() {
        reset();
        feed("827f0000000100000001");
        final UnsafeBuffer piece = new UnsafeBuffer(new byte[1 << 20]);
        for (int i = 0; i < 4096; i++) {
            assertTrue(FrameTracker.track(state, STATE_OFFSET, piece, 0, piece.capacity(), handler, CONNECTION));
        }
        assertEquals(1, FrameTracker.payloadRemaining(state, STATE_OFFSET));
        feed("008100");
        assertEquals(List.of("2 fin 4294967297 0", "1 fin 0 0"), seen);
    }

    @Test
    void shouldAgreeWithWriterWhenFramesAreRandomAndSplitEverywhere() {
        final Random random = new Random(Seed.VALUE);
        for (int i = 0; i < 300; i++) {
            final Script script = new Script(random, 1 + random.nextInt(4), 12);
            final byte[] bytes = Arrays.copyOf(script.bytes(), Math.min(script.bytes().length, ALL_SPLITS_LENGTH));
            for (int first = 0; first <= bytes.length; first++) {
                for (int second = first; second <= bytes.length; second++) {
                    reset();
                    assertTrue(track(bytes, 0, first));
                    assertTrue(track(bytes, first, second));
                    assertTrue(track(bytes, second, bytes.length));
                    script.assertTracked(bytes.length, "seed " + Seed.VALUE + " script " + i);
                }
            }
        }
    }

    @Test
    void shouldAgreeWithWriterWhenFramesAreLargeAndPiecesRandom() {
        final Random random = new Random(Seed.VALUE);
        for (int i = 0; i < 200; i++) {
            final Script script = new Script(random, 40, 70_000);
            final int longest = 1 << random.nextInt(18);
            reset();
            int from = 0;
            while (from < script.bytes().length) {
                final int to = Math.min(script.bytes().length, from + 1 + random.nextInt(longest));
                assertTrue(track(script.bytes(), from, to));
                from = to;
                script.assertTracked(from, "seed " + Seed.VALUE + " script " + i + " pieces up to " + longest);
            }
        }
    }

    /** Random frames, written down as bytes together with what must be known after each byte. */
    private final class Script {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final List<String> frames = new ArrayList<>();
        private final List<Integer> headerEnds = new ArrayList<>();
        private final List<Integer> frameEnds = new ArrayList<>();
        private final List<Boolean> midMessages = new ArrayList<>();
        private final byte[] bytes;

        Script(Random random, int frameCount, int longest) {
            boolean isMidMessage = false;
            for (int i = 0; i < frameCount; i++) {
                final boolean isControl = random.nextInt(3) == 0;
                final boolean fin = isControl || random.nextBoolean();
                final int opcode = isControl
                        ? FrameTracker.CLOSE + random.nextInt(3)
                        : isMidMessage ? FrameTracker.CONTINUATION : FrameTracker.TEXT + random.nextInt(2);
                final int longestHere = isControl ? Math.min(longest, 125) : 1 << random.nextInt(18);
                final int length = random.nextInt(Math.min(longest, longestHere) + 1);
                isMidMessage = isControl ? isMidMessage : !fin;
                writeFrame(random, opcode, fin, length);
                midMessages.add(isMidMessage);
            }
            bytes = out.toByteArray();
        }

        byte[] bytes() {
            return bytes;
        }

        private void writeFrame(Random random, int opcode, boolean fin, int length) {
            final byte[] payload = new byte[length];
            random.nextBytes(payload);
            final byte[] mask = new byte[4];
            random.nextBytes(mask);
            final int maskBit = random.nextBoolean() ? 0x80 : 0;
            out.write((fin ? 0x80 : 0) | (random.nextInt(8) << 4) | opcode);
            // A length need not be written in its shortest form to be followed.
            final int form;
            if (opcode >= FrameTracker.CLOSE || (length < 126 && random.nextInt(4) > 0)) {
                form = 0;
            } else {
                form = length < 65_536 && random.nextInt(4) > 0 ? 2 : 8;
            }
            out.write(maskBit | (form == 0 ? length : form == 2 ? 126 : 127));
            for (int i = form - 1; i >= 0; i--) {
                out.write(i > 3 ? 0 : length >>> (8 * i));
            }
            if (maskBit != 0) {
                out.writeBytes(mask);
            }
            final boolean hasCode = opcode == FrameTracker.CLOSE && length >= 2;
            headerEnds.add(out.size() + (hasCode ? 2 : 0));
            for (int i = 0; i < length; i++) {
                out.write(maskBit != 0 ? payload[i] ^ mask[i % 4] : payload[i]);
            }
            frameEnds.add(out.size());
            final int code = hasCode ? (payload[0] & 0xff) * 256 + (payload[1] & 0xff) : 1005;
            frames.add(describe(opcode, fin, length, opcode == FrameTracker.CLOSE ? code : 0));
        }

        void assertTracked(int length, String message) {
            int headerCount = 0;
            while (headerCount < frames.size() && headerEnds.get(headerCount) <= length) {
                headerCount++;
            }
            final int last = headerCount - 1;
            assertEquals(frames.subList(0, headerCount), seen, message);
            final int remaining = last < 0 ? 0 : Math.max(0, frameEnds.get(last) - length);
            assertEquals(remaining, FrameTracker.payloadRemaining(state, STATE_OFFSET), message);
            final boolean isBoundary = length == 0 || (last >= 0 && frameEnds.get(last) == length);
            assertEquals(isBoundary, FrameTracker.atBoundary(state, STATE_OFFSET), message);
            assertEquals(last >= 0 && midMessages.get(last), FrameTracker.midMessage(state, STATE_OFFSET), message);
        }
    }

    private static String describe(int opcode, boolean fin, long payloadLength, int closeCode) {
        return opcode + (fin ? " fin " : " - ") + payloadLength + " " + closeCode;
    }

    private void assertBroken() {
        assertEquals("1 fin 1 0", seen.get(0));
        assertEquals(1, seen.size());
        assertFalse(FrameTracker.atBoundary(state, STATE_OFFSET));
        assertFalse(FrameTracker.midMessage(state, STATE_OFFSET));
        assertEquals(0, FrameTracker.payloadRemaining(state, STATE_OFFSET));
    }

    private void feed(String hex) {
        final byte[] bytes = HexFormat.of().parseHex(hex);
        assertTrue(track(bytes, 0, bytes.length));
    }

    /** Hand the bytes over in a buffer that holds nothing else of theirs. */
    private boolean track(byte[] bytes, int from, int to) {
        final byte[] piece = new byte[OFFSET + to - from];
        System.arraycopy(bytes, from, piece, OFFSET, to - from);
        return FrameTracker.track(state, STATE_OFFSET, new UnsafeBuffer(piece), OFFSET, to - from, handler, CONNECTION);
    }

    private void reset() {
        seen.clear();
        state.setMemory(0, state.capacity(), (byte) 0x77);
        FrameTracker.start(state, STATE_OFFSET);
    }
}
