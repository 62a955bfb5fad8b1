package io.fairlead.core.transport;

import java.io.IOException;
import java.net.InetAddress;

/**
 * What is around the transport under test: the peers it talks to, and the time they share. Everything is used by the one
 * thread of a test: {@link BlockingPeers} wait for the operating system, a simulated network is moved on by those who wait.
 */
public interface PeerNetwork extends AutoCloseable {
    /**
     * Connect to a listener of the transport under test.
     *
     * @param address of the listener.
     * @param port of the listener.
     * @return the connected peer.
     * @throws IOException if it is refused.
     */
    Peer connect(InetAddress address, int port) throws IOException;

    /**
     * Listen for the transport under test.
     *
     * @param backlogLength how many connections may wait.
     * @return a server on the loopback address.
     * @throws IOException if it cannot.
     */
    PeerServer listen(int backlogLength) throws IOException;

    /**
     * A port to be refused at.
     *
     * @return one that nobody listens on.
     * @throws IOException if none is found.
     */
    int closedPort() throws IOException;

    /**
     * The time in which polls wait.
     *
     * @return nanoseconds on a monotonic clock.
     */
    long nowNs();

    /** A poll was made for nothing: let time pass, where it does not by itself. */
    void onIdle();

    /** Close every peer and server. */
    @Override
    void close() throws IOException;
}
