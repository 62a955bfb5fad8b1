package io.fairlead.bench.experiment;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/**
 * The least that forwards TCP: it accepts, connects to one backend on 127.0.0.1, moves bytes, passes each side's end on, and
 * makes an abort of one side an abort of the other. <b>Owned by the thread that calls {@link #run}</b>, but for {@link #stop}.
 */
abstract class Forwarder implements Runnable {
    final Libc libc = new Libc();
    final Sockets sockets;
    final int listener;

    private final int port;
    private volatile boolean isStopped;

    /**
     * Listen.
     *
     * @param port of 127.0.0.1; 0 for any that is free.
     * @param backendPort of 127.0.0.1.
     */
    Forwarder(int port, int backendPort) {
        sockets = new Sockets(libc, backendPort);
        listener = sockets.listen(port);
        this.port = sockets.port(listener);
    }

    /** The port it listens on. <b>Thread safe.</b> */
    final int port() {
        return port;
    }

    final boolean isStopped() {
        return isStopped;
    }

    /** Forward until stopped, then close everything. */
    @Override
    public abstract void run();

    /** Have {@link #run} return. <b>Thread safe.</b> */
    final void stop() throws IOException {
        isStopped = true;
        // A client is what it waits for anyway.
        new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port).close();
    }
}
