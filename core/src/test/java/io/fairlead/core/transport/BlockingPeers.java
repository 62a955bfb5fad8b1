package io.fairlead.core.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Peers on a real network: the JDK's blocking sockets. */
final class BlockingPeers implements PeerNetwork {
    private static final int TIMEOUT_MS = 10_000;

    private final List<Closeable> sockets = new ArrayList<>();

    @Override
    public Peer connect(InetAddress address, int port) throws IOException {
        return peer(new Socket(address, port));
    }

    @Override
    public PeerServer listen(int backlogLength) throws IOException {
        ServerSocket server = new ServerSocket(0, backlogLength, TransportHarness.address("127.0.0.1"));
        sockets.add(server);
        server.setSoTimeout(TIMEOUT_MS);
        return new BlockingServer(server);
    }

    @Override
    public int closedPort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, TransportHarness.address("127.0.0.1"))) {
            return server.getLocalPort();
        }
    }

    @Override
    public long nowNs() {
        return System.nanoTime();
    }

    @Override
    public void onIdle() {
        // Time passes by itself.
    }

    @Override
    public void close() throws IOException {
        for (Closeable socket : sockets) {
            socket.close();
        }
    }

    private Peer peer(Socket socket) throws IOException {
        sockets.add(socket);
        socket.setSoTimeout(TIMEOUT_MS);
        return new BlockingPeer(socket);
    }

    private final class BlockingServer implements PeerServer {
        private final ServerSocket server;

        BlockingServer(ServerSocket server) {
            this.server = server;
        }

        @Override
        public int localPort() {
            return server.getLocalPort();
        }

        @Override
        public Peer accept() throws IOException {
            return peer(server.accept());
        }
    }

    private record BlockingPeer(Socket socket) implements Peer {
        @Override
        public void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public byte[] receive(int length) throws IOException {
            return socket.getInputStream().readNBytes(length);
        }

        @Override
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        @Override
        public int localPort() {
            return socket.getLocalPort();
        }

        @Override
        public InetAddress remoteAddress() {
            return socket.getInetAddress();
        }
    }
}
