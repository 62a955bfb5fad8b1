package io.fairlead.bench.experiment;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An {@code io_uring}: a queue of requests to the kernel and a queue of completions from it, both in memory that is shared with
 * the kernel, and one system call that hands over the former and waits for the latter. <b>Owned by the thread that makes it</b>:
 * {@code SINGLE_ISSUER} lets the kernel refuse any other, and {@code DEFER_TASKRUN} keeps completions from interrupting it, so
 * that they come to be in {@link #enter} alone. Needs Linux 6.6.
 *
 * <p>Layouts and flags: {@code linux/io_uring.h}; the protocol of the two queues: io_uring(7).
 */
final class Ring implements AutoCloseable {
    private static final long IO_URING_SETUP = 425;
    private static final long IO_URING_ENTER = 426;
    private static final long IO_URING_REGISTER = 427;
    private static final int SETUP_CQSIZE = 1 << 3;
    private static final int SETUP_SUBMIT_ALL = 1 << 7;
    private static final int SETUP_SINGLE_ISSUER = 1 << 12;
    private static final int SETUP_DEFER_TASKRUN = 1 << 13;
    private static final int SETUP_NO_SQARRAY = 1 << 16;
    private static final int ENTER_GETEVENTS = 1;
    private static final int SQ_CQ_OVERFLOW = 1 << 1;
    private static final long SQES_MAP_OFFSET = 0x10000000L;

    /** {@code struct io_uring_params}. */
    private static final int PARAMS_LENGTH = 120;

    private static final int SQ_ENTRIES_PARAM = 0;
    private static final int CQ_ENTRIES_PARAM = 4;
    private static final int FLAGS_PARAM = 8;
    private static final int SQ_OFFSETS_PARAM = 40;
    private static final int CQ_OFFSETS_PARAM = 80;
    private static final int HEAD_PARAM = 0;
    private static final int TAIL_PARAM = 4;
    private static final int SQ_FLAGS_PARAM = 16;
    private static final int CQES_PARAM = 20;

    /** {@code struct io_uring_sqe}. */
    private static final int SQE_LENGTH = 64;

    private static final int FLAGS_SHIFT = 8;
    private static final int PRIORITY_SHIFT = 16;
    private static final int DESCRIPTOR_SHIFT = 32;
    private static final int OFFSET_FIELD = 8;
    private static final int ADDRESS_FIELD = 16;
    private static final int LENGTH_FIELD = 24;
    private static final int USER_DATA_FIELD = 32;
    private static final int BUFFER_GROUP_FIELD = 40;
    private static final int ADDRESS3_FIELD = 48;
    private static final int LAST_FIELD = 56;

    /** {@code struct io_uring_cqe}. */
    private static final int CQE_LENGTH = 16;

    private static final int RESULT_FIELD = 8;
    private static final int CQE_FLAGS_FIELD = 12;

    private final Libc libc;
    private final int descriptor;
    private final UnsafeBuffer queues;
    private final UnsafeBuffer requests;
    private final int requestCount;
    private final int sqHeadOffset;
    private final int sqTailOffset;
    private final int sqFlagsOffset;
    private final int cqHeadOffset;
    private final int cqTailOffset;
    private final int cqesOffset;
    private final int cqMask;
    private int tail;
    private int entry;

    /** Told of a completion. */
    @FunctionalInterface
    interface Handler {
        /**
         * A request has come to something.
         *
         * @param userData of the request.
         * @param result from 0 on, or a negated errno.
         * @param flags of the completion.
         */
        void onCompletion(long userData, int result, int flags);
    }

    /**
     * Set one up.
     *
     * @param libc to call the kernel with.
     * @param requestCount most requests between two {@link #enter}; a power of two.
     * @param completionCount completions that find room; a power of two.
     * @throws IllegalStateException with the errno, where the kernel is too old or forbids it.
     */
    Ring(Libc libc, int requestCount, int completionCount) {
        this.libc = libc;
        final UnsafeBuffer params = new UnsafeBuffer(BufferUtil.allocateDirectAligned(PARAMS_LENGTH, Long.BYTES));
        params.putInt(
                FLAGS_PARAM,
                SETUP_CQSIZE | SETUP_SUBMIT_ALL | SETUP_SINGLE_ISSUER | SETUP_DEFER_TASKRUN | SETUP_NO_SQARRAY);
        params.putInt(CQ_ENTRIES_PARAM, completionCount);
        descriptor =
                Libc.require("io_uring_setup", libc.call(IO_URING_SETUP, requestCount, params.addressOffset(), 0, 0));
        this.requestCount = params.getInt(SQ_ENTRIES_PARAM);
        sqHeadOffset = params.getInt(SQ_OFFSETS_PARAM + HEAD_PARAM);
        sqTailOffset = params.getInt(SQ_OFFSETS_PARAM + TAIL_PARAM);
        sqFlagsOffset = params.getInt(SQ_OFFSETS_PARAM + SQ_FLAGS_PARAM);
        cqHeadOffset = params.getInt(CQ_OFFSETS_PARAM + HEAD_PARAM);
        cqTailOffset = params.getInt(CQ_OFFSETS_PARAM + TAIL_PARAM);
        cqesOffset = params.getInt(CQ_OFFSETS_PARAM + CQES_PARAM);
        cqMask = params.getInt(CQ_ENTRIES_PARAM) - 1;
        queues = map(0, cqesOffset + (cqMask + 1) * CQE_LENGTH);
        requests = map(SQES_MAP_OFFSET, this.requestCount * SQE_LENGTH);
    }

    /**
     * Put a request into the queue; {@link #enter} hands it over. If the queue is full it is handed over first.
     *
     * @param head operation, flags and priority, see {@link #head}.
     * @param fd a descriptor; -1 for none.
     * @param address of memory, which must stay until the request has completed.
     * @param length of it, or what the operation takes in its place.
     * @param operationFlags what the operation takes there.
     * @param userData given back with the completion.
     */
    void request(int head, int fd, long address, int length, int operationFlags, long userData) {
        while (tail - queues.getIntVolatile(sqHeadOffset) == requestCount) {
            enter(0);
        }
        entry = (tail & (requestCount - 1)) * SQE_LENGTH;
        requests.putLong(entry, (head & 0xffff_ffffL) | (long) fd << DESCRIPTOR_SHIFT);
        requests.putLong(entry + OFFSET_FIELD, 0);
        requests.putLong(entry + ADDRESS_FIELD, address);
        requests.putLong(entry + LENGTH_FIELD, (length & 0xffff_ffffL) | (long) operationFlags << Integer.SIZE);
        requests.putLong(entry + USER_DATA_FIELD, userData);
        requests.putLong(entry + BUFFER_GROUP_FIELD, 0);
        requests.putLong(entry + ADDRESS3_FIELD, 0);
        requests.putLong(entry + LAST_FIELD, 0);
        tail++;
    }

    /** Set the second address, or the offset, of the request just made. */
    void offset(long value) {
        requests.putLong(entry + OFFSET_FIELD, value);
    }

    /** Have the request just made take a buffer of a group. */
    void bufferGroup(int group) {
        requests.putShort(entry + BUFFER_GROUP_FIELD, (short) group);
    }

    /** The first word of a request. */
    static int head(int operation, int flags, int priority) {
        return operation | flags << FLAGS_SHIFT | priority << PRIORITY_SHIFT;
    }

    /**
     * Hand the requests over, and wait for completions.
     *
     * @param completionCount to wait for; with 0 it returns at once.
     */
    void enter(int completionCount) {
        queues.putIntRelease(sqTailOffset, tail);
        final int result = libc.call(
                IO_URING_ENTER,
                descriptor,
                tail - queues.getIntVolatile(sqHeadOffset),
                completionCount,
                ENTER_GETEVENTS);
        // Interrupted, or out of memory or of room for completions: what was not taken is still in the queue.
        if (result < 0 && result != -Libc.EINTR && result != -Libc.EAGAIN && result != -Libc.EBUSY) {
            Libc.require("io_uring_enter", result);
        }
    }

    /** Hand what has completed to a handler, in order. */
    void drain(Handler handler) {
        int head = queues.getInt(cqHeadOffset);
        final int end = queues.getIntAcquire(cqTailOffset);
        while (head != end) {
            final int offset = cqesOffset + (head & cqMask) * CQE_LENGTH;
            handler.onCompletion(
                    queues.getLong(offset),
                    queues.getInt(offset + RESULT_FIELD),
                    queues.getInt(offset + CQE_FLAGS_FIELD));
            head++;
        }
        queues.putIntRelease(cqHeadOffset, head);
    }

    /** Whether the kernel has taken every request, and every completion there was has been in the queue. */
    boolean isSettled() {
        return queues.getIntVolatile(sqHeadOffset) == tail
                && (queues.getIntVolatile(sqFlagsOffset) & SQ_CQ_OVERFLOW) == 0;
    }

    /** Make something known to the kernel. */
    void register(String what, int operation, long address, int count) {
        Libc.require(what, libc.call(IO_URING_REGISTER, descriptor, operation, address, count));
    }

    /** The kernel ends every request that is under way. */
    @Override
    public void close() {
        libc.close(descriptor);
        libc.unmap(queues.addressOffset(), queues.capacity());
        libc.unmap(requests.addressOffset(), requests.capacity());
    }

    private UnsafeBuffer map(long offset, int length) {
        return new UnsafeBuffer(libc.map(length, Libc.MAP_SHARED | Libc.MAP_POPULATE, descriptor, offset), length);
    }
}
