package io.fairlead.core.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.LongUnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class PackedBytesTest {
    private static final int OFFSET = 3;
    private static final int VALUE_COUNT = 256;

    private final byte[] bytes = new byte[OFFSET + PackedBytes.LENGTH + 1];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);

    @Test
    void shouldFindControlsWhateverStandsBesideThem() {
        assertFinds(PackedBytes::controls, value -> (value < 0x20 && value != '\t') || value == 0x7f);
    }

    @Test
    void shouldFindLettersWhateverStandsBesideThem() {
        assertFinds(PackedBytes::letters, value -> (value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z'));
    }

    @Test
    void shouldFindOneCharacterWhateverStandsBesideIt() {
        for (int i = 0; i < 0x80; i++) {
            final int character = i;
            assertFinds(packed -> PackedBytes.equalTo(packed, character), value -> value == character);
        }
    }

    @Test
    void shouldFindRangeWhateverStandsBesideIt() {
        assertFinds(packed -> PackedBytes.between(packed, '0', '9'), value -> value >= '0' && value <= '9');
        assertFinds(packed -> PackedBytes.between(packed, 0, 0x7f), value -> value < 0x80);
    }

    @Test
    void shouldCountWhatStandsBeforeFirstFound() {
        assertEquals(PackedBytes.LENGTH, PackedBytes.countBefore(0));
        assertEquals(0, PackedBytes.countBefore(PackedBytes.ALL));
        assertEquals(0, PackedBytes.not(PackedBytes.ALL));
        for (int i = 0; i < PackedBytes.LENGTH; i++) {
            final String text = "a".repeat(i) + "-".repeat(PackedBytes.LENGTH - i);
            buffer.putStringWithoutLengthAscii(OFFSET, text);
            final long hyphens = PackedBytes.equalTo(PackedBytes.load(buffer, OFFSET), '-');

            assertEquals(i, PackedBytes.countBefore(hyphens), text);
            assertEquals(i == 0 ? PackedBytes.LENGTH : 0, PackedBytes.countBefore(PackedBytes.not(hyphens)), text);
        }
    }

    /** Every value at every place, among values that are likely to carry into it, and among random ones. */
    private void assertFinds(LongUnaryOperator finder, IntPredicate isMeant) {
        final int[] neighbours = {0, 0x7f, 0x80, 0xff};
        final Random random = new Random(7);
        for (int place = 0; place < PackedBytes.LENGTH; place++) {
            for (int value = 0; value < VALUE_COUNT; value++) {
                for (int i = 0; i <= neighbours.length; i++) {
                    for (int j = 0; j < bytes.length; j++) {
                        bytes[j] = (byte) (i < neighbours.length ? neighbours[i] : random.nextInt(VALUE_COUNT));
                    }
                    bytes[OFFSET + place] = (byte) value;
                    assertEquals(expected(isMeant), finder.applyAsLong(PackedBytes.load(buffer, OFFSET)));
                }
            }
        }
    }

    private long expected(IntPredicate isMeant) {
        long found = 0;
        for (int i = PackedBytes.LENGTH - 1; i >= 0; i--) {
            found = found << Byte.SIZE | (isMeant.test(bytes[OFFSET + i] & 0xff) ? 0x80 : 0);
        }
        return found;
    }
}
