package io.fairlead.core.status;

import io.fairlead.core.rules.ClientKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Addresses as text. <b>Thread safe.</b> */
public final class Addresses {
    private static final long MAPPED_MARKER = 0xFFFF_0000_0000L;
    private static final long INT_MASK = 0xFFFF_FFFFL;

    private Addresses() {}

    /**
     * The one spelling of a resolved address: {@code a.b.c.d:port} or {@code [v6]:port}, IPv6 after RFC 5952 and without a
     * zone. It is the identity of a backend without a name, so two balancers must spell it alike.
     *
     * @param address resolved.
     * @return the text.
     */
    public static String canonical(InetSocketAddress address) {
        return canonical(address.getAddress(), address.getPort());
    }

    /**
     * The one spelling of an address and a port.
     *
     * @param host an address.
     * @param port a port.
     * @return the text.
     */
    public static String canonical(InetAddress host, int port) {
        final ByteBuffer bytes = ByteBuffer.wrap(host.getAddress());
        final StringBuilder text = new StringBuilder();
        if (bytes.remaining() == Integer.BYTES) {
            ClientKey.appendAddress(text, 0, MAPPED_MARKER | (bytes.getInt() & INT_MASK));
        } else {
            text.append('[');
            ClientKey.appendAddress(text, bytes.getLong(), bytes.getLong());
            text.append(']');
        }
        return text.append(':').append(port).toString();
    }
}
