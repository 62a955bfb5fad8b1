package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.fairlead.core.rules.AgentAnswer;
import io.fairlead.core.rules.ClientKey;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Phase;
import io.fairlead.core.transport.NioTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two balancers that never talk choose alike, and a client that is retried goes where it will be sent once the failure is
 * known: one move, not two.
 */
final class AgreementTest {
    private static final int CLIENT_COUNT = 10_000;
    private static final int[] EQUAL = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    private static final int[] UNEQUAL = {1, 2, 5, 1, 2, 5, 1, 2, 5, 3};

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldChooseAlikeWhateverTheOrderOfBackends(boolean isEqual) throws IOException {
        final int[] weights = isEqual ? EQUAL : UNEQUAL;
        try (Balancer one = new Balancer(weights, false, 1);
                Balancer other = new Balancer(weights, true, 2)) {
            assertAgree(one, other);
            for (int i = 0; i < weights.length; i++) {
                one.down("b" + i);
                other.down("b" + i);
                assertAgree(one, other);
                one.up("b" + i);
                other.up("b" + i);
            }
            // So many that the backups join: two of the ten are.
            for (int i = 0; i < 5; i++) {
                one.down("b" + i);
                other.down("b" + i);
            }
            assertAgree(one, other);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRetryWhereTheClientBelongsOnceTheFailureIsKnown(boolean isEqual) throws IOException {
        final int[] weights = isEqual ? EQUAL : UNEQUAL;
        try (Balancer balancer = new Balancer(weights, false, 3)) {
            final String[] retried = new String[CLIENT_COUNT];
            final String[] first = new String[CLIENT_COUNT];
            for (int client = 0; client < CLIENT_COUNT; client++) {
                first[client] = balancer.choose(client, null);
                retried[client] = balancer.choose(client, first[client]);
                assertNotEquals(first[client], retried[client]);
            }
            for (int i = 0; i < weights.length; i++) {
                final String failed = "b" + i;
                balancer.down(failed);
                for (int client = 0; client < CLIENT_COUNT; client++) {
                    final String expected = first[client].equals(failed) ? retried[client] : first[client];
                    assertEquals(expected, balancer.choose(client, null));
                }
                balancer.up(failed);
            }
        }
    }

    private static void assertAgree(Balancer one, Balancer other) {
        for (int client = 0; client < CLIENT_COUNT; client++) {
            assertEquals(one.choose(client, null), other.choose(client, null));
        }
    }

    /** A loop of which only the choice is used: the last two of its backends are backups. */
    private static final class Balancer implements AutoCloseable {
        private final ForwardingLoop loop;
        private final ConnectionTable connections;
        private final UnsafeBuffer address = new UnsafeBuffer(new byte[ClientKey.ADDRESS_LENGTH]);

        Balancer(int[] weights, boolean isShuffled, long seed) throws IOException {
            final List<Settings.BackendSettings> backends = new ArrayList<>();
            for (int i = 0; i < weights.length; i++) {
                backends.add(new Settings.BackendSettings(
                        "b" + i,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1 + i),
                        weights[i],
                        List.of(),
                        0,
                        i >= weights.length - 2,
                        null));
            }
            final TestSettings settings = new TestSettings();
            settings.pinning = false;
            if (isShuffled) {
                Collections.shuffle(backends, new Random(seed));
                // Other ids besides another order.
                Collections.rotate(backends, 1);
            }
            loop = new ForwardingLoop(
                    settings.buildFor(backends),
                    NioTransport.open(),
                    new ManualClock(),
                    0,
                    seed,
                    new BalancerStatus(),
                    new DistinctErrorLog(new UnsafeBuffer(ByteBuffer.allocateDirect(64 * 1024)), () -> 0));
            connections = loop.state().connections;
        }

        /** Where a client goes without a pin, after it tried another backend in vain, if not null. */
        String choose(int client, String tried) {
            address.setMemory(0, ClientKey.ADDRESS_LENGTH, (byte) 0);
            ClientKey.parseAddress("10." + client / 65_536 + '.' + client / 256 % 256 + '.' + client % 256, address, 0);
            final int slot = connections.allocate(Phase.PEEKING);
            connections.key(slot, ClientKey.hi(address, 0, 32, 64), ClientKey.lo(address, 0, 32, 64));
            if (tried != null) {
                connections.addAttempt(slot, loop.state().backends.byName(tried).id());
            }
            final Backend chosen = loop.chooser().choose(slot, 0);
            connections.free(slot);
            connections.recycle();
            return chosen.name();
        }

        void down(String name) {
            say(name, "down\n");
        }

        void up(String name) {
            say(name, "up\n");
        }

        private void say(String name, String line) {
            final byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
            loop.health()
                    .onAgent(
                            loop.state().backends.byName(name),
                            AgentAnswer.of(new UnsafeBuffer(Arrays.copyOf(bytes, bytes.length)), 0, bytes.length),
                            0);
        }

        @Override
        public void close() {
            loop.close();
        }
    }
}
