package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.rules.RendezvousHash;
import io.fairlead.core.simulation.network.NetworkConditions;
import io.fairlead.core.simulation.network.SimulatedNetwork;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.Phase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the clients of a backend go when it fails: 40,000 of them, of which a tenth is concerned if all weigh the same. */
final class FailoverShareTest {
    private static final int CLIENT_COUNT = 40_000;
    private static final int BACKEND_COUNT = 10;
    /** What the largest share may be of an even one. */
    private static final double SHARE_LIMIT = 1.1;
    /** Of 90 shares drawn by lot, one in a thousand times some are further off than so many standard deviations. */
    private static final double DEVIATION_LIMIT = 4.4;

    static Stream<Arguments> weights() {
        return Stream.of(Arguments.of("equal", equal()), Arguments.of("1:2:5", oneTwoFive()));
    }

    private static int[] equal() {
        final int[] weights = new int[BACKEND_COUNT];
        Arrays.fill(weights, 1);
        return weights;
    }

    private static int[] oneTwoFive() {
        final int[] weights = new int[BACKEND_COUNT];
        Arrays.setAll(weights, i -> new int[] {1, 2, 5}[i % 3]);
        return weights;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("weights")
    void shouldSpreadOrphansByWeightAndMoveNobodyElseWhenABackendFails(String name, int[] fleet) {
        new Fleet(fleet).failEachInTurn(name);
    }

    /** What a survivor got of a failed backend's clients, and what it would have got if each had its share by weight. */
    private record Share(int survivor, int count, double even, int orphanCount) {
        double ofEven() {
            return count / even;
        }

        double deviations() {
            return Math.abs(count - even) / Math.sqrt(even * (1 - even / orphanCount));
        }
    }

    /** The backends, and what chooses among them for one client after the other. */
    private static final class Fleet {
        private final LoopState state;
        private final Chooser chooser;
        private final int[] weights;

        Fleet(int[] weights) {
            this.weights = weights;
            final TestSettings settings = new TestSettings();
            settings.pinning = false;
            final SimulatedNetwork network = new SimulatedNetwork(1, new NetworkConditions(), 0);
            state = new LoopState(settings.buildFor(List.of()), network.open(), new BalancerStatus(), 1);
            for (int i = 0; i < weights.length; i++) {
                final String name = "b" + (i + 1);
                final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9001 + i);
                state.addBackend(new Settings.BackendSettings(name, address, weights[i]), RendezvousHash.id64(name));
            }
            final Notices notices = new Notices(state, 0);
            chooser = new Chooser(state, new HotSources(state, new Admission(state, notices, 1), notices), notices);
        }

        private void failEachInTurn(String name) {
            final List<Share> shares = new ArrayList<>();
            final double[] largest = new double[weights.length];
            for (int failed = 0; failed < weights.length; failed++) {
                final List<Share> survivors = fail(failed);
                shares.addAll(survivors);
                largest[failed] =
                        survivors.stream().mapToDouble(Share::ofEven).max().orElseThrow();
            }
            final double[] inAll = inAll(shares);
            final double furthest =
                    shares.stream().mapToDouble(Share::deviations).max().orElseThrow();
            final String figures = String.format(
                    Locale.ROOT,
                    "%s weights, each of %d fails: largest share of even %.3f on average, in all %.3f; furthest %.1f deviations",
                    name,
                    weights.length,
                    Arrays.stream(largest).average().orElseThrow(),
                    Arrays.stream(inAll).max().orElseThrow(),
                    furthest);
            System.out.println(figures);
            // A single share is of a few dozen or hundred clients: by lot alone the largest of nine may pass the limit.
            assertTrue(furthest <= DEVIATION_LIMIT, figures);
            assertTrue(Arrays.stream(inAll).max().orElseThrow() <= SHARE_LIMIT, figures);
            if (name.equals("equal")) {
                assertTrue(Arrays.stream(largest).average().orElseThrow() <= SHARE_LIMIT, figures);
            }
        }

        private List<Share> fail(int failed) {
            final Backend gone = state.backends.get(failed);
            final int[] counts = new int[weights.length];
            int orphanCount = 0;
            for (int client = 0; client < CLIENT_COUNT; client++) {
                final Backend before = choose(client, null);
                gone.draining(true);
                final Backend after = choose(client, null);
                gone.draining(false);
                if (before == gone) {
                    orphanCount++;
                    counts[positionOf(after)]++;
                    assertEquals(
                            after, choose(client, gone), "before its failure is known a retry goes where all go after");
                } else {
                    assertEquals(before, after, "a bystander moves");
                }
            }
            final int weightLeft = Arrays.stream(weights).sum() - weights[failed];
            final List<Share> shares = new ArrayList<>();
            for (int i = 0; i < weights.length; i++) {
                if (i != failed) {
                    shares.add(new Share(i, counts[i], (double) orphanCount * weights[i] / weightLeft, orphanCount));
                }
            }
            return shares;
        }

        /** What each got of what would have been even, over all failures. */
        private double[] inAll(List<Share> shares) {
            final double[] counts = new double[weights.length];
            final double[] evens = new double[weights.length];
            for (final Share share : shares) {
                counts[share.survivor] += share.count;
                evens[share.survivor] += share.even;
            }
            Arrays.setAll(counts, i -> counts[i] / evens[i]);
            return counts;
        }

        private int positionOf(Backend backend) {
            for (int i = 0; i < state.backends.size(); i++) {
                if (state.backends.get(i) == backend) {
                    return i;
                }
            }
            throw new AssertionError("not configured: " + backend.name());
        }

        /** What a new connection of a client gets, after it has tried one or none. */
        private Backend choose(int client, Backend tried) {
            final int slot = state.connections.allocate(Phase.CONNECTING);
            if (client % 4 == 3) {
                state.connections.key(slot, 0x2001_0db8_0000_0000L + client, 0);
            } else {
                state.connections.key(slot, 0, (0xFFFFL << 32) | (0x0b00_0000L + client));
            }
            if (tried != null) {
                state.connections.addAttempt(slot, tried.id());
            }
            final Backend chosen = chooser.choose(slot, 0);
            state.connections.free(slot);
            state.connections.recycle();
            return chosen;
        }
    }
}
