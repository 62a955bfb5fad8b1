package io.fairlead.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Source addresses in 127.0.0.0/8, all of which a Linux machine owns: a balancer that pins by address sees many clients.
 *
 * <p><b>Immutable.</b>
 */
final class SourceAddresses {
    private static final int PER_NETWORK = 250;

    private final InetSocketAddress[] addresses;

    /**
     * Addresses from 127.1.0.1 on.
     *
     * @param count how many different ones.
     */
    SourceAddresses(int count) {
        addresses = new InetSocketAddress[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = new InetSocketAddress(address(i), 0);
        }
    }

    /** One of them, around and around. The port is for the system to pick. */
    InetSocketAddress get(int index) {
        return addresses[index % addresses.length];
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
