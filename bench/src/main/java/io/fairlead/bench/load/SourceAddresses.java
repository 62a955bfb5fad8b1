package io.fairlead.bench.load;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Source addresses in 127.0.0.0/8, all of which a Linux machine owns: a balancer that pins by address sees many clients.
 *
 * <p><b>Immutable.</b>
 */
public final class SourceAddresses {
    private static final int PER_NETWORK = 250;

    /** Networks of 24 bits in 127.1.0.0 to 127.255.255.255: 127.0.0.0/16 is left to servers. */
    private static final int NETWORK_COUNT = 255 * 256;

    private static final int LAST_HOST = 254;

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

    private SourceAddresses(InetSocketAddress[] addresses) {
        this.addresses = addresses;
    }

    /**
     * Addresses in networks of 24 bits of their own, so that who takes such a network for one client sees many as well.
     *
     * @param count how many different ones.
     * @param seed the same gives the same addresses.
     * @throws IllegalArgumentException if there are not so many networks.
     */
    public static SourceAddresses scattered(int count, long seed) {
        if (count > NETWORK_COUNT) {
            throw new IllegalArgumentException(
                    "127.0.0.0/8 has no more than " + NETWORK_COUNT + " networks for clients");
        }
        final SplittableRandom random = new SplittableRandom(seed);
        final BitSet taken = new BitSet(NETWORK_COUNT);
        final InetSocketAddress[] addresses = new InetSocketAddress[count];
        for (int i = 0; i < count; i++) {
            int network = random.nextInt(NETWORK_COUNT);
            while (taken.get(network)) {
                network = random.nextInt(NETWORK_COUNT);
            }
            taken.set(network);
            addresses[i] = new InetSocketAddress(
                    address(127, 1 + (network >> Byte.SIZE), network & 0xff, 1 + random.nextInt(LAST_HOST)), 0);
        }
        return new SourceAddresses(addresses);
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
        return address(127, 1 + network / PER_NETWORK, network % PER_NETWORK, 1 + index % PER_NETWORK);
    }

    private static InetAddress address(int first, int second, int third, int fourth) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) first, (byte) second, (byte) third, (byte) fourth});
        } catch (final UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
