package io.fairlead.bench.micro;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Clients, a balancer and a backend on one thread, over real sockets: the caller's thread is all of them in turn, so that a
 * message costs the same system calls each time and no hand-over between threads.
 *
 * <p>Clients mask their frames with the key 0, which RFC 6455 section 5.3 allows as any other: the backend's answer is then
 * the same payload behind a shorter header.
 */
final class LoopbackFleet implements AutoCloseable {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);
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

    private final List<LoopbackPeer> clients = new ArrayList<>();
    private final List<LoopbackPeer> backends = new ArrayList<>();
    private final ByteBuffer clientFrame;
    private final ByteBuffer backendFrame;
    private final int backendHeaderLength;
    private final Balancer balancer;

    /**
     * Connect everything.
     *
     * @param connectionCount WebSockets.
     * @param messageLength bytes of each payload.
     * @param frameTracking whether the balancer follows frames.
     */
    LoopbackFleet(int connectionCount, int messageLength, boolean frameTracking) throws IOException {
        final byte[] payload = new byte[messageLength];
        new Random(messageLength).nextBytes(payload);
        clientFrame = frame(MASKED_BIT, payload);
        backendFrame = frame(0, payload);
        backendHeaderLength = backendFrame.capacity() - messageLength;
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            balancer = Balancer.embed(new BalancerContext()
                    .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .backend((InetSocketAddress) listener.getLocalAddress())
                    .connectionLimit(connectionCount)
                    .frameTracking(frameTracking));
            listener.configureBlocking(false);
            for (int i = 0; i < connectionCount; i++) {
                connect(listener);
            }
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
        long length = 0;
        for (int i = 0; i < clients.size(); i++) {
            // Small frames fit: all are sent before the balancer is driven. Large ones are pumped one after the other.
            if (clientFrame.capacity() < 4096) {
                clients.get(i).write(clientFrame.clear());
            } else {
                pump(clients.get(i), clientFrame.clear(), backends.get(i), endNs);
            }
        }
        for (int i = 0; i < clients.size(); i++) {
            await(backends.get(i), endNs);
            backends.get(i).write(answer(backends.get(i).in()));
            if (clientFrame.capacity() >= 4096) {
                pump(backends.get(i), backends.get(i).in(), clients.get(i), endNs);
            }
        }
        for (int i = 0; i < clients.size(); i++) {
            await(clients.get(i), endNs);
            length += verified(clients.get(i).in());
        }
        return length;
    }

    @Override
    public void close() throws IOException {
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).close();
            backends.get(i).close();
        }
        balancer.close();
    }

    private void connect(ServerSocketChannel listener) throws IOException {
        final long endNs = System.nanoTime() + LIMIT_NS;
        final SocketChannel client =
                SocketChannel.open(balancer.listenAddresses().get(0));
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        final LoopbackPeer asking = new LoopbackPeer(client, ANSWER.length());
        asking.write(ByteBuffer.wrap(REQUEST.getBytes(ISO_8859_1)));
        SocketChannel accepted = listener.accept();
        while (accepted == null) {
            drive(endNs);
            accepted = listener.accept();
        }
        accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
        final LoopbackPeer asked = new LoopbackPeer(accepted, REQUEST.length());
        await(asked, endNs);
        asked.write(ByteBuffer.wrap(ANSWER.getBytes(ISO_8859_1)));
        await(asking, endNs);
        clients.add(new LoopbackPeer(client, backendFrame.capacity()));
        backends.add(new LoopbackPeer(accepted, clientFrame.capacity()));
    }

    private void await(LoopbackPeer peer, long endNs) throws IOException {
        while (!peer.read()) {
            drive(endNs);
        }
    }

    private void pump(LoopbackPeer from, ByteBuffer frame, LoopbackPeer to, long endNs) throws IOException {
        from.write(frame);
        while (!to.read()) {
            drive(endNs);
            if (frame.hasRemaining()) {
                from.write(frame);
            }
        }
    }

    private void drive(long endNs) {
        if (balancer.doWork() == 0 && System.nanoTime() > endNs) {
            throw new IllegalStateException("nothing moves any more");
        }
    }

    /** The client's frame as the backend sends it back: the bytes that came, behind a header without mask. */
    private ByteBuffer answer(ByteBuffer frame) {
        frame.clear().position(MASK_LENGTH);
        frame.put(MASK_LENGTH, backendFrame, 0, backendHeaderLength);
        return frame;
    }

    private int verified(ByteBuffer frame) {
        if (frame.flip().mismatch(backendFrame.clear()) != -1) {
            throw new IllegalStateException("what came back is not what was sent");
        }
        return frame.limit();
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
