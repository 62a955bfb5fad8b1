package io.fairlead.bench.load;

import io.fairlead.core.TransportKind;
import io.fairlead.core.status.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * An echo backend and a core balancer before it, each a process of this same jar, for a rig that was given no target.
 *
 * <p><b>Owned by the load thread.</b>
 */
public final class OwnFleet implements AutoCloseable {
    private final ChildProcess echo;
    private final ChildProcess balancer;
    private final String direct;

    private OwnFleet(ChildProcess echo, ChildProcess balancer, String direct) {
        this.echo = echo;
        this.balancer = balancer;
        this.direct = direct;
    }

    /**
     * Start both.
     *
     * @param direct name of the target without a balancer.
     * @throws IOException if one of them does not start.
     */
    public static OwnFleet start(String direct) throws IOException {
        return start(direct, TransportKind.AUTO);
    }

    /**
     * Start both.
     *
     * @param direct name of the target without a balancer.
     * @param transport of the balancer.
     * @throws IOException if one of them does not start.
     */
    public static OwnFleet start(String direct, TransportKind transport) throws IOException {
        final String anyPort = Addresses.canonical(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        final ChildProcess echo = ChildProcess.start("echo", "--name", "b1", "--listen", anyPort);
        try {
            final ChildProcess balancer = ChildProcess.start(
                    "balancer",
                    "--listen",
                    "fairlead=" + anyPort,
                    "--backend",
                    "b1=" + Addresses.canonical(echo.address()),
                    "--transport",
                    transport.name());
            return new OwnFleet(echo, balancer, direct);
        } catch (final IOException e) {
            echo.close();
            throw e;
        }
    }

    /** The backend itself, and the same through the balancer. */
    public List<Target> targets() {
        return List.of(
                new Target(direct, echo.address(), List.of()),
                new Target("fairlead", balancer.address(), List.of(balancer.processId())));
    }

    /** The backend's process. */
    List<Long> echo() {
        return List.of(echo.processId());
    }

    @Override
    public void close() {
        balancer.close();
        echo.close();
    }
}
