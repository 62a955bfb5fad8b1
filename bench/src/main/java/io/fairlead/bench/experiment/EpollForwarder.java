package io.fairlead.bench.experiment;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A forwarder with {@code epoll}, level-triggered: the counterpart of {@code bench/reference/forwarder.c}, call by call. Bytes
 * are read into one buffer for all connections and written at once; only what the sink does not take is kept, and then its
 * source is not read until it is gone.
 */
final class EpollForwarder extends Forwarder {
    private static final int EVENT_LIMIT = 256;
    private static final int ACCEPT_LIMIT = 64;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_MOD = 3;
    private static final int EPOLLIN = 0x001;
    private static final int EPOLLOUT = 0x004;
    private static final int EPOLLERR = 0x008;
    private static final int EPOLLHUP = 0x010;
    /** {@code struct epoll_event} is packed on x86-64 alone. */
    private static final boolean IS_PACKED = "amd64".equals(System.getProperty("os.arch"));

    private static final int EVENTS_OFFSET = 0;
    private static final int DATA_OFFSET = IS_PACKED ? 4 : 8;
    private static final int EVENT_LENGTH = DATA_OFFSET + Long.BYTES;
    private static final int LISTENER = -1;

    private final UnsafeBuffer events = direct(EVENT_LIMIT * EVENT_LENGTH);
    private final UnsafeBuffer change = direct(EVENT_LENGTH);
    private final UnsafeBuffer buffer;
    private final EndTable<End> ends = new EndTable<>(End::new);
    /** Their numbers are given anew behind the batch of events: a later one of it may be about the other socket. */
    private final ArrayDeque<End> closed = new ArrayDeque<>();

    private final ArrayDeque<UnsafeBuffer> spares = new ArrayDeque<>();
    private int poller;

    /**
     * Listen.
     *
     * @param port of 127.0.0.1; 0 for any that is free.
     * @param backendPort of 127.0.0.1.
     * @param bufferLength bytes received at once.
     */
    EpollForwarder(int port, int backendPort, int bufferLength) {
        super(port, backendPort);
        buffer = direct(bufferLength);
    }

    /** A socket, and what was read from it that its peer has not taken yet. */
    private static final class End extends EndTable.Entry<End> {
        int socket;
        int interest;
        boolean isConnected;
        boolean isClosed;
        boolean isEndSeen;
        boolean isEndPassed;
        UnsafeBuffer kept;
        int sent;
        int length;

        End(int index) {
            super(index);
        }

        void open(int newSocket) {
            socket = newSocket;
            isConnected = false;
            isClosed = false;
            isEndSeen = false;
            isEndPassed = false;
            kept = null;
            sent = 0;
            length = 0;
        }
    }

    @Override
    public void run() {
        poller = Libc.require("epoll_create1", libc.epollCreate());
        control(EPOLL_CTL_ADD, listener, EPOLLIN, LISTENER);
        while (!isStopped()) {
            final int count = libc.epollWait(poller, events.addressOffset(), EVENT_LIMIT);
            if (count != -Libc.EINTR) {
                Libc.require("epoll_wait", count);
            }
            for (int i = 0; i < count; i++) {
                final int offset = i * EVENT_LENGTH;
                onEvent((int) events.getLong(offset + DATA_OFFSET), events.getInt(offset + EVENTS_OFFSET));
            }
            while (!closed.isEmpty()) {
                ends.release(closed.poll());
            }
        }
        ends.forEachUsed(this::closeBoth);
        libc.close(poller);
        libc.close(listener);
    }

    private void onEvent(int index, int readiness) {
        if (index == LISTENER) {
            acceptSome();
            return;
        }
        final End end = ends.at(index);
        if (end.isClosed) {
            return;
        }
        if (!end.isConnected) {
            onConnected(end);
            return;
        }
        if ((readiness & EPOLLERR) != 0) {
            resetBoth(end);
            return;
        }
        if ((readiness & EPOLLOUT) != 0 && end.other().length > 0) {
            flush(end.other());
        }
        if (!end.isClosed && (readiness & (EPOLLIN | EPOLLHUP)) != 0 && end.length == 0 && !end.isEndSeen) {
            onReadable(end);
        }
        if (!end.isClosed) {
            passEnd(end);
            passEnd(end.other());
        }
        if (!end.isClosed) {
            updateInterest(end);
            updateInterest(end.other());
        }
    }

    private void acceptSome() {
        for (int i = 0; i < ACCEPT_LIMIT; i++) {
            final int client = libc.accept(listener, Sockets.SOCK_NONBLOCK);
            if (client < 0) {
                return; // Level-triggered: whatever it was, it is tried again.
            }
            open(client);
        }
    }

    private void open(int clientSocket) {
        final End client = ends.acquire();
        final End backend = client.other();
        client.open(clientSocket);
        backend.open(sockets.open(Sockets.SOCK_NONBLOCK));
        sockets.sendAtOnce(client.socket);
        sockets.sendAtOnce(backend.socket);
        final int result = libc.connect(backend.socket, sockets.backendAddress(), Sockets.ADDRESS_LENGTH);
        if (result < 0 && result != -Libc.EINPROGRESS) {
            resetBoth(client);
            return;
        }
        add(backend, EPOLLOUT);
    }

    /** The backend is connected, or not: only then is the client read. */
    private void onConnected(End backend) {
        if (sockets.hasFailed(backend.socket)) {
            resetBoth(backend);
            return;
        }
        backend.isConnected = true;
        backend.other().isConnected = true;
        updateInterest(backend);
        add(backend.other(), EPOLLIN);
    }

    private void onReadable(End source) {
        final End sink = source.other();
        final int length = libc.receive(source.socket, buffer.addressOffset(), buffer.capacity());
        if (length <= 0) {
            onNothingRead(source, length);
            return;
        }
        final int sent = libc.send(sink.socket, buffer.addressOffset(), length);
        if (sent < length) {
            onNotTaken(source, sent, length);
        }
    }

    private void onNothingRead(End source, int result) {
        if (result == 0) {
            source.isEndSeen = true;
        } else if (!isToBeRepeated(result)) {
            resetBoth(source);
        }
    }

    private void onNotTaken(End source, int result, int length) {
        if (result < 0 && !isToBeRepeated(result)) {
            resetBoth(source);
            return;
        }
        final int sent = Math.max(result, 0);
        source.kept = spares.isEmpty() ? direct(buffer.capacity()) : spares.pop();
        source.kept.putBytes(0, buffer, sent, length - sent);
        source.sent = 0;
        source.length = length - sent;
    }

    /** Write what waits of a source. */
    private void flush(End source) {
        final int result = libc.send(source.other().socket, source.kept.addressOffset() + source.sent, source.length);
        if (result < 0) {
            if (!isToBeRepeated(result)) {
                resetBoth(source);
            }
            return;
        }
        source.sent += result;
        source.length -= result;
        if (source.length == 0) {
            releaseKept(source);
        }
    }

    /** The source has ended and nothing of it waits: pass its FIN on, and close behind the second one. */
    private void passEnd(End source) {
        if (source.isClosed || !source.isEndSeen || source.isEndPassed || source.length > 0) {
            return;
        }
        source.isEndPassed = true;
        libc.shutdown(source.other().socket, Libc.SHUT_WR);
        if (source.other().isEndPassed) {
            closeBoth(source);
        }
    }

    /** Read interest while nothing of this end waits and it has not ended, write interest while something of the other's does. */
    private void updateInterest(End end) {
        final int interest =
                (end.length == 0 && !end.isEndSeen ? EPOLLIN : 0) | (end.other().length > 0 ? EPOLLOUT : 0);
        if (interest != end.interest) {
            end.interest = interest;
            control(EPOLL_CTL_MOD, end.socket, interest, end.index());
        }
    }

    private void add(End end, int interest) {
        end.interest = interest;
        control(EPOLL_CTL_ADD, end.socket, interest, end.index());
    }

    private void control(int operation, int socket, int interest, int index) {
        change.putInt(EVENTS_OFFSET, interest);
        change.putLong(DATA_OFFSET, index);
        Libc.require("epoll_ctl", libc.epollControl(poller, operation, socket, change.addressOffset()));
    }

    private void resetBoth(End end) {
        sockets.resetOnClose(end.socket);
        sockets.resetOnClose(end.other().socket);
        closeBoth(end);
    }

    private void closeBoth(End end) {
        close(end);
        close(end.other());
        closed.add(end);
    }

    private void close(End end) {
        end.isClosed = true;
        libc.close(end.socket);
        releaseKept(end);
    }

    private void releaseKept(End end) {
        if (end.kept != null) {
            spares.push(end.kept);
            end.kept = null;
        }
    }

    private static boolean isToBeRepeated(int result) {
        return result == -Libc.EAGAIN || result == -Libc.EINTR;
    }

    private static UnsafeBuffer direct(int length) {
        final ByteBuffer memory = BufferUtil.allocateDirectAligned(length, Long.BYTES);
        return new UnsafeBuffer(memory);
    }
}
