package io.fairlead.core.simulation;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Every byte that one end of a connection has decided to send, in order: what the other end is compared with. */
final class Outgoing {
    private byte[] bytes;
    private int length;

    Outgoing(int capacity) {
        bytes = new byte[capacity];
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    void append(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
    }

    void append(byte[] more) {
        append(more, 0, more.length);
    }

    void append(byte[] more, int offset, int count) {
        ensure(count);
        System.arraycopy(more, offset, bytes, length, count);
        length += count;
    }

    void appendRandom(SplittableRandom random, int count) {
        ensure(count);
        final int end = length + count;
        int i = length;
        long word = random.nextLong();
        while (i < end) {
            // A new word each time would be what a history spends most of its time on.
            word = Long.rotateLeft(word, 13) * 0x9E3779B97F4A7C15L + i;
            for (int shift = 0; shift < Long.SIZE && i < end; shift += Byte.SIZE) {
                bytes[i++] = (byte) (word >>> shift);
            }
        }
        length = end;
    }

    private void ensure(int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
        }
    }
}
