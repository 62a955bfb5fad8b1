package io.fairlead.bench.experiment;

import java.util.ArrayList;
import java.util.List;

/**
 * A forwarder with {@code io_uring}: one system call for as much as has happened.
 *
 * <p>Each socket is received from by one request that stays ({@code multishot}); what comes is in buffers of a pool, queued for its
 * source. Whatever a batch of completions brought for a sink goes out in one request that does not wait and says nothing when the sink
 * has taken all of it: it is done, if {@link Ring#enter} returns and no completion says otherwise, and its buffers are free at once.
 * That keeps the order of bytes, too: there is never more than one send to a sink.
 *
 * <p>When a sink does not take all, its source's receiving is called off, and the rest goes out by a request that waits.
 * {@code socket}, {@code shutdown}, {@code close} and options are plain calls: in the ring, {@code shutdown} would occupy another
 * thread (io_uring always hands it to a worker).
 */
final class UringForwarder extends Forwarder {
    private static final int REQUEST_COUNT = 4096;
    private static final int COMPLETION_COUNT = 32 * 1024;
    /** Buffers to receive into at a time, if nobody says otherwise. */
    static final int OFFERED_TARGET = 256;

    private static final int OP_SENDMSG = 9;
    private static final int OP_ACCEPT = 13;
    private static final int OP_ASYNC_CANCEL = 14;
    private static final int OP_CONNECT = 16;
    private static final int OP_SEND = 26;
    private static final int OP_RECV = 27;
    private static final int BUFFER_SELECT = 1 << 5;
    private static final int SKIP_SUCCESS = 1 << 6;
    private static final int MULTISHOT_ACCEPT = 1;
    private static final int MULTISHOT_RECEIVE = 1 << 1;
    private static final int HAS_BUFFER = 1;
    private static final int MORE_TO_COME = 1 << 1;
    private static final int BUFFER_SHIFT = 16;

    private static final int ACCEPT = Ring.head(OP_ACCEPT, 0, MULTISHOT_ACCEPT);
    private static final int CONNECT = Ring.head(OP_CONNECT, 0, 0);
    private static final int RECEIVE = Ring.head(OP_RECV, BUFFER_SELECT, MULTISHOT_RECEIVE);
    private static final int CANCEL = Ring.head(OP_ASYNC_CANCEL, SKIP_SUCCESS, 0);
    private static final int WHOLLY = Libc.MSG_NOSIGNAL | Libc.MSG_WAITALL;

    /** What a completion is about: the request's kind, above the number of an end. */
    private static final int KIND_SHIFT = 32;

    private static final int ACCEPTED = 0;
    private static final int CONNECTED = 1;
    private static final int RECEIVED = 2;
    private static final int SENT = 3;
    private static final int CALLED_OFF = 4;

    private final BufferPool pool;
    private final int[] nextBuffer;
    private final int[] filledLength;
    private final EndTable<End> ends = new EndTable<>(End::new);
    private final Ring.Handler handler = this::onCompletion;
    /** Ends of which something has changed since the last batch. */
    private final List<End> changed = new ArrayList<>();
    /** Sources with a send that does not wait. */
    private final List<End> sending = new ArrayList<>();
    /** Ends that no buffer was left to receive into. */
    private final List<End> starved = new ArrayList<>();

    private final GatherList gatherList = new GatherList();
    private Ring ring;
    private boolean isAccepting;

    /**
     * Listen.
     *
     * @param port of 127.0.0.1; 0 for any that is free.
     * @param backendPort of 127.0.0.1.
     * @param bufferLength bytes received at once.
     * @param offeredTarget buffers to receive into at a time; at least the messages of a batch, or it stops and starts.
     */
    UringForwarder(int port, int backendPort, int bufferLength, int offeredTarget) {
        super(port, backendPort);
        pool = new BufferPool(libc, bufferLength, offeredTarget);
        nextBuffer = new int[pool.count()];
        filledLength = new int[pool.count()];
    }

    /** Why there can be none here; null if there can. */
    static String missing() {
        final String missing = Foreign.missing();
        if (missing != null) {
            return missing;
        }
        try (Ring ring = new Ring(new Libc(), 1, 1)) {
            return ring.isSettled() ? null : "io_uring is not what it should be";
        } catch (final IllegalStateException e) {
            return "needs io_uring of Linux 6.6 or newer, allowed by kernel.io_uring_disabled and seccomp: "
                    + e.getMessage();
        }
    }

    /** A socket, and the queue of what was received from it. */
    private static final class End extends EndTable.Entry<End> {
        int socket;
        /** Requests that have not come to their end; while there are any, the socket's number must not be given anew. */
        int pendingCount;

        boolean isChanged;
        boolean isConnected;
        boolean isReceiving;
        boolean isCallingOff;
        /** A send of what it brought is under way, {@link #sendingLength} bytes. */
        boolean isSending;
        /** Of the queue, as it was then. */
        boolean isSendingAll;
        /** Its sink is behind: sends wait, and nothing more is received until the queue is empty. */
        boolean isWaiting;

        boolean isEndSeen;
        boolean isEndPassed;
        boolean isClosing;
        boolean isClosed;
        int first;
        int last;
        int sendingLength;
        /** Bytes of the first buffer that have been sent. */
        int sentOffset;

        End(int index) {
            super(index);
        }

        void open(int newSocket) {
            socket = newSocket;
            isConnected = false;
            isReceiving = false;
            isCallingOff = false;
            isSending = false;
            isWaiting = false;
            isEndSeen = false;
            isEndPassed = false;
            isClosing = false;
            isClosed = false;
            first = BufferPool.NONE;
            last = BufferPool.NONE;
            sentOffset = 0;
        }

        boolean isEmpty() {
            return first == BufferPool.NONE;
        }
    }

    @Override
    public void run() {
        // Made by the thread that uses it: the kernel refuses any other.
        try (Ring queues = new Ring(libc, REQUEST_COUNT, COMPLETION_COUNT)) {
            ring = queues;
            pool.register(ring);
            accept();
            while (!isStopped()) {
                cycle();
            }
        }
        ends.forEachUsed(client -> {
            libc.close(client.socket);
            libc.close(client.other().socket);
        });
        libc.close(listener);
        pool.close();
    }

    private void cycle() {
        // Sends that are done may free buffers that receiving waits for, and no completion tells of them.
        final boolean isToWait = starved.isEmpty() || (sending.isEmpty() && !pool.isOffering());
        ring.enter(isToWait ? 1 : 0);
        ring.drain(handler);
        if (ring.isSettled()) {
            settle();
        }
        pool.offer();
        if (!starved.isEmpty() && pool.isOffering()) {
            starved.forEach(this::change);
            starved.clear();
        }
        for (int i = 0; i < changed.size(); i++) {
            final End end = changed.get(i);
            end.isChanged = false;
            advance(end);
        }
        changed.clear();
        pool.offer();
    }

    private void onCompletion(long userData, int result, int flags) {
        final int kind = (int) (userData >>> KIND_SHIFT);
        switch (kind) {
            case ACCEPTED -> onAccepted(result, flags);
            case CONNECTED -> onConnected(ends.at((int) userData), result);
            case RECEIVED -> onReceived(ends.at((int) userData), result, flags);
            case SENT -> onSent(ends.at((int) userData), result);
            case CALLED_OFF -> {
                // It had ended by itself, and its own completion tells.
            }
            default -> throw new IllegalStateException("completion of kind " + kind);
        }
    }

    private void onAccepted(int result, int flags) {
        if (result >= 0) {
            open(result);
        }
        // Out of descriptors: the next connection that closes has it go on.
        if ((flags & MORE_TO_COME) == 0) {
            isAccepting = false;
            if (result >= 0 || result == -Libc.ECONNABORTED) {
                accept();
            }
        }
    }

    private void accept() {
        isAccepting = true;
        ring.request(ACCEPT, listener, 0, 0, 0, userData(ACCEPTED, 0));
    }

    private void open(int clientSocket) {
        final End client = ends.acquire();
        final End backend = client.other();
        client.open(clientSocket);
        // Not SOCK_NONBLOCK: the ring would take it at its word, and not wait either.
        backend.open(sockets.open(0));
        sockets.sendAtOnce(client.socket);
        sockets.sendAtOnce(backend.socket);
        backend.pendingCount++;
        ring.request(CONNECT, backend.socket, sockets.backendAddress(), 0, 0, userData(CONNECTED, backend.index()));
        ring.offset(Sockets.ADDRESS_LENGTH);
    }

    /** The backend is connected, or not: only then is the client read. */
    private void onConnected(End backend, int result) {
        backend.pendingCount--;
        if (result < 0) {
            resetBoth(backend);
        }
        backend.isConnected = true;
        backend.other().isConnected = true;
        change(backend);
        change(backend.other());
    }

    private void onReceived(End source, int result, int flags) {
        final boolean hasBuffer = (flags & HAS_BUFFER) != 0;
        final int buffer = flags >>> BUFFER_SHIFT;
        if (hasBuffer) {
            pool.onTaken();
        }
        if ((flags & MORE_TO_COME) == 0) {
            source.isReceiving = false;
            source.isCallingOff = false;
            source.pendingCount--;
        }
        if (result > 0 && !source.isClosing) {
            filledLength[buffer] = result;
            append(source, buffer);
        } else {
            if (hasBuffer) {
                pool.release(buffer);
            }
            onNothingReceived(source, result);
        }
        change(source);
    }

    private void onNothingReceived(End source, int result) {
        if (result == 0) {
            source.isEndSeen = true;
        } else if (result == -Libc.ENOBUFS) {
            pool.onExhausted();
        } else if (result < 0 && result != -Libc.ECANCELED) {
            resetBoth(source);
        }
    }

    /** A send has told what came of it: because it was asked to, or because it did not go as it should. */
    private void onSent(End source, int result) {
        source.pendingCount--;
        source.isSending = false;
        source.isWaiting |= result < source.sendingLength;
        if (result > 0) {
            consume(source, result);
        } else if (result != -Libc.EAGAIN && result != -Libc.EINTR && result != -Libc.ECANCELED) {
            resetBoth(source);
        }
        change(source);
    }

    /** Every send that does not wait has been made, and of those that failed it is known. */
    private void settle() {
        for (int i = 0; i < sending.size(); i++) {
            final End source = sending.get(i);
            if (source.isSending && !source.isWaiting) {
                source.isSending = false;
                source.pendingCount--;
                consume(source, source.sendingLength);
                if (!source.isEmpty() || source.isEndSeen || !source.isReceiving || source.isClosing) {
                    change(source);
                }
            }
        }
        sending.clear();
        gatherList.clear();
    }

    /** Whatever a connection can do next. */
    private void advance(End source) {
        if (source.isClosing) {
            closeIfIdle(source);
            return;
        }
        if (!source.isConnected) {
            return;
        }
        if (source.isEmpty()) {
            source.isWaiting = false;
            if (source.isEndSeen) {
                passEnd(source);
                return;
            }
        } else if (!source.isSending) {
            send(source);
        }
        if (source.isWaiting) {
            callOff(source);
        } else if (!source.isReceiving && !source.isEndSeen) {
            receive(source);
        }
    }

    private void receive(End source) {
        if (!pool.isOffering()) {
            starved.add(source);
            return;
        }
        source.isReceiving = true;
        source.pendingCount++;
        ring.request(RECEIVE, source.socket, 0, 0, 0, userData(RECEIVED, source.index()));
        ring.bufferGroup(BufferPool.GROUP);
    }

    private void callOff(End source) {
        if (source.isReceiving && !source.isCallingOff) {
            source.isCallingOff = true;
            cancel(RECEIVED, source);
        }
    }

    private void cancel(int kind, End end) {
        ring.request(CANCEL, -1, userData(kind, end.index()), 0, 0, userData(CALLED_OFF, end.index()));
    }

    private void send(End source) {
        final int socket = source.other().socket;
        final boolean isGathered = source.first != source.last && !gatherList.isFull();
        final long address = isGathered ? gather(source) : pool.address(source.first) + source.sentOffset;
        if (!isGathered) {
            source.sendingLength = filledLength[source.first] - source.sentOffset;
            source.isSendingAll = source.first == source.last;
        }
        // Silence would leave the ring waiting if there is something to do behind it.
        final boolean isSilent = source.isReceiving && !source.isEndSeen && !source.isWaiting && source.isSendingAll;
        final int flags = source.isWaiting ? WHOLLY : WHOLLY | Libc.MSG_DONTWAIT;
        ring.request(
                Ring.head(isGathered ? OP_SENDMSG : OP_SEND, isSilent ? SKIP_SUCCESS : 0, 0),
                socket,
                address,
                isGathered ? 1 : source.sendingLength,
                flags,
                userData(SENT, source.index()));
        source.isSending = true;
        source.pendingCount++;
        if (isSilent) {
            sending.add(source);
        }
    }

    private long gather(End source) {
        gatherList.begin();
        source.sendingLength = 0;
        int offset = source.sentOffset;
        int buffer = source.first;
        while (buffer != BufferPool.NONE && gatherList.hasRoom()) {
            final int length = filledLength[buffer] - offset;
            gatherList.add(pool.address(buffer) + offset, length);
            source.sendingLength += length;
            offset = 0;
            buffer = nextBuffer[buffer];
        }
        source.isSendingAll = buffer == BufferPool.NONE;
        return gatherList.end();
    }

    private void append(End source, int buffer) {
        nextBuffer[buffer] = BufferPool.NONE;
        if (source.isEmpty()) {
            source.first = buffer;
        } else {
            nextBuffer[source.last] = buffer;
        }
        source.last = buffer;
    }

    private void consume(End source, int length) {
        int left = source.sentOffset + length;
        while (!source.isEmpty() && left >= filledLength[source.first]) {
            left -= filledLength[source.first];
            releaseFirst(source);
        }
        source.sentOffset = left;
    }

    private void releaseFirst(End source) {
        final int buffer = source.first;
        source.first = nextBuffer[buffer];
        pool.release(buffer);
    }

    /** The source has ended and nothing of it waits: pass its FIN on, and close behind the second one. */
    private void passEnd(End source) {
        if (source.isEndPassed) {
            return;
        }
        source.isEndPassed = true;
        libc.shutdown(source.other().socket, Libc.SHUT_WR);
        if (source.other().isEndPassed) {
            closeBoth(source);
        }
    }

    private void resetBoth(End end) {
        if (!end.isClosing) {
            sockets.resetOnClose(end.socket);
            sockets.resetOnClose(end.other().socket);
            closeBoth(end);
        }
    }

    private void closeBoth(End end) {
        beginClose(end);
        beginClose(end.other());
    }

    /** A socket stays, for the kernel, until no request is about it. */
    private void beginClose(End end) {
        end.isClosing = true;
        callOff(end);
        if (end.isSending && end.isWaiting) {
            cancel(SENT, end);
        }
        change(end);
    }

    private void closeIfIdle(End end) {
        final End other = end.other();
        if (end.isClosed || end.pendingCount + other.pendingCount > 0) {
            return;
        }
        close(end);
        close(other);
        ends.release(end);
        if (!isAccepting) {
            accept();
        }
    }

    private void close(End end) {
        end.isClosed = true;
        libc.close(end.socket);
        while (!end.isEmpty()) {
            releaseFirst(end);
        }
    }

    private void change(End end) {
        if (!end.isChanged) {
            end.isChanged = true;
            changed.add(end);
        }
    }

    private static long userData(int kind, int index) {
        return (long) kind << KIND_SHIFT | index;
    }
}
