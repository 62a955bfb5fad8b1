package io.fairlead.core.simulation.network;

import io.fairlead.core.transport.Peer;
import io.fairlead.core.transport.PeerNetwork;
import io.fairlead.core.transport.PeerServer;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Peers in a simulated network: another host in it. Whoever waits moves the network on, event by event, and never the
 * transport under test, which on a real network does nothing between its polls either.
 */
final class SimulatedPeers implements PeerNetwork {
    private static final long TIMEOUT_NS = 10_000_000_000L;
    private static final long IDLE_NS = 100_000;
    private static final InetAddress LOOPBACK = loopback();

    private final SimulatedNetwork network;
    private final SimulatedTransport transport;

    SimulatedPeers(SimulatedNetwork network) {
        this.network = network;
        transport = network.open();
    }

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Peer connect(InetAddress address, int port) throws IOException {
        final int socket = transport.connect(new InetSocketAddress(address, port), null);
        final int outcome =
                socket < 0 ? socket : await(() -> transport.finishConnect(socket), Transport.CONNECT_PENDING);
        if (outcome < 0) {
            throw new ConnectException("connect gave " + outcome);
        }
        return new SimulatedPeer(socket);
    }

    @Override
    public PeerServer listen(int backlogLength) throws IOException {
        return new SimulatedServer(transport.listen(new InetSocketAddress(LOOPBACK, 0), backlogLength));
    }

    @Override
    public int closedPort() {
        return network.ephemeralPort();
    }

    @Override
    public long nowNs() {
        return network.nowNs();
    }

    @Override
    public void onIdle() {
        // A simulated poll that finds some socket ready takes no time.
        network.advanceTo(network.nowNs() + IDLE_NS);
    }

    @Override
    public void close() {
        transport.close();
    }

    /** Let things happen until a call says something else. */
    private int await(IntSupplier call, int notYet) throws SocketTimeoutException {
        final long deadlineNs = network.nowNs() + TIMEOUT_NS;
        int result = call.getAsInt();
        while (result == notYet) {
            if (!network.isBusy() || network.nextEventNs() - deadlineNs > 0) {
                throw new SocketTimeoutException("nothing comes any more");
            }
            network.advanceTo(network.nextEventNs());
            result = call.getAsInt();
        }
        return result;
    }

    private final class SimulatedServer implements PeerServer {
        private final int listener;

        SimulatedServer(int listener) {
            this.listener = listener;
        }

        @Override
        public int localPort() {
            return transport.localPort(listener);
        }

        @Override
        public Peer accept() throws IOException {
            return new SimulatedPeer(await(() -> transport.accept(listener), Transport.NONE_PENDING));
        }
    }

    private final class SimulatedPeer implements Peer {
        private final int socket;

        SimulatedPeer(int socket) {
            this.socket = socket;
        }

        @Override
        public void send(String text) throws IOException {
            final UnsafeBuffer bytes = new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
            int position = 0;
            while (position < bytes.capacity()) {
                final int offset = position;
                position += moved(() -> transport.write(socket, bytes, offset, bytes.capacity() - offset));
            }
        }

        @Override
        public byte[] receive(int length) throws IOException {
            final byte[] bytes = new byte[length];
            final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
            int position = 0;
            while (position < length) {
                final int offset = position;
                final int count = moved(() -> transport.read(socket, buffer, offset, length - offset));
                if (count == Transport.END_OF_STREAM) {
                    break;
                }
                position += count;
            }
            return Arrays.copyOf(bytes, position);
        }

        private int moved(IntSupplier transfer) throws IOException {
            final int count = await(transfer, Transport.WOULD_BLOCK);
            if (count == Transport.RESET) {
                throw new SocketException("Connection reset");
            }
            return count;
        }

        @Override
        public void shutdownOutput() {
            transport.shutdownOutput(socket);
        }

        @Override
        public void reset() {
            transport.reset(socket);
            finishClose();
        }

        @Override
        public void close() {
            transport.close(socket);
            finishClose();
        }

        private void finishClose() {
            transport.poll(0, (token, readiness) -> {});
        }

        @Override
        public int localPort() {
            return transport.localPort(socket);
        }

        @Override
        public InetAddress remoteAddress() {
            final UnsafeBuffer address = new UnsafeBuffer(new byte[Transport.ADDRESS_LENGTH]);
            transport.remoteAddress(socket, address, 0);
            try {
                // The JDK gives an Inet4Address for a mapped one.
                return InetAddress.getByAddress(Arrays.copyOf(address.byteArray(), 16));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
