package io.fairlead.core.rules;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Bytes that arrive bit by bit: reading one that has not arrived is an error, and reads are counted, for each byte of a
 * larger number one. The bytes lie at an offset, with bytes of somebody else on both sides.
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
        watch(index, Byte.BYTES);
        return super.getByte(index);
    }

    @Override
    public short getShort(int index) {
        watch(index, Short.BYTES);
        return super.getShort(index);
    }

    @Override
    public short getShort(int index, ByteOrder byteOrder) {
        watch(index, Short.BYTES);
        return super.getShort(index, byteOrder);
    }

    @Override
    public int getInt(int index) {
        watch(index, Integer.BYTES);
        return super.getInt(index);
    }

    @Override
    public int getInt(int index, ByteOrder byteOrder) {
        watch(index, Integer.BYTES);
        return super.getInt(index, byteOrder);
    }

    @Override
    public long getLong(int index) {
        watch(index, Long.BYTES);
        return super.getLong(index);
    }

    @Override
    public long getLong(int index, ByteOrder byteOrder) {
        watch(index, Long.BYTES);
        return super.getLong(index, byteOrder);
    }

    @Override
    public void getBytes(int index, byte[] dst) {
        watch(index, dst.length);
        super.getBytes(index, dst);
    }

    private void watch(int index, int length) {
        if (index < OFFSET || index + length > OFFSET + arrivedLength) {
            throw new AssertionError(
                    length + " bytes read at index " + (index - OFFSET) + " with " + arrivedLength + " bytes arrived");
        }
        readCount += length;
    }

    private static byte[] padded(byte[] bytes) {
        final byte[] padded = new byte[OFFSET + bytes.length + 1];
        System.arraycopy(bytes, 0, padded, OFFSET, bytes.length);
        return padded;
    }
}
