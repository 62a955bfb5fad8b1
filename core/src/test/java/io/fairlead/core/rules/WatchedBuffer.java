package io.fairlead.core.rules;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Bytes that arrive bit by bit: reading one that has not arrived is an error, and reads are counted. The bytes lie at an
 * offset, with bytes of somebody else on both sides.
 */
final class WatchedBuffer extends UnsafeBuffer {
    static final int OFFSET = 7;

    private int arrivedLength;
    private long readCount;

    WatchedBuffer(byte[] bytes) {
        super(padded(bytes));
    }

    WatchedBuffer arrived(int length) {
        arrivedLength = length;
        return this;
    }

    long readCount() {
        return readCount;
    }

    @Override
    public byte getByte(int index) {
        if (index < OFFSET || index >= OFFSET + arrivedLength) {
            throw new AssertionError("read index " + (index - OFFSET) + " with " + arrivedLength + " bytes arrived");
        }
        readCount++;
        return super.getByte(index);
    }

    private static byte[] padded(byte[] bytes) {
        final byte[] padded = new byte[OFFSET + bytes.length + 1];
        System.arraycopy(bytes, 0, padded, OFFSET, bytes.length);
        return padded;
    }
}
