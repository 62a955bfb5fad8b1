package io.fairlead.core.table;

import java.nio.ByteBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory outside of the heap for records of fixed length, in native order. Its accessors of single fields check nothing: the table
 * that owns it checks the number of a record once, where a buffer would check the offset of each field, a tenth of
 * what the gate counted for a forwarded message.
 *
 * <p>An offset is therefore always made of a checked, or masked, record number, an offset from the descriptor, and a side
 * that is 0 or 1; never of anything that came from a socket.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class Records {
    private final UnsafeBuffer buffer;
    private final long address;

    /** All of a direct buffer, which is kept from being freed. */
    Records(ByteBuffer memory) {
        buffer = new UnsafeBuffer(memory);
        address = buffer.addressOffset();
    }

    /** The same memory with every access checked. */
    UnsafeBuffer buffer() {
        return buffer;
    }

    void setMemory(int offset, int length, byte value) {
        buffer.setMemory(offset, length, value);
    }

    int getInt(int offset) {
        return UnsafeApi.getInt(address + offset);
    }

    void putInt(int offset, int value) {
        UnsafeApi.putInt(address + offset, value);
    }

    long getLong(int offset) {
        return UnsafeApi.getLong(address + offset);
    }

    void putLong(int offset, long value) {
        UnsafeApi.putLong(address + offset, value);
    }

    short getShort(int offset) {
        return UnsafeApi.getShort(address + offset);
    }

    void putShort(int offset, short value) {
        UnsafeApi.putShort(address + offset, value);
    }
}
