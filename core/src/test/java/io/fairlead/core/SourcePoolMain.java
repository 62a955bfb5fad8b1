package io.fairlead.core;

import io.fairlead.core.loop.BalancePolicy;
import io.fairlead.core.loop.PeekMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How many connections a balancer can have at a time on a machine that has few ports to connect from: run in a network
 * namespace of its own, where it can be made such a machine.
 */
final class SourcePoolMain {
    private static final int CLIENT_COUNT = 40;
    private static final int GREETING = 'k';
    private static final int PATIENCE_MS = 20_000;

    private final TransportKind kind;
    private int nextPort = 5000;
    private int nextClientPort = 20_000;

    private SourcePoolMain(TransportKind kind) {
        this.kind = kind;
    }

    /** Argument: the transport. */
    public static void main(String[] args) throws IOException {
        final SourcePoolMain main = new SourcePoolMain(TransportKind.valueOf(args[0].toUpperCase(Locale.ROOT)));
        System.out.println("one backend: " + main.servedCount(1));
        System.out.println("one backend, three sources: " + main.servedCount(1, "127.0.0.2", "127.0.0.3", "127.0.0.4"));
        // Not one of those: whoever closed first still has their ports in TIME_WAIT.
        System.out.println("two backends, one source: " + main.servedCount(2, "127.0.0.5"));
    }

    private int servedCount(int backendCount, String... sources) throws IOException {
        final List<AutoCloseable> open = new ArrayList<>();
        try {
            final BalancerContext context = new BalancerContext()
                    .transportKind(kind)
                    .listen(new InetSocketAddress(host("127.0.0.1"), nextPort++), PeekMode.OFF)
                    .policy(BalancePolicy.ROUND_ROBIN)
                    .pinning(false)
                    .connectionLimit(2 * CLIENT_COUNT)
                    .slabLimit(16)
                    .peekSlabLimit(16);
            for (int i = 0; i < backendCount; i++) {
                final ServerSocket backend = new ServerSocket(nextPort++, CLIENT_COUNT, host("127.0.0.1"));
                open.add(backend);
                greet(backend);
                context.backend(new BackendContext((InetSocketAddress) backend.getLocalSocketAddress())
                        .sources(hosts(List.of(sources))));
            }
            final Balancer balancer = Balancer.launch(context);
            open.add(balancer);
            int served = 0;
            for (int i = 0; i < CLIENT_COUNT; i++) {
                final Socket client = new Socket();
                open.add(client);
                client.setSoTimeout(PATIENCE_MS);
                // From a port outside of the range: one that is bound is not given to who connects from another
                // address.
                client.bind(new InetSocketAddress(host("127.0.1.1"), nextClientPort++));
                client.connect(balancer.listenAddresses().get(0), PATIENCE_MS);
                served += isGreeted(client) ? 1 : 0;
            }
            return served;
        } finally {
            for (final AutoCloseable each : open) {
                close(each);
            }
        }
    }

    private static boolean isGreeted(Socket client) throws IOException {
        try {
            return client.getInputStream().read() == GREETING;
        } catch (final SocketException e) {
            // Not served, and told so by a reset.
            return false;
        }
    }

    private static void greet(ServerSocket backend) {
        final Thread thread = new Thread(() -> {
            final List<Socket> accepted = new ArrayList<>();
            try {
                while (true) {
                    final Socket socket = backend.accept();
                    accepted.add(socket);
                    socket.getOutputStream().write(GREETING);
                }
            } catch (final IOException e) {
                accepted.forEach(SourcePoolMain::close);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static List<InetAddress> hosts(List<String> literals) {
        return literals.stream().map(SourcePoolMain::host).toList();
    }

    private static InetAddress host(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(AutoCloseable closed) {
        try {
            closed.close();
        } catch (final Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
