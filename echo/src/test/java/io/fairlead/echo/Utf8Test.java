package io.fairlead.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
    @Test
    void shouldAcceptEveryCodePointWhole() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                byte[] bytes = Character.toString(point).getBytes(StandardCharsets.UTF_8);
                assertEquals(Utf8.COMPLETE, advance(bytes), Integer.toHexString(point));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x80,
                0xBF,
                0xC080,
                0xC1BF,
                0xC2C0,
                0xE08080,
                0xE09FBF,
                0xEDA080,
                0xEDBFBF,
                0xF0808080,
                0xF08FBFBF,
                0xF4908080,
                0xF5808080,
                0xFE,
                0xFF,
                0xE28261
            })
    void shouldRefuseWhatIsNoUtf8(int bytes) {
        assertEquals(Utf8.INVALID, advance(bytesOf(bytes)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC2, 0xE0A0, 0xED9F, 0xF090, 0xF48FBF, 0xE1})
    void shouldWaitForTheRestOfACodePoint(int bytes) {
        int state = advance(bytesOf(bytes));
        assertNotEquals(Utf8.COMPLETE, state);
        assertNotEquals(Utf8.INVALID, state);
    }

    @Test
    void shouldAgreeWithTheJdkOnRandomBytesInRandomPieces() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        // The bytes at which the rules change, and plain ones so that whole words of ASCII occur.
        int[] interesting = {
            'a', 'b', 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4
        };
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = new byte[random.nextInt(24)];
            int kinds = 1 + random.nextInt(interesting.length);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) interesting[random.nextInt(kinds)];
            }
            int split = random.nextInt(bytes.length + 1);
            int state = Utf8.advance(Utf8.COMPLETE, wrap(bytes), 0, split);
            if (state != Utf8.INVALID) {
                state = Utf8.advance(state, wrap(bytes), split, bytes.length - split);
            }
            assertEquals(isUtf8(bytes), state == Utf8.COMPLETE, "seed " + seed + ", round " + round);
        }
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException expected) {
            return false;
        }
    }

    private static int advance(byte[] bytes) {
        return Utf8.advance(Utf8.COMPLETE, wrap(bytes), 0, bytes.length);
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(Mask.ORDER);
    }

    private static byte[] bytesOf(int value) {
        int length = Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(value) + 7) / 8);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (value >>> (8 * (length - 1 - i)));
        }
        return bytes;
    }
}
