package io.fairlead.echo;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A blocking socket that sends just the bytes a test wants sent. Reads fail after ten seconds rather than hang. */
final class RawClient implements AutoCloseable {
    private static final String UPGRADE = String.join(
            "\r\n",
            "GET /any HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: keep-alive, Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            "");

    private final Socket socket = new Socket();
    private final DataInputStream in;

    RawClient(EchoServer server) throws IOException {
        this(server, 0);
    }

    RawClient(EchoServer server, int receiveBufferLength) throws IOException {
        if (receiveBufferLength > 0) {
            // Before the connect, or the window is already agreed.
            socket.setReceiveBufferSize(receiveBufferLength);
        }
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        in = new DataInputStream(socket.getInputStream());
    }

    /** Sends a legal upgrade and gives the head of the answer. */
    String upgrade() throws IOException {
        send(UPGRADE);
        return readHead();
    }

    static String upgradeRequest() {
        return UPGRADE;
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Reads up to the blank line. */
    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    /** Reads until the server's FIN. */
    byte[] readAll() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        in.transferTo(bytes);
        return bytes.toByteArray();
    }

    byte[] read(int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    DataInputStream in() {
        return in;
    }

    int localPort() {
        return socket.getLocalPort();
    }

    RawClient shutdownOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Closes with a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
