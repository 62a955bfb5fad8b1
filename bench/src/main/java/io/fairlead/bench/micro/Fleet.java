package io.fairlead.bench.micro;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Clients, a balancer and a backend on one thread, over any {@link FleetNetwork}: the caller's thread is all of them in turn, so that a
 * message costs the same calls each time and no hand-over between threads.
 *
 * <p>Clients mask their frames with the key 0, which RFC 6455 section 5.3 allows as any other: the backend's answer is then
 * the same payload behind a shorter header.
 */
final class Fleet implements AutoCloseable {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final int SMALL_LIMIT = 4096;
    private static final int MASK_LENGTH = 4;
    private static final byte FIN_BINARY = (byte) 0x82;
    private static final int MASKED_BIT = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final String REQUEST = head(
            "GET / HTTP/1.1",
            "Host: bench",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

    /** The answer to the key above, from RFC 6455 section 1.3. */
    private static final String ANSWER = head(
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

    private final List<FleetPeer> clients = new ArrayList<>();
    private final List<FleetPeer> backends = new ArrayList<>();
    private final FleetNetwork network;
    private final UnsafeBuffer clientFrame;
    private final UnsafeBuffer backendFrame;
    private final ByteBuffer expected;
    private final int backendHeaderLength;
    private final boolean isSmall;
    private final Balancer balancer;

    /**
     * Connect everything.
     *
     * @param transport one that {@link FleetNetwork#open} knows.
     * @param connectionCount WebSockets.
     * @param messageLength bytes of each payload.
     * @param frameTracking whether the balancer follows frames.
     */
    Fleet(String transport, int connectionCount, int messageLength, boolean frameTracking) throws IOException {
        final byte[] payload = new byte[messageLength];
        new Random(messageLength).nextBytes(payload);
        clientFrame = new UnsafeBuffer(frame(MASKED_BIT, payload));
        expected = frame(0, payload);
        backendFrame = new UnsafeBuffer(expected.duplicate());
        backendHeaderLength = backendFrame.capacity() - messageLength;
        isSmall = messageLength < SMALL_LIMIT;
        network = FleetNetwork.open(transport, connectionCount);
        final int listener = network.peers().listen(loopback(0), connectionCount);
        balancer = Balancer.embed(new BalancerContext()
                .transport(network.balancer())
                .clock(network.clock())
                .listen(loopback(0))
                .backend(loopback(network.peers().localPort(listener)))
                .connectionLimit(connectionCount)
                .frameTracking(frameTracking));
        for (int i = 0; i < connectionCount; i++) {
            connect(listener);
        }
    }

    /**
     * One message on each connection, there and back, every byte of it compared.
     *
     * @return bytes that came back.
     */
    long roundTrips() throws IOException {
        final long endNs = System.nanoTime() + LIMIT_NS;
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).begin();
            backends.get(i).begin();
        }
        for (int i = 0; i < clients.size(); i++) {
            // Small frames fit: all are sent before the balancer is driven. Large ones are pumped one after the other.
            clients.get(i).send(clientFrame, 0, clientFrame.capacity());
            if (!isSmall) {
                await(clients.get(i), backends.get(i), endNs);
            }
        }
        for (int i = 0; i < clients.size(); i++) {
            await(clients.get(i), backends.get(i), endNs);
            sendBack(backends.get(i));
            if (!isSmall) {
                await(backends.get(i), clients.get(i), endNs);
            }
        }
        long length = 0;
        for (int i = 0; i < clients.size(); i++) {
            await(backends.get(i), clients.get(i), endNs);
            length += verifiedLength(clients.get(i));
        }
        return length;
    }

    @Override
    public void close() {
        network.close();
        balancer.close();
    }

    private void connect(int listener) throws IOException {
        final long endNs = System.nanoTime() + LIMIT_NS;
        final Transport peers = network.peers();
        final int client = peers.connect(balancer.listenAddresses().get(0), null);
        while (peers.finishConnect(client) == Transport.CONNECT_PENDING) {
            drive(endNs);
        }
        final FleetPeer asking = new FleetPeer(peers, client, ANSWER.length());
        asking.send(direct(REQUEST), 0, REQUEST.length());
        int accepted = peers.accept(listener);
        while (accepted == Transport.NONE_PENDING) {
            drive(endNs);
            accepted = peers.accept(listener);
        }
        final FleetPeer asked = new FleetPeer(peers, accepted, REQUEST.length());
        await(asking, asked, endNs);
        asked.send(direct(ANSWER), 0, ANSWER.length());
        await(asked, asking, endNs);
        clients.add(new FleetPeer(peers, client, backendFrame.capacity()));
        backends.add(new FleetPeer(peers, accepted, clientFrame.capacity()));
    }

    /** Move what one peer sends until it has arrived whole at the other. */
    private void await(FleetPeer from, FleetPeer to, long endNs) throws IOException {
        while (!to.read()) {
            drive(endNs);
            from.proceed();
        }
    }

    private void drive(long endNs) {
        if (balancer.doWork() == 0 && !network.onIdle() && System.nanoTime() > endNs) {
            throw new IllegalStateException("nothing moves any more");
        }
    }

    /** The client's frame as the backend sends it back: the bytes that came, behind a header without mask. */
    private void sendBack(FleetPeer backend) throws IOException {
        final UnsafeBuffer frame = backend.in();
        frame.putBytes(MASK_LENGTH, backendFrame, 0, backendHeaderLength);
        backend.send(frame, MASK_LENGTH, frame.capacity() - MASK_LENGTH);
    }

    private int verifiedLength(FleetPeer client) {
        if (!client.hasReceived(expected)) {
            throw new IllegalStateException("what came back is not what was sent");
        }
        return expected.capacity();
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static UnsafeBuffer direct(String text) {
        final ByteBuffer bytes = ByteBuffer.allocateDirect(text.length());
        return new UnsafeBuffer(bytes.put(text.getBytes(ISO_8859_1)).flip());
    }

    private static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static ByteBuffer frame(int maskedBit, byte[] payload) {
        final ByteBuffer frame = ByteBuffer.allocateDirect(14 + payload.length).put(FIN_BINARY);
        if (payload.length < LENGTH_16) {
            frame.put((byte) (maskedBit | payload.length));
        } else if (payload.length <= 0xffff) {
            frame.put((byte) (maskedBit | LENGTH_16)).putShort((short) payload.length);
        } else {
            frame.put((byte) (maskedBit | LENGTH_64)).putLong(payload.length);
        }
        if (maskedBit != 0) {
            frame.putInt(0);
        }
        return frame.put(payload).flip().slice();
    }
}
