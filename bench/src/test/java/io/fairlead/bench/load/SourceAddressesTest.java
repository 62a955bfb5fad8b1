package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where clients come from. */
final class SourceAddressesTest {
    private static final int COUNT = 5_000;
    private static final InetSocketAddress TARGET = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    @Test
    void shouldScatterOverNetworksOfTheirOwn() {
        final SourceAddresses scattered = SourceAddresses.scattered(COUNT, 1);
        final Set<Integer> networks = new HashSet<>();
        for (int i = 0; i < COUNT; i++) {
            final byte[] address = bytes(scattered, i);
            assertEquals(127, address[0]);
            assertFalse(address[1] == 0, "servers are there");
            assertTrue(address[3] != 0 && address[3] != -1, "neither a network nor a broadcast");
            assertTrue(networks.add((address[1] & 0xff) << Byte.SIZE | (address[2] & 0xff)));
        }
    }

    @Test
    void shouldGiveTheSameForTheSameSeed() {
        final SourceAddresses first = SourceAddresses.scattered(COUNT, 2);
        final SourceAddresses second = SourceAddresses.scattered(COUNT, 2);
        for (int i = 0; i < COUNT; i++) {
            assertArrayEquals(bytes(first, i), bytes(second, i));
        }
    }

    @Test
    void shouldRefuseMoreThanThereAreNetworks() {
        assertEquals(1, bytes(SourceAddresses.scattered(65_280, 3), 0).length / 4);
        assertThrows(IllegalArgumentException.class, () -> SourceAddresses.scattered(65_281, 3));
    }

    private static byte[] bytes(SourceAddresses addresses, int index) {
        return addresses.get(index, TARGET).getAddress().getAddress();
    }
}
