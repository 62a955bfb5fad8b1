package io.fairlead.bench.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for every forwarder of the experiment. */
@Timeout(20)
abstract class ForwarderTest {
    /** Short, so that much that is underway at once takes many of them. */
    static final int BUFFER_LENGTH = 4096;

    private static final int CONNECTION_COUNT = 100;
    private static final int STALLED_AFTER_MS = 300;
    private static final int CHUNK_LENGTH = 1 << 16;
    private static final long LENGTH_LIMIT = 1L << 30;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Random random = new Random(5);
    private ServerSocket backend;
    private Forwarder forwarder;
    private Future<?> running;

    /** Why it cannot be had here; null if it can. */
    abstract String missing();

    abstract Forwarder forwarder(int backendPort);

    @BeforeEach
    void start() throws IOException {
        final String missing = missing();
        assumeTrue(missing == null, "not tested here: " + missing);
        backend = new ServerSocket(0, CONNECTION_COUNT, InetAddress.getLoopbackAddress());
        forwarder = forwarder(backend.getLocalPort());
        running = threads.submit(forwarder);
    }

    @AfterEach
    void stop() throws Exception {
        if (forwarder != null) {
            forwarder.stop();
            running.get(10, TimeUnit.SECONDS);
            backend.close();
        }
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
    }

    @Test
    void shouldPassBytesAndEndsOfBothSidesWhenEachClosesHalf() throws Exception {
        final byte[] request = bytes(3_000_000);
        final byte[] reply = bytes(2_000_000);
        try (Socket client = connect();
                Socket accepted = backend.accept()) {
            final Future<byte[]> received =
                    threads.submit(() -> accepted.getInputStream().readAllBytes());
            client.getOutputStream().write(request);
            client.shutdownOutput();
            assertArrayEquals(request, received.get());

            final Future<byte[]> replied =
                    threads.submit(() -> client.getInputStream().readAllBytes());
            accepted.getOutputStream().write(reply);
            accepted.shutdownOutput();
            assertArrayEquals(reply, replied.get());
        }
    }

    @Test
    void shouldKeepConnectionsApartWhenThereAreMany() throws Exception {
        final List<Socket> clients = new ArrayList<>();
        final List<Future<Long>> echoes = new ArrayList<>();
        for (int i = 0; i < CONNECTION_COUNT; i++) {
            clients.add(connect());
            final Socket accepted = backend.accept();
            echoes.add(threads.submit(() -> echo(accepted)));
        }
        long sent = 0;
        for (int round = 0; round < 20; round++) {
            final List<byte[]> messages = new ArrayList<>();
            for (final Socket client : clients) {
                messages.add(bytes(1 + random.nextInt(2_000)));
                client.getOutputStream().write(messages.get(messages.size() - 1));
                sent += messages.get(messages.size() - 1).length;
            }
            for (int i = 0; i < CONNECTION_COUNT; i++) {
                final byte[] message = messages.get(i);
                assertArrayEquals(message, clients.get(i).getInputStream().readNBytes(message.length));
            }
        }
        for (final Socket client : clients) {
            client.shutdownOutput();
            assertEquals(-1, client.getInputStream().read());
            client.close();
        }
        long echoed = 0;
        for (final Future<Long> echo : echoes) {
            echoed += echo.get();
        }
        assertEquals(sent, echoed);
    }

    @Test
    void shouldLoseNothingWhenClientReadsLate() throws Exception {
        try (Socket client = connect();
                SocketChannel writer =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), forwarder.port()))) {
            // The first one only shows that a stalled connection leaves the others alone.
            final Future<Long> otherEcho = threads.submit(echoOf(backend.accept()));
            final Future<Long> echo = threads.submit(echoOf(backend.accept()));
            final long written = writeUntilStalled(writer);
            assertTrue(written < LENGTH_LIMIT, "nothing held the writer back");

            final byte[] message = bytes(CHUNK_LENGTH);
            client.getOutputStream().write(message);
            assertArrayEquals(message, client.getInputStream().readNBytes(message.length));

            writer.configureBlocking(true);
            final Future<?> rest = threads.submit(() -> {
                write(writer, written, 3 * CHUNK_LENGTH);
                writer.shutdownOutput();
                return null;
            });
            final long expected = written + 3 * CHUNK_LENGTH;
            assertEquals(expected, verifyPattern(writer.socket().getInputStream()));
            rest.get();
            assertEquals(expected, echo.get());
            client.shutdownOutput();
            assertEquals(message.length, otherEcho.get());
        }
    }

    @Test
    void shouldResetBackendWhenClientResets() throws Exception {
        try (Socket client = connect();
                Socket accepted = backend.accept()) {
            client.getOutputStream().write(1);
            assertEquals(1, accepted.getInputStream().read());
            abort(client);
            assertThrows(SocketException.class, () -> accepted.getInputStream().read());
        }
    }

    @Test
    void shouldResetClientWhenBackendRefuses() throws Exception {
        backend.close();
        try (Socket client = connect()) {
            assertThrows(SocketException.class, () -> client.getInputStream().read());
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), forwarder.port());
    }

    private static void abort(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private byte[] bytes(int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Callable<Long> echoOf(Socket socket) {
        return () -> echo(socket);
    }

    /** Echo until the end, with less memory than a message has. */
    private static long echo(Socket socket) throws IOException {
        try (socket) {
            return socket.getInputStream().transferTo(socket.getOutputStream());
        }
    }

    /** Write the pattern until nothing has found room for a while. */
    private static long writeUntilStalled(SocketChannel writer) throws IOException {
        writer.configureBlocking(false);
        long written = 0;
        try (Selector selector = Selector.open()) {
            final SelectionKey key = writer.register(selector, SelectionKey.OP_WRITE);
            while (written < LENGTH_LIMIT && selector.select(STALLED_AFTER_MS) > 0) {
                selector.selectedKeys().clear();
                written += writer.write(pattern(written, CHUNK_LENGTH));
            }
            key.cancel();
            selector.selectNow();
        }
        return written;
    }

    private static void write(SocketChannel writer, long position, int length) throws IOException {
        final ByteBuffer bytes = pattern(position, length);
        while (bytes.hasRemaining()) {
            writer.write(bytes);
        }
    }

    private static long verifyPattern(InputStream in) throws IOException {
        final byte[] chunk = new byte[CHUNK_LENGTH];
        long position = 0;
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
            assertEquals(ByteBuffer.wrap(chunk, 0, length), pattern(position, length));
            position += length;
        }
        return position;
    }

    /** Bytes that tell where they belong. */
    private static ByteBuffer pattern(long position, int length) {
        final ByteBuffer bytes = ByteBuffer.allocate(length);
        for (int i = 0; i < length; i++) {
            final long word = (position + i) / Long.BYTES * 0x9E3779B97F4A7C15L;
            bytes.put(i, (byte) (word >>> (Byte.SIZE * ((position + i) % Long.BYTES))));
        }
        return bytes;
    }
}
