package io.fairlead.bench.failover;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A WebSocket server that tells its name, or does whatever else a test wants. <b>Thread safe.</b> */
final class TellingServer implements AutoCloseable {
    private static final int TEXT = 0x1;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;
    private static final int FIN = 0x80;
    private static final int MASK_LENGTH = 4;

    /** What it does with those who come. */
    enum Conduct {
        ANSWER,
        SILENT,
        REFUSE,
        MIX_UP,
        PING_FIRST
    }

    private final String name;
    private final ServerSocket listener;
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private final AtomicInteger acceptedCount = new AtomicInteger();
    private final AtomicInteger pongCount = new AtomicInteger();
    private final AtomicInteger closeCount = new AtomicInteger();
    private volatile Conduct conduct = Conduct.ANSWER;

    TellingServer(String name) throws IOException {
        this.name = name;
        listener = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        run("accept", this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    void conduct(Conduct next) {
        conduct = next;
    }

    int acceptedCount() {
        return acceptedCount.get();
    }

    int pongCount() {
        return pongCount.get();
    }

    /** Closes that clients began or answered. */
    int closeCount() {
        return closeCount.get();
    }

    /** End every connection without a word. */
    void cut() throws IOException {
        for (final Socket client : clients) {
            client.close();
        }
        clients.clear();
    }

    /** Begin the Close handshake with everybody. */
    void dismiss(int code) throws IOException {
        for (final Socket client : clients) {
            send(client, CLOSE, ByteBuffer.allocate(2).putShort((short) code).array());
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }

    private void accept() throws IOException {
        while (true) {
            final Socket client = listener.accept();
            acceptedCount.incrementAndGet();
            run("client", () -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException {
        try (client) {
            final DataInputStream in = new DataInputStream(client.getInputStream());
            final String head = head(in);
            if (conduct == Conduct.REFUSE) {
                client.getOutputStream().write("HTTP/1.1 503 Service Unavailable\r\n\r\n".getBytes(ISO_8859_1));
                return;
            }
            client.getOutputStream()
                    .write(("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: " + accept(head) + "\r\n\r\n")
                            .getBytes(ISO_8859_1));
            clients.add(client);
            if (conduct == Conduct.PING_FIRST) {
                send(client, PING, "are you there".getBytes(UTF_8));
            }
            while (serveFrame(client, in)) {
                // On to the next.
            }
        } finally {
            clients.remove(client);
        }
    }

    private boolean serveFrame(Socket client, DataInputStream in) throws IOException {
        final int opcode = in.readUnsignedByte() & 0xf;
        final byte[] mask = new byte[MASK_LENGTH];
        final byte[] payload = new byte[in.readUnsignedByte() & 0x7f];
        in.readFully(mask);
        in.readFully(payload);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % MASK_LENGTH];
        }
        if (opcode == CLOSE) {
            closeCount.incrementAndGet();
            send(client, CLOSE, payload);
            return false;
        }
        if (opcode == PONG && "are you there".equals(new String(payload, UTF_8))) {
            pongCount.incrementAndGet();
        }
        if (opcode == TEXT && conduct != Conduct.SILENT) {
            final String text = new String(payload, UTF_8);
            send(client, TEXT, (name + " " + (conduct == Conduct.MIX_UP ? "9" + text : text)).getBytes(UTF_8));
        }
        return true;
    }

    private static void send(Socket client, int opcode, byte[] payload) throws IOException {
        final byte[] frame = new byte[2 + payload.length];
        frame[0] = (byte) (FIN | opcode);
        frame[1] = (byte) payload.length;
        System.arraycopy(payload, 0, frame, 2, payload.length);
        final OutputStream out = client.getOutputStream();
        synchronized (client) {
            out.write(frame);
        }
    }

    private static String head(DataInputStream in) throws IOException {
        final StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    private static String accept(String head) {
        final String field = "Sec-WebSocket-Key: ";
        final int start = head.indexOf(field) + field.length();
        final String key = head.substring(start, head.indexOf('\r', start));
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1)));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(String name, Work work) {
        final Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (final IOException ignored) {
                        // The other side, or the test, has ended it.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }
}
