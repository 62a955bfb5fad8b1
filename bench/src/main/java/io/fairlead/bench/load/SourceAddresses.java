package io.fairlead.bench.load;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Source addresses in 127.0.0.0/8, all of which a Linux machine owns: a balancer that pins by address sees many clients.
 *
 * <p><b>Immutable.</b>
 */
public final class SourceAddresses {
    private static final int PER_NETWORK = 250;

    private final InetSocketAddress[] addresses;

    /**
     * Addresses from 127.1.0.1 on.
     *
     * @param count how many different ones.
     */
    public SourceAddresses(int count) {
        addresses = new InetSocketAddress[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = new InetSocketAddress(address(i), 0);
        }
    }

    /**
     * One of them, around and around. The port is for the system to pick.
     *
     * @param index from 0.
     * @param target what it is to reach.
     * @return null if none of them can: the target is not on this machine, or not IPv4.
     */
    public InetSocketAddress get(int index, InetSocketAddress target) {
        final InetAddress host = target.getAddress();
        final boolean isReachable = host instanceof Inet4Address && host.isLoopbackAddress();
        return isReachable ? addresses[index % addresses.length] : null;
    }

    private static InetAddress address(int index) {
        final int network = index / PER_NETWORK;
        final byte[] bytes = {
            127, (byte) (1 + network / PER_NETWORK), (byte) (network % PER_NETWORK), (byte) (1 + index % PER_NETWORK)
        };
        try {
            return InetAddress.getByAddress(bytes);
        } catch (final UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
