package io.fairlead.core.simulation.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.transport.ReadinessHandler;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.agrona.concurrent.UnsafeBuffer;

/** Two hosts of a simulated network, and a client on the one connected to a server on the other. */
abstract class NetworkHarness {
    static final long SEED = Long.getLong("fairlead.seed", 1);
    static final long MS = 1_000_000;
    static final long SECOND = 1_000 * MS;
    static final int BACKLOG_LENGTH = 8;
    static final InetSocketAddress SERVICE = new InetSocketAddress(address(new byte[] {10, 0, 0, 1}), 80);
    static final ReadinessHandler IGNORE = (token, readiness) -> {};

    final NetworkConditions conditions = new NetworkConditions();
    final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64 * 1024]);
    SimulatedNetwork network;
    SimulatedTransport left;
    SimulatedTransport right;
    int listener;
    int client;
    int server;

    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Open the hosts; the right one listens. */
    void open(long seed, long startNs) {
        network = new SimulatedNetwork(seed, conditions, startNs);
        left = network.open();
        right = network.open();
        listener = listen(SERVICE, BACKLOG_LENGTH);
    }

    int listen(InetSocketAddress address, int backlogLength) {
        try {
            return right.listen(address, backlogLength);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Connect the left host to the right one. */
    void connect() {
        client = left.connect(SERVICE, null);
        settle();
        assertEquals(Transport.CONNECT_DONE, left.finishConnect(client));
        server = right.accept(listener);
        assertTrue(server >= 0);
    }

    void openAndConnect() {
        open(SEED, 0);
        connect();
    }

    /** Let everything happen that is on its way. */
    void settle() {
        while (network.isBusy()) {
            network.advanceTo(network.nextEventNs());
        }
    }

    int write(SimulatedTransport transport, int socket, int length) {
        return transport.write(socket, buffer, 0, length);
    }

    int read(SimulatedTransport transport, int socket, int length) {
        return transport.read(socket, buffer, 0, length);
    }
}
