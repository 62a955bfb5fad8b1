package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A blocking socket, client or backend, that sends just the bytes a test wants sent. A read fails rather than hang. */
final class RawPeer implements AutoCloseable {
    private static final int PATIENCE_MS = (int) TimeUnit.SECONDS.toMillis(Await.PATIENCE_SECONDS);
    private static final int QUIET_MS = 200;
    private static final int CHUNK_LENGTH = 64 * 1024;
    private static final byte[] BLANK_LINE = {'\r', '\n', '\r', '\n'};

    /** How a peer may end. */
    enum End {
        FIN,
        RESET
    }

    private final Socket socket;
    private final DataInputStream in;

    /** One that is connected. */
    RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    static RawPeer connect(int port) throws IOException {
        return connect("127.0.0.1", port);
    }

    /** A client from a source address of its own. */
    static RawPeer connect(String source, int port) throws IOException {
        final Socket socket = new Socket();
        socket.bind(new InetSocketAddress(source, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MS);
        return new RawPeer(socket);
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Send for as long as the other end takes it. A write that hangs for good is cut off and fails. @return the bytes. */
    long sendUntilReset(byte[] bytes) {
        final CompletableFuture<Void> cutOff = new CompletableFuture<>();
        final Executor later = CompletableFuture.delayedExecutor(PATIENCE_MS, TimeUnit.MILLISECONDS);
        later.execute(() -> {
            cutOff.complete(null);
            closeQuietly();
        });
        long length = 0;
        try {
            while (true) {
                socket.getOutputStream().write(bytes);
                length += bytes.length;
            }
        } catch (final IOException expected) {
            assertTrue(!cutOff.isDone(), "nobody read, and nobody ended it");
        }
        return length;
    }

    /** Everything up to and including a blank line. */
    String readHead() throws IOException {
        final ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < BLANK_LINE.length) {
            final int b = in.readUnsignedByte();
            head.write(b);
            matched = b == BLANK_LINE[matched] ? matched + 1 : b == BLANK_LINE[0] ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    byte[] read(int length) throws IOException {
        final byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    String readText(int length) throws IOException {
        return new String(read(length), StandardCharsets.ISO_8859_1);
    }

    /** Everything up to the FIN. */
    String readToEnd() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Read on, whatever comes. @return how it ended. */
    End awaitEnd() throws IOException {
        final byte[] chunk = new byte[CHUNK_LENGTH];
        try {
            int length = 0;
            while (length >= 0) {
                length = in.read(chunk);
            }
            return End.FIN;
        } catch (final SocketException e) {
            return End.RESET;
        }
    }

    /** The next byte if one comes within a time, else −1; −2 at the end. */
    int readWithin(int timeoutMs) throws IOException {
        socket.setSoTimeout(timeoutMs);
        try {
            final int b = in.read();
            return b < 0 ? -2 : b;
        } catch (final SocketTimeoutException expected) {
            return -1;
        } finally {
            socket.setSoTimeout(PATIENCE_MS);
        }
    }

    /** Nothing comes for a while, neither bytes nor an end. */
    void assertQuiet() throws IOException {
        socket.setSoTimeout(QUIET_MS);
        assertThrows(SocketTimeoutException.class, in::read);
        socket.setSoTimeout(PATIENCE_MS);
    }

    /** Make the handshake, which must succeed. @return the head of the answer. */
    String upgrade() throws IOException {
        send(WebSocketBytes.REQUEST);
        return assertSwitched();
    }

    /** The answer that comes is a 101. @return its head. */
    String assertSwitched() throws IOException {
        final String head = readHead();
        assertTrue(head.startsWith("HTTP/1.1 101 ") && head.contains(WebSocketBytes.ACCEPT), head);
        return head;
    }

    /** Send a short text message and take the answer. */
    String ask(String text) throws IOException {
        send(WebSocketBytes.maskedText(text));
        return readMessage();
    }

    /** A short message from a server. */
    String readMessage() throws IOException {
        assertEquals(0x81, in.readUnsignedByte());
        final int length = in.readUnsignedByte();
        assertTrue(length < 126, "a longer message than was asked for");
        return new String(read(length), StandardCharsets.UTF_8);
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** End with a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void closeQuietly() {
        try {
            socket.close();
        } catch (final IOException ignored) {
            // It was to be cut off, and it is.
        }
    }
}
