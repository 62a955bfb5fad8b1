package io.fairlead.core.simulation;

import io.fairlead.core.loop.Invariants;
import io.fairlead.core.table.Side;
import io.fairlead.core.transport.Pipes;
import io.fairlead.core.transport.ReadinessHandler;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The engine's transport, with somebody listening who hears of every call before the engine acts on its outcome. */
final class WatchedTransport implements Transport {
    private final Transport delegate;
    /** Null if the transport has none. */
    private final Pipes pipes;

    private final ReadinessHandler onReady = this::onReady;
    private SocketRecord[] records = new SocketRecord[64];
    private SeamListener seam;
    private ReadinessHandler handler;
    /** Calls on connections, by which it shows whether the engine acts on a stale event. */
    private long callCount;

    private int callsUntilDefect = -1;

    WatchedTransport(Transport delegate) {
        this.delegate = delegate;
        pipes = delegate.pipes() == null ? null : new WatchedPipes(delegate.pipes());
    }

    /** Tell somebody of every call, from before the loop is opened. */
    void tell(SeamListener listener) {
        seam = listener;
    }

    /** Throw from a read, as a defect would, so many reads from now on. */
    void failAfter(int readCount) {
        callsUntilDefect = readCount;
    }

    @Override
    public int listen(InetSocketAddress address, int backlogLength) throws IOException {
        return delegate.listen(address, backlogLength);
    }

    @Override
    public int localPort(int listener) {
        return delegate.localPort(listener);
    }

    @Override
    public int accept(int listener) {
        final int socket = delegate.accept(listener);
        if (socket >= 0) {
            record(socket, new SocketRecord(Side.CLIENT, socket, seam.nowNs()));
        }
        seam.onAccept(socket);
        return socket;
    }

    @Override
    public int connect(InetSocketAddress address, InetSocketAddress sourceAddress) {
        final int socket = delegate.connect(address, sourceAddress);
        final SocketRecord opened = new SocketRecord(Side.BACKEND, socket, seam.nowNs());
        seam.onConnect(opened, address, socket);
        if (socket >= 0) {
            record(socket, opened);
        }
        return socket;
    }

    @Override
    public int finishConnect(int socket) {
        final int outcome = delegate.finishConnect(socket);
        callCount++;
        seam.onFinishConnect(records[socket], outcome);
        return outcome;
    }

    @Override
    public void remoteAddress(int socket, MutableDirectBuffer buffer, int offset) {
        delegate.remoteAddress(socket, buffer, offset);
        seam.onRemoteAddress(records[socket], buffer, offset);
    }

    @Override
    public int register(int socket, long token, int interest) {
        final int slot = Invariants.slotOf(token);
        if (slot >= 0) {
            records[socket].interest = interest;
            seam.onRegister(records[socket], slot, Invariants.sideOf(token));
        } else if (Invariants.isOfCheck(token)) {
            records[socket].interest = interest;
            seam.onRegisterProbe(records[socket], token);
        }
        final int outcome = delegate.register(socket, token, interest);
        if (outcome == LOCAL_RESOURCE) {
            if (slot >= 0) {
                records[socket].isRegistered = false;
            }
            seam.onLocalResource();
        }
        return outcome;
    }

    @Override
    public void setInterest(int socket, long token, int interest) {
        callCount++;
        if (Invariants.slotOf(token) >= 0 || Invariants.isOfCheck(token)) {
            seam.onInterest(records[socket], interest);
        }
        delegate.setInterest(socket, token, interest);
    }

    @Override
    public int read(int socket, MutableDirectBuffer buffer, int offset, int length) {
        callCount++;
        failIfDue(socket);
        final int count = delegate.read(socket, buffer, offset, length);
        seam.onRead(records[socket], buffer, offset, count);
        return count;
    }

    private void failIfDue(int socket) {
        if (callsUntilDefect >= 0 && callsUntilDefect-- == 0) {
            seam.onDefect(records[socket]);
            throw new IllegalStateException("a defect, made for the test");
        }
    }

    @Override
    public int write(int socket, DirectBuffer buffer, int offset, int length) {
        callCount++;
        final int count = delegate.write(socket, buffer, offset, length);
        seam.onWrite(records[socket], buffer, offset, count);
        return count;
    }

    @Override
    public void shutdownOutput(int socket) {
        callCount++;
        seam.onShutdownOutput(records[socket]);
        delegate.shutdownOutput(socket);
    }

    @Override
    public void reset(int socket) {
        end(socket, true);
        delegate.reset(socket);
    }

    @Override
    public void close(int socket) {
        end(socket, false);
        delegate.close(socket);
    }

    private void end(int socket, boolean isAbort) {
        callCount++;
        final SocketRecord ended = socket < records.length ? records[socket] : null;
        if (ended != null) {
            records[socket] = null;
            seam.onClose(ended, isAbort);
        } else {
            seam.onListenerClosed();
        }
    }

    @Override
    public int poll(long timeoutNs, ReadinessHandler receiver) throws IOException {
        handler = receiver;
        seam.onPoll(timeoutNs);
        return delegate.poll(timeoutNs, onReady);
    }

    private void onReady(long token, int readiness) {
        final boolean isStale = seam.onEvent(token, readiness);
        final boolean isDue = seam.isEventDue();
        final long callsBefore = callCount;
        handler.onReady(token, readiness);
        if (isDue && callCount == callsBefore) {
            throw new Violation(-1, "an event is left as it is, for slot " + Invariants.slotOf(token));
        }
        if (isStale && callCount != callsBefore) {
            throw new Violation(-1, "I5 a stale event was acted on, for slot " + Invariants.slotOf(token));
        }
    }

    @Override
    public void wakeup() {
        delegate.wakeup();
    }

    @Override
    public Pipes pipes() {
        return pipes;
    }

    @Override
    public int openSockets() {
        return delegate.openSockets();
    }

    @Override
    public void close() {
        delegate.close();
    }

    private void record(int socket, SocketRecord opened) {
        if (socket >= records.length) {
            records = Arrays.copyOf(records, Math.max(socket + 1, 2 * records.length));
        }
        records[socket] = opened;
    }

    private final class WatchedPipes implements Pipes {
        private final Pipes real;

        WatchedPipes(Pipes real) {
            this.real = real;
        }

        @Override
        public int open() {
            final int pipe = real.open();
            seam.onPipeOpened(pipe);
            return pipe;
        }

        @Override
        public int peek(int socket, MutableDirectBuffer buffer, int offset, int length) {
            callCount++;
            failIfDue(socket);
            final int count = real.peek(socket, buffer, offset, length);
            seam.onPeek(records[socket], count);
            return count;
        }

        @Override
        public int fill(int pipe, int socket, int length) {
            callCount++;
            failIfDue(socket);
            final int count = real.fill(pipe, socket, length);
            seam.onFill(records[socket], pipe, count);
            return count;
        }

        @Override
        public int drain(int pipe, int socket, int length) {
            callCount++;
            final int count = real.drain(pipe, socket, length);
            seam.onDrain(records[socket], pipe, length, count);
            return count;
        }

        @Override
        public void close(int pipe) {
            callCount++;
            seam.onPipeClosed(pipe);
            real.close(pipe);
        }

        @Override
        public int openCount() {
            return real.openCount();
        }
    }
}
