package io.fairlead.core;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A backend on threads of its own: it answers the handshake of RFC 6455 section 1.3 and then sends back, byte for byte,
 * whatever comes; without a handshake it does so at once.
 */
public final class EchoBackend implements AutoCloseable {
    /** The request it knows. */
    public static final String REQUEST = """
            GET /chat HTTP/1.1\r
            Host: server.example.com\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            \r
            """;

    /** What it answers. */
    public static final String ANSWER = """
            HTTP/1.1 101 Switching Protocols\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
            \r
            """;

    private static final int PATIENCE_MS = 20_000;

    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** Listens at once. */
    public EchoBackend() {
        try {
            server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        startDaemon(this::accept);
    }

    /**
     * Where it listens.
     *
     * @return the address.
     */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
    }

    /**
     * Connect to a balancer and have it upgrade.
     *
     * @param port of the balancer.
     * @return a socket behind the handshake.
     * @throws IOException if that fails.
     */
    public static Socket openWebSocket(int port) throws IOException {
        final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MS);
        socket.setTcpNoDelay(true);
        final String answer = exchange(socket, REQUEST, ANSWER.length());
        if (!answer.equals(ANSWER)) {
            throw new IOException("not upgraded: " + answer);
        }
        return socket;
    }

    /**
     * Send something and read as much as it says.
     *
     * @param socket open.
     * @param request to send.
     * @param answerLength bytes to wait for.
     * @return them.
     * @throws IOException if they do not come.
     */
    public static String exchange(Socket socket, String request, int answerLength) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return new String(socket.getInputStream().readNBytes(answerLength), StandardCharsets.ISO_8859_1);
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = server.accept();
                sockets.add(socket);
                startDaemon(() -> serve(socket));
            }
        } catch (final IOException ignored) {
            // Closed.
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            final InputStream in = socket.getInputStream();
            final ByteArrayOutputStream head = new ByteArrayOutputStream();
            int next = in.read();
            final boolean isHttp = next == 'G';
            while (isHttp && next >= 0) {
                head.write(next);
                next = head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n") ? -1 : in.read();
            }
            if (isHttp) {
                socket.getOutputStream().write(ANSWER.getBytes(StandardCharsets.ISO_8859_1));
            } else if (next >= 0) {
                socket.getOutputStream().write(next);
            }
            in.transferTo(socket.getOutputStream());
        } catch (final IOException ignored) {
            // The other end is gone.
        }
    }

    private static void startDaemon(Runnable action) {
        final Thread thread = new Thread(action, "echo-backend");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (final Socket socket : sockets) {
                socket.close();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
