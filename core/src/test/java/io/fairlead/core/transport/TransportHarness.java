package io.fairlead.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A transport under test on the loopback interface, peers for it, and polls that end at a deadline. */
abstract class TransportHarness {
    static final long MS = 1_000_000L;
    static final long DEADLINE_NS = 10_000 * MS;
    static final long SHORT_POLL_NS = 10 * MS;
    static final int BACKLOG_LENGTH = 64;
    static final long LISTENER_TOKEN = 1L << 40;

    final ReadyEvents events = new ReadyEvents();
    final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(64 * 1024));
    Transport transport;

    private PeerNetwork peers;
    private long nextToken = 7;

    /** A socket of the transport under test, registered with interest 0, and the peer it is connected to. */
    record Pair(int socket, long token, Peer peer) {}

    /**
     * Create what is around the transport to test, before {@link #create()}.
     *
     * @return a new network.
     */
    protected abstract PeerNetwork createPeers();

    /**
     * Create the transport to test.
     *
     * @return a new one.
     * @throws IOException if it cannot be opened.
     */
    protected abstract Transport create() throws IOException;

    /**
     * Whether few bytes are read and written in one call, as on a loopback interface. Where they are not, the helpers here
     * go on until all have moved.
     *
     * @return true unless the network is made to break them up.
     */
    protected boolean movesFewBytesAtOnce() {
        return true;
    }

    @BeforeEach
    void openTransport() throws IOException {
        peers = createPeers();
        transport = create();
    }

    @AfterEach
    void closeAll() throws IOException {
        transport.close();
        assertEquals(0, transport.openSockets());
        peers.close();
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(address("127.0.0.1"), port);
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    long nowNs() {
        return peers.nowNs();
    }

    int closedPort() throws IOException {
        return peers.closedPort();
    }

    int listen() throws IOException {
        return listen(loopback(0));
    }

    int listen(InetSocketAddress address) throws IOException {
        int listener = transport.listen(address, BACKLOG_LENGTH);
        assertTrue(listener >= 0);
        assertEquals(0, transport.register(listener, LISTENER_TOKEN, Transport.READABLE));
        return listener;
    }

    Peer peerOf(int listener) throws IOException {
        return peerOf(listener, address("127.0.0.1"));
    }

    Peer peerOf(int listener, InetAddress address) throws IOException {
        return peers.connect(address, transport.localPort(listener));
    }

    void assertRefused(int port) {
        assertThrows(IOException.class, () -> peers.connect(address("127.0.0.1"), port));
    }

    PeerServer server(int backlogLength) throws IOException {
        return peers.listen(backlogLength);
    }

    int acceptOne(int listener) throws IOException {
        awaitReady(LISTENER_TOKEN, Transport.READABLE);
        int socket = transport.accept(listener);
        assertTrue(socket >= 0, () -> "accept gave " + socket);
        return socket;
    }

    Pair pair() throws IOException {
        int listener = listen();
        Pair pair = pair(listener);
        transport.close(listener);
        return pair;
    }

    Pair pair(int listener) throws IOException {
        Peer peer = peerOf(listener);
        int socket = acceptOne(listener);
        long token = newToken();
        assertEquals(0, transport.register(socket, token, 0));
        return new Pair(socket, token, peer);
    }

    long newToken() {
        return nextToken++;
    }

    /** Connect and wait for the outcome; the socket is then registered for WRITABLE under the token. */
    int awaitConnect(int socket, long token) throws IOException {
        if (socket < 0) {
            return socket;
        }
        assertEquals(0, transport.register(socket, token, Transport.WRITABLE));
        awaitReady(token, Transport.WRITABLE | Transport.FAILED);
        return transport.finishConnect(socket);
    }

    void pollOnce() throws IOException {
        events.clear();
        transport.poll(0, events);
    }

    void pollUntil(BooleanSupplier condition) throws IOException {
        long deadlineNs = nowNs() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            if (nowNs() - deadlineNs > 0) {
                fail("condition not met within the deadline");
            }
            transport.poll(SHORT_POLL_NS, events);
            peers.onIdle();
        }
    }

    void awaitReady(long token, int readiness) throws IOException {
        events.clear();
        pollUntil(() -> (events.readiness(token) & readiness) != 0);
    }

    void awaitReady(Pair pair, int interest) throws IOException {
        transport.setInterest(pair.socket(), pair.token(), interest);
        awaitReady(pair.token(), interest | Transport.FAILED);
    }

    boolean isReported(long token, int readiness) throws IOException {
        pollOnce();
        return (events.readiness(token) & readiness) != 0;
    }

    String read(Pair pair, int length) throws IOException {
        int position = 0;
        while (position < length) {
            awaitReady(pair, Transport.READABLE);
            int count = transport.read(pair.socket(), buffer, position, length - position);
            assertTrue(count >= 0, () -> "read gave " + count);
            position += count;
        }
        return buffer.getStringWithoutLengthAscii(0, length);
    }

    void write(Pair pair, String text) throws IOException {
        buffer.putStringWithoutLengthAscii(0, text);
        assertWrites(text.length(), pair, buffer, 0, text.length());
    }

    /** Read once and have so many bytes; on a network that breaks them up, as often as it takes. */
    void assertReads(int expected, Pair pair, MutableDirectBuffer target, int offset, int length) throws IOException {
        int count = transport.read(pair.socket(), target, offset, length);
        while (!movesFewBytesAtOnce() && count >= 0 && count < expected) {
            awaitReady(pair, Transport.READABLE);
            int more = transport.read(pair.socket(), target, offset + count, length - count);
            assertTrue(more > 0, () -> "read gave " + more);
            count += more;
        }
        assertEquals(expected, count);
    }

    /** Write once and be rid of so many bytes; on a network that breaks them up, as often as it takes. */
    void assertWrites(int expected, Pair pair, DirectBuffer source, int offset, int length) throws IOException {
        int count = transport.write(pair.socket(), source, offset, length);
        while (!movesFewBytesAtOnce() && count >= 0 && count < expected) {
            awaitReady(pair, Transport.WRITABLE);
            int more = transport.write(pair.socket(), source, offset + count, length - count);
            assertTrue(more > 0, () -> "write gave " + more);
            count += more;
        }
        assertEquals(expected, count);
    }

    /** The next poll tells of bytes that are left; on a network that breaks them up, one that follows. */
    void assertStillReadable(Pair pair) throws IOException {
        if (movesFewBytesAtOnce()) {
            assertTrue(isReported(pair.token(), Transport.READABLE));
        } else {
            awaitReady(pair, Transport.READABLE);
        }
    }

    static void send(Pair pair, String text) throws IOException {
        pair.peer().send(text);
    }

    static String receive(Pair pair, int length) throws IOException {
        return new String(pair.peer().receive(length), StandardCharsets.US_ASCII);
    }

    static void assertSeesEnd(Peer peer) throws IOException {
        assertEquals(0, peer.receive(1).length);
    }

    static void assertSeesReset(Peer peer) {
        assertThrows(SocketException.class, () -> peer.receive(64));
    }

    /** Have the peer send RST, and wait until it is here. */
    void resetByPeer(Pair pair) throws IOException {
        pair.peer().reset();
        awaitReady(pair, Transport.READABLE);
    }

    /** No socket is ready, and a poll waits. */
    void assertWaits(long timeoutNs) throws IOException {
        long startNs = nowNs();
        assertEquals(0, transport.poll(timeoutNs, events));
        long waitedNs = nowNs() - startNs;
        assertTrue(waitedNs >= timeoutNs && waitedNs < DEADLINE_NS, () -> waitedNs + " ns waited of " + timeoutNs);
    }

    /** No socket is ready, and a poll returns all the same. */
    void assertDoesNotWait() throws IOException {
        long startNs = nowNs();
        assertEquals(0, transport.poll(2 * DEADLINE_NS, events));
        assertTrue(nowNs() - startNs < DEADLINE_NS);
    }
}
