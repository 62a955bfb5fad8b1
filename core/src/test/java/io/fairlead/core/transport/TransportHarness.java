package io.fairlead.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A transport under test on the loopback interface, blocking peers for it, and polls that end at a deadline. */
abstract class TransportHarness {
    static final long MS = 1_000_000L;
    static final int PEER_TIMEOUT_MS = 10_000;
    static final long DEADLINE_NS = 10_000 * MS;
    static final long SHORT_POLL_NS = 10 * MS;
    static final int BACKLOG_LENGTH = 64;
    static final long LISTENER_TOKEN = 1L << 40;

    final ReadyEvents events = new ReadyEvents();
    final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(64 * 1024));
    Transport transport;

    private final List<AutoCloseable> peers = new ArrayList<>();
    private long nextToken = 7;

    /** A socket of the transport under test, registered with interest 0, and the blocking peer it is connected to. */
    record Pair(int socket, long token, Socket peer) {}

    /**
     * Create the transport to test.
     *
     * @return a new one.
     * @throws IOException if it cannot be opened.
     */
    protected abstract Transport create() throws IOException;

    @BeforeEach
    void openTransport() throws IOException {
        transport = create();
    }

    @AfterEach
    void closeAll() throws Exception {
        transport.close();
        assertEquals(0, transport.openSockets());
        for (AutoCloseable peer : peers) {
            peer.close();
        }
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

    static int closedPort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, address("127.0.0.1"))) {
            return server.getLocalPort();
        }
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

    Socket peerOf(int listener) throws IOException {
        return peerOf(listener, address("127.0.0.1"));
    }

    Socket peerOf(int listener, InetAddress address) throws IOException {
        return keep(new Socket(address, transport.localPort(listener)));
    }

    Socket keep(Socket peer) throws IOException {
        peers.add(peer);
        peer.setSoTimeout(PEER_TIMEOUT_MS);
        return peer;
    }

    ServerSocket server(int backlogLength) throws IOException {
        ServerSocket server = new ServerSocket(0, backlogLength, address("127.0.0.1"));
        peers.add(server);
        server.setSoTimeout(PEER_TIMEOUT_MS);
        return server;
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
        Socket peer = peerOf(listener);
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
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                fail("condition not met within the deadline");
            }
            transport.poll(SHORT_POLL_NS, events);
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

    void write(Pair pair, String text) {
        buffer.putStringWithoutLengthAscii(0, text);
        assertEquals(text.length(), transport.write(pair.socket(), buffer, 0, text.length()));
    }

    static void send(Pair pair, String text) throws IOException {
        pair.peer().getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    static String receive(Pair pair, int length) throws IOException {
        return new String(pair.peer().getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }

    /** Have the peer send RST, and wait until it is here. */
    void resetByPeer(Pair pair) throws IOException {
        pair.peer().setSoLinger(true, 0);
        pair.peer().close();
        awaitReady(pair, Transport.READABLE);
    }
}
