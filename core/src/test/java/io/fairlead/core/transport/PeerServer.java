package io.fairlead.core.transport;

import java.io.IOException;

/** Listens, on the loopback address, for the transport under test. */
public interface PeerServer {
    /**
     * Where.
     *
     * @return its port.
     */
    int localPort();

    /**
     * Wait for one connection and take it.
     *
     * @return its other end.
     * @throws IOException if none comes.
     */
    Peer accept() throws IOException;
}
