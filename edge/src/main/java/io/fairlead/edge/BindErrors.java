package io.fairlead.edge;

import io.fairlead.core.status.Addresses;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Why an address cannot be listened on. The JDK throws one exception type for all reasons and tells them apart in its
 * text alone, so the reasons are asked of the system again, in the order in which the kernel checks them.
 */
final class BindErrors {
    private static final long CAP_NET_BIND_SERVICE = 1L << 10;
    private static final Path UNPRIVILEGED_PORT_START = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    private static final int DEFAULT_UNPRIVILEGED_PORT_START = 1024;
    private static final String CAPABILITIES = "CapEff:";

    private BindErrors() {}

    /**
     * The sentence for an address that could not be bound.
     *
     * @param purpose what for: {@code listen} or {@code serve admin requests}.
     * @param addresses those that were to be bound; one of them failed.
     * @param error what the system said.
     * @return the exception to throw.
     */
    static StartException explain(String purpose, List<InetSocketAddress> addresses, IOException error) {
        for (final InetSocketAddress address : addresses) {
            final String reason = reason(address);
            if (reason != null) {
                return new StartException(
                        "cannot " + purpose + " on " + Addresses.canonical(address) + ": " + reason, error);
            }
        }
        return new StartException(
                "cannot " + purpose + ": " + error.getMessage() + "; choose another address or port", error);
    }

    /** Null if nothing is wrong with it, any more. */
    private static String reason(InetSocketAddress address) {
        if (!isOfThisMachine(address.getAddress())) {
            return "not an address of this machine; choose one that 'ip address' shows, or 0.0.0.0 for all";
        }
        if (!isPermitted(address.getPort())) {
            return "not permitted; choose a port from " + unprivilegedPortStart()
                    + " up, or run with CAP_NET_BIND_SERVICE";
        }
        return isFree(address) ? null : "address already in use; choose another port or stop the process that holds it";
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (final SocketException expected) {
            return true;
        }
    }

    private static boolean isPermitted(int port) {
        try {
            return mayBind(port, unprivilegedPortStart(), Files.readAllLines(Path.of("/proc/self/status")));
        } catch (final IOException expected) {
            // Not Linux: nothing is known.
            return true;
        }
    }

    /**
     * Whether a process may bind a port.
     *
     * @param port the port.
     * @param unprivilegedPortStart the first one open to everybody.
     * @param processStatus the lines of Linux's {@code /proc/self/status}.
     * @return true if it may, or if the lines do not tell.
     */
    static boolean mayBind(int port, int unprivilegedPortStart, List<String> processStatus) {
        if (port == 0 || port >= unprivilegedPortStart) {
            return true;
        }
        for (final String line : processStatus) {
            if (line.startsWith(CAPABILITIES)) {
                final String mask = line.substring(CAPABILITIES.length()).strip();
                return (Long.parseUnsignedLong(mask, 16) & CAP_NET_BIND_SERVICE) != 0;
            }
        }
        return true;
    }

    /** A sysctl file gives everything to the first read, so that read must not be Files.readString's of one byte. */
    static int unprivilegedPortStart() {
        try (BufferedReader in = Files.newBufferedReader(UNPRIVILEGED_PORT_START)) {
            return Integer.parseInt(in.readLine().strip());
        } catch (final IOException expected) {
            return DEFAULT_UNPRIVILEGED_PORT_START;
        }
    }

    private static boolean isFree(InetSocketAddress address) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(address);
            return true;
        } catch (final IOException expected) {
            return false;
        }
    }
}
