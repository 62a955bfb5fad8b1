package io.fairlead.bench.experiment;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What {@code sendmsg} is told: {@code struct msghdr}, each with its own array of {@code struct iovec}. They are written for a
 * batch, and free as soon as the kernel has taken the batch's requests. <b>Owned by one thread.</b>
 */
final class GatherList {
    private static final int MESSAGE_LIMIT = 256;
    private static final int VECTOR_LIMIT = 64;
    private static final int VECTOR_ADDRESS_FIELD = 16;
    private static final int VECTOR_COUNT_FIELD = 24;
    /** 56, and the rest of a cache line. */
    private static final int HEADER_LENGTH = 64;

    private static final int VECTOR_LENGTH = 16;
    private static final int MESSAGE_LENGTH = HEADER_LENGTH + VECTOR_LIMIT * VECTOR_LENGTH;

    private final UnsafeBuffer messages =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(MESSAGE_LIMIT * MESSAGE_LENGTH, HEADER_LENGTH));
    private int messageCount;
    private int vectorCount;

    /** Whether no message more can be begun. */
    boolean isFull() {
        return messageCount == MESSAGE_LIMIT;
    }

    void begin() {
        vectorCount = 0;
    }

    /** Whether the message can be longer. */
    boolean hasRoom() {
        return vectorCount < VECTOR_LIMIT;
    }

    void add(long address, int length) {
        final int vector = messageCount * MESSAGE_LENGTH + HEADER_LENGTH + vectorCount * VECTOR_LENGTH;
        messages.putLong(vector, address);
        messages.putLong(vector + Long.BYTES, length);
        vectorCount++;
    }

    /**
     * The message is complete.
     *
     * @return where it is.
     */
    long end() {
        final int header = messageCount++ * MESSAGE_LENGTH;
        messages.putLong(header + VECTOR_ADDRESS_FIELD, messages.addressOffset() + header + HEADER_LENGTH);
        messages.putLong(header + VECTOR_COUNT_FIELD, vectorCount);
        return messages.addressOffset() + header;
    }

    /** Forget all of them. */
    void clear() {
        messageCount = 0;
    }
}
