package io.fairlead.example;

import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import io.fairlead.core.simulation.network.NetworkConditions;
import io.fairlead.core.simulation.network.SimulatedNetwork;
import io.fairlead.core.simulation.network.SimulatedTransport;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.agrona.concurrent.UnsafeBuffer;

// begin example
/** What a client sees when its backend loses power: eleven minutes of a balancer and its peers, in no time. */
public final class SimulatedPowerCut {
    private static final InetSocketAddress FRONT = new InetSocketAddress("10.0.0.1", 80);
    private static final InetSocketAddress BACK = new InetSocketAddress("10.0.0.2", 8765);

    private final SimulatedNetwork network = new SimulatedNetwork(42, new NetworkConditions(), 0); // 42: the seed
    private final SimulatedTransport peers = network.open();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);

    /** No arguments. */
    public static void main(String[] args) throws IOException {
        new SimulatedPowerCut().run();
    }

    private void run() throws IOException {
        final int listener = peers.listen(BACK, 16);
        final BalancerContext context = new BalancerContext()
                .transport(network.open())
                .clock(network.clock())
                .listen(FRONT)
                .backend("b1", BACK, 1)
                .idleTimeout(Duration.ofMinutes(10));
        try (Balancer balancer = Balancer.embed(context)) {
            final int client = peers.connect(FRONT, null);
            pass(balancer, Duration.ofMillis(10));
            peers.finishConnect(client);
            send(client, "hello");
            pass(balancer, Duration.ofMillis(10));
            final int backend = peers.accept(listener);
            System.out.println("backend: " + receive(backend));
            send(backend, "welcome");
            pass(balancer, Duration.ofMillis(10));
            System.out.println("client: " + receive(client));

            peers.vanish(backend); // nobody is told
            pass(balancer, Duration.ofMinutes(9));
            System.out.println("client, 9 minutes later: " + receive(client));
            pass(balancer, Duration.ofMinutes(2));
            System.out.println("client, 11 minutes later: " + receive(client));
        }
    }

    /** The balancer's polls move the clock: to the next arrival, or to the end of their time-out. */
    private void pass(Balancer balancer, Duration duration) {
        final long endNs = network.nowNs() + duration.toNanos();
        while (network.nowNs() < endNs) {
            balancer.doWork(Math.min(100_000_000, endNs - network.nowNs()));
        }
    }

    private void send(int socket, String text) {
        peers.write(socket, buffer, 0, buffer.putStringWithoutLengthAscii(0, text));
    }

    private String receive(int socket) {
        final int length = peers.read(socket, buffer, 0, buffer.capacity());
        return switch (length) {
            case Transport.WOULD_BLOCK -> "nothing";
            case Transport.END_OF_STREAM -> "a FIN";
            case Transport.RESET -> "a reset";
            default -> buffer.getStringWithoutLengthAscii(0, length);
        };
    }
}
// end example
