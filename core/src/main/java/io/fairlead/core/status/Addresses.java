package io.fairlead.core.status;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as text. <b>Thread safe.</b> */
public final class Addresses {
    private Addresses() {}

    /**
     * The one spelling of a resolved address: {@code a.b.c.d:port} or {@code [v6]:port}. It is the identity of a backend
     * without a name, so two balancers must spell it alike.
     *
     * @param address resolved.
     * @return the text.
     */
    public static String canonical(InetSocketAddress address) {
        final InetAddress host = address.getAddress();
        final String text = host.getHostAddress();
        return (host instanceof Inet6Address ? "[" + text + "]" : text) + ":" + address.getPort();
    }
}
