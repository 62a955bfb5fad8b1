package io.fairlead.bench.gate.workload;

import io.fairlead.bench.gate.Tally;
import io.fairlead.core.transport.ReadinessHandler;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Counts the calls that a balancer makes, and pauses {@link Tally} inside them: what the simulated network does is not the
 * balancer's work.
 *
 * <p><b>Owned by the thread that drives the balancer.</b>
 */
final class SeamTally implements Transport {
    private final Transport transport;
    private final long[] counts = new long[SeamCall.values().length];
    private ReadinessHandler handler;
    private final ReadinessHandler onReady = this::onReady;

    SeamTally(Transport transport) {
        this.transport = transport;
    }

    long count(SeamCall call) {
        return counts[call.ordinal()];
    }

    void reset() {
        Arrays.fill(counts, 0);
    }

    private void begin(SeamCall call) {
        Tally.pause();
        counts[call.ordinal()]++;
    }

    private static int end(int result) {
        Tally.resume();
        return result;
    }

    private void onReady(long token, int readiness) {
        Tally.resume();
        handler.onReady(token, readiness);
        Tally.pause();
    }

    @Override
    public int poll(long timeoutNs, ReadinessHandler told) throws IOException {
        begin(SeamCall.POLL);
        handler = told;
        return end(transport.poll(timeoutNs, onReady));
    }

    @Override
    public int read(int socket, MutableDirectBuffer buffer, int offset, int length) {
        begin(SeamCall.READ);
        return end(transport.read(socket, buffer, offset, length));
    }

    @Override
    public int write(int socket, DirectBuffer buffer, int offset, int length) {
        begin(SeamCall.WRITE);
        return end(transport.write(socket, buffer, offset, length));
    }

    @Override
    public void setInterest(int socket, long token, int interest) {
        begin(SeamCall.SET_INTEREST);
        transport.setInterest(socket, token, interest);
        Tally.resume();
    }

    @Override
    public int register(int socket, long token, int interest) {
        begin(SeamCall.REGISTER);
        return end(transport.register(socket, token, interest));
    }

    @Override
    public int accept(int listener) {
        begin(SeamCall.ACCEPT);
        return end(transport.accept(listener));
    }

    @Override
    public void remoteAddress(int socket, MutableDirectBuffer buffer, int offset) {
        begin(SeamCall.REMOTE_ADDRESS);
        transport.remoteAddress(socket, buffer, offset);
        Tally.resume();
    }

    @Override
    public int connect(InetSocketAddress address, InetSocketAddress sourceAddress) {
        begin(SeamCall.CONNECT);
        return end(transport.connect(address, sourceAddress));
    }

    @Override
    public int finishConnect(int socket) {
        begin(SeamCall.FINISH_CONNECT);
        return end(transport.finishConnect(socket));
    }

    @Override
    public void shutdownOutput(int socket) {
        begin(SeamCall.SHUTDOWN_OUTPUT);
        transport.shutdownOutput(socket);
        Tally.resume();
    }

    @Override
    public void close(int socket) {
        begin(SeamCall.CLOSE);
        transport.close(socket);
        Tally.resume();
    }

    @Override
    public void reset(int socket) {
        begin(SeamCall.RESET);
        transport.reset(socket);
        Tally.resume();
    }

    // Not part of an operation.

    @Override
    public int listen(InetSocketAddress address, int backlogLength) throws IOException {
        return transport.listen(address, backlogLength);
    }

    @Override
    public int localPort(int listener) {
        return transport.localPort(listener);
    }

    @Override
    public int openSockets() {
        return transport.openSockets();
    }

    @Override
    public void wakeup() {
        transport.wakeup();
    }

    @Override
    public void close() {
        transport.close();
    }
}
