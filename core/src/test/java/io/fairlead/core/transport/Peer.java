package io.fairlead.core.transport;

import java.io.IOException;
import java.net.InetAddress;

/**
 * The other end of a connection of the transport under test. Calls wait, for a while, for what they are to bring about.
 */
public interface Peer {
    /**
     * Send.
     *
     * @param text ASCII, short enough for the buffers on its way.
     * @throws IOException if the connection is broken.
     */
    void send(String text) throws IOException;

    /**
     * Receive.
     *
     * @param length in bytes.
     * @return as many bytes, fewer where the stream ends before.
     * @throws IOException if none come, or, as a {@link java.net.SocketException}, if the connection is reset.
     */
    byte[] receive(int length) throws IOException;

    /**
     * Send FIN, and go on receiving.
     *
     * @throws IOException if the connection is broken.
     */
    void shutdownOutput() throws IOException;

    /**
     * Close with RST.
     *
     * @throws IOException if it cannot.
     */
    void reset() throws IOException;

    /**
     * Close.
     *
     * @throws IOException if it cannot.
     */
    void close() throws IOException;

    /**
     * Its own port.
     *
     * @return as the transport under test sees it.
     */
    int localPort();

    /**
     * Where the transport under test has connected from, or was connected to.
     *
     * @return the address.
     */
    InetAddress remoteAddress();
}
