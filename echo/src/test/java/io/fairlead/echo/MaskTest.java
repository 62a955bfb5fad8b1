package io.fairlead.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskTest {
    @Test
    void shouldUnmaskInAnyPiecesAsByteByByte() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] key = new byte[4];
        for (int length = 0; length < 70; length++) {
            byte[] masked = new byte[length];
            random.nextBytes(masked);
            random.nextBytes(key);
            byte[] expected = new byte[length];
            for (int i = 0; i < length; i++) {
                expected[i] = (byte) (masked[i] ^ key[i % 4]);
            }
            for (int split = 0; split <= length; split++) {
                ByteBuffer source = ByteBuffer.wrap(masked).order(Mask.ORDER);
                ByteBuffer target = ByteBuffer.allocate(length).order(Mask.ORDER);
                int wordKey = ByteBuffer.wrap(key).order(Mask.ORDER).getInt();
                int turned = Mask.move(source, target, split, wordKey);
                Mask.move(source, target, length - split, turned);
                assertEquals(ByteBuffer.wrap(expected), target.flip(), "seed " + seed + ", split " + split);
            }
        }
    }
}
