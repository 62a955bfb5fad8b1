package io.fairlead.bench.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.rules.ClientKey;
import io.fairlead.core.rules.RendezvousHash;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExpectedBackendsTest {
    private static final List<String> NAMES = List.of("b0", "b1", "b2", "b3", "b4");
    private static final long SEED = 7;

    @Test
    void shouldAgreeWithTheBalancersHashThoughItSharesNoCode() throws UnknownHostException {
        final Random random = new Random(SEED);
        for (int i = 0; i < 500; i++) {
            final InetAddress client = address(random.nextInt());
            final long ip = client.hashCode() & 0xffff_ffffL;
            final long key = ClientKey.key64(0, 0xffff_0000_0000L | ip);
            final List<String> order = ExpectedBackends.order(NAMES, client);
            for (int rank = 1; rank < order.size(); rank++) {
                final long idBefore = RendezvousHash.id64(order.get(rank - 1));
                final long id = RendezvousHash.id64(order.get(rank));
                assertTrue(
                        RendezvousHash.beats(
                                RendezvousHash.hash(key, idBefore), idBefore, RendezvousHash.hash(key, id), id),
                        () -> client + ": " + order);
            }
        }
    }

    @Test
    void shouldMoveOnlyTheClientsOfAFailedBackendAndNobodyWhenItReturns() throws UnknownHostException {
        final List<InetAddress> clients = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            clients.add(address(i * 0x9E37_79B1));
        }
        final ExpectedBackends expected = new ExpectedBackends(NAMES, clients);
        final List<String> before = backends(expected, clients.size());
        final int orphaned = expected.fail("b2");
        final List<String> after = backends(expected, clients.size());
        assertTrue(orphaned > 100, "a fifth of a thousand");
        int moved = 0;
        for (int i = 0; i < clients.size(); i++) {
            assertNotEquals("b2", after.get(i));
            if (before.get(i).equals("b2")) {
                assertEquals(ExpectedBackends.order(NAMES, clients.get(i)).get(1), after.get(i));
            }
            moved += before.get(i).equals(after.get(i)) ? 0 : 1;
        }
        assertEquals(orphaned, moved);
        expected.recover("b2");
        assertEquals(after, backends(expected, clients.size()));
        assertEquals(0, expected.fail("b2"), "nobody was on it");
    }

    private static List<String> backends(ExpectedBackends expected, int count) {
        final List<String> backends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            backends.add(expected.backend(i));
        }
        return backends;
    }

    private static InetAddress address(int bits) throws UnknownHostException {
        return InetAddress.getByAddress(
                new byte[] {(byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits});
    }
}
