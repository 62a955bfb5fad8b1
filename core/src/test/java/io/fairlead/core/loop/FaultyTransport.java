package io.fairlead.core.loop;

import io.fairlead.core.transport.Pipes;
import io.fairlead.core.transport.ReadinessHandler;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** A real transport with faults that loopback does not have by itself. */
final class FaultyTransport implements Transport {
    /** What {@link #accept} says instead of accepting, or 0. */
    int acceptOutcome;
    /** What {@link #connect} says instead of connecting, or 0. */
    int connectOutcome;
    /** Towards this address no local port is left, or null. */
    InetSocketAddress portlessAddress;
    /** From these addresses no local port is left. */
    final Set<InetAddress> portlessSources = new HashSet<>();
    /** Where connects were tried from, null for where the system chooses. */
    final List<InetAddress> sources = new ArrayList<>();
    /** Whether connects find no end: {@link #finishConnect} always says pending. */
    boolean isConnectHanging;
    /** Connects to this address alone find no end, or null. */
    InetSocketAddress hangingAddress;
    /** Told of a failure by the next poll, once, before anything else; 0 for nobody. */
    long failedToken;
    /** Most bytes one write takes, or one read gives. */
    int transferLimit = Integer.MAX_VALUE;
    /** Thrown by the next read, once. */
    RuntimeException readDefect;
    /** Most bytes one write takes. */
    int writeLimit = Integer.MAX_VALUE;
    /** Sockets whose writes take nothing, by handle; they still say that they are writable. */
    final BitSet stalled = new BitSet();
    /** Whether it keeps to itself that a socket failed, as java.nio does: who is not read or written does not show it. */
    boolean hidesFailures;
    /** How often interest was changed. */
    long interestChangeCount;

    /** What opening a pipe says instead of opening one, or 0. */
    int pipeOutcome;

    private final Transport delegate;
    /** Null if the transport has none. */
    private final Pipes pipes;

    private final Set<Integer> hangingSockets = new HashSet<>();

    FaultyTransport(Transport delegate) {
        this.delegate = delegate;
        pipes = delegate.pipes() == null ? null : new FaultyPipes(delegate.pipes());
    }

    /** Whoever connects in vain is let through. */
    void releaseHanging() {
        hangingAddress = null;
        hangingSockets.clear();
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
        return acceptOutcome != 0 ? acceptOutcome : delegate.accept(listener);
    }

    @Override
    public int connect(InetSocketAddress address, InetSocketAddress sourceAddress) {
        final InetAddress source = sourceAddress == null ? null : sourceAddress.getAddress();
        sources.add(source);
        if (address.equals(portlessAddress) || portlessSources.contains(source)) {
            return CONNECT_NO_PORT;
        }
        final int socket = connectOutcome != 0 ? connectOutcome : delegate.connect(address, sourceAddress);
        if (socket >= 0 && address.equals(hangingAddress)) {
            hangingSockets.add(socket);
        }
        return socket;
    }

    @Override
    public int finishConnect(int socket) {
        return isConnectHanging || hangingSockets.contains(socket) ? CONNECT_PENDING : delegate.finishConnect(socket);
    }

    @Override
    public void remoteAddress(int socket, MutableDirectBuffer buffer, int offset) {
        delegate.remoteAddress(socket, buffer, offset);
    }

    @Override
    public int register(int socket, long token, int interest) {
        return delegate.register(socket, token, interest);
    }

    @Override
    public void setInterest(int socket, long token, int interest) {
        interestChangeCount++;
        delegate.setInterest(socket, token, interest);
    }

    @Override
    public int read(int socket, MutableDirectBuffer buffer, int offset, int length) {
        throwDefect();
        return delegate.read(socket, buffer, offset, Math.min(length, transferLimit));
    }

    private void throwDefect() {
        if (readDefect != null) {
            final RuntimeException defect = readDefect;
            readDefect = null;
            throw defect;
        }
    }

    @Override
    public int write(int socket, DirectBuffer buffer, int offset, int length) {
        return stalled.get(socket)
                ? WOULD_BLOCK
                : delegate.write(socket, buffer, offset, Math.min(length, Math.min(transferLimit, writeLimit)));
    }

    @Override
    public void shutdownOutput(int socket) {
        delegate.shutdownOutput(socket);
    }

    @Override
    public void reset(int socket) {
        hangingSockets.remove(socket);
        delegate.reset(socket);
    }

    @Override
    public void close(int socket) {
        hangingSockets.remove(socket);
        delegate.close(socket);
    }

    @Override
    public int poll(long timeoutNs, ReadinessHandler handler) throws IOException {
        if (failedToken != 0) {
            final long token = failedToken;
            failedToken = 0;
            handler.onReady(token, FAILED);
        }
        return delegate.poll(timeoutNs, hidesFailures ? withoutFailures(handler) : handler);
    }

    private static ReadinessHandler withoutFailures(ReadinessHandler handler) {
        return (token, readiness) -> {
            if ((readiness & ~FAILED) != 0) {
                handler.onReady(token, readiness & ~FAILED);
            }
        };
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

    /** Pipes with the same faults: a peek and a fill are a read, a drain is a write. */
    private final class FaultyPipes implements Pipes {
        private final Pipes real;

        FaultyPipes(Pipes real) {
            this.real = real;
        }

        @Override
        public int open() {
            return pipeOutcome != 0 ? pipeOutcome : real.open();
        }

        @Override
        public int peek(int socket, MutableDirectBuffer buffer, int offset, int length) {
            throwDefect();
            return real.peek(socket, buffer, offset, Math.min(length, transferLimit));
        }

        @Override
        public int fill(int pipe, int socket, int length) {
            throwDefect();
            return real.fill(pipe, socket, Math.min(length, transferLimit));
        }

        @Override
        public int drain(int pipe, int socket, int length) {
            return stalled.get(socket)
                    ? WOULD_BLOCK
                    : real.drain(pipe, socket, Math.min(length, Math.min(transferLimit, writeLimit)));
        }

        @Override
        public void close(int pipe) {
            real.close(pipe);
        }

        @Override
        public int openCount() {
            return real.openCount();
        }
    }
}
