package io.fairlead.edge.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A backend that does what the test does: each connection is accepted, read and answered by hand. */
final class ScriptedBackend implements AutoCloseable {
    private static final int BACKLOG_LENGTH = 50;
    private static final int FULL_AFTER_MS = 300;

    private final ServerSocket listener;
    private final List<Socket> fillers = new ArrayList<>();

    private ScriptedBackend(int backlogLength) throws IOException {
        listener = new ServerSocket(0, backlogLength, InetAddress.getLoopbackAddress());
        listener.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Await.PATIENCE_SECONDS));
    }

    ScriptedBackend() throws IOException {
        this(BACKLOG_LENGTH);
    }

    /** One that cannot be connected and does not refuse: its queue is full, so the kernel drops what comes. */
    static ScriptedBackend deaf() throws IOException {
        final ScriptedBackend backend = new ScriptedBackend(1);
        boolean isFull = false;
        while (!isFull) {
            final Socket filler = new Socket();
            backend.fillers.add(filler);
            try {
                filler.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), backend.port()), FULL_AFTER_MS);
            } catch (final SocketTimeoutException expected) {
                isFull = true;
            }
        }
        return backend;
    }

    /** A port that refuses: it was free a moment ago. */
    static int refusingPort() throws IOException {
        try (ScriptedBackend backend = new ScriptedBackend()) {
            return backend.port();
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    RawPeer accept() throws IOException {
        return new RawPeer(listener.accept());
    }

    @Override
    public void close() throws IOException {
        for (final Socket filler : fillers) {
            filler.close();
        }
        listener.close();
    }
}
