package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.BackendStatus;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which backend a client gets without a pin, and after failures. */
final class ChooserTest {
    private static final int CLIENT_COUNT = 40;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSendClientToItsOwnerWhenPolicyIsSource(boolean pinning) {
        try (LoopHarness harness = LoopHarness.start(3, settings -> settings.pinning = pinning)) {
            final Map<String, Integer> shares = new HashMap<>();
            for (int i = 0; i < CLIENT_COUNT; i++) {
                final String owner = owner(address(i), harness.backends, 1, 1, 1);
                assertEquals(owner, visit(harness, address(i)));
                assertEquals(owner, visit(harness, address(i)));
                shares.merge(owner, 1, Integer::sum);
            }
            assertEquals(3, shares.size(), () -> "all have clients: " + shares);
            assertEquals(pinning ? CLIENT_COUNT : 0, harness.count(LoopCounter.AFFINITY_PIN));
            assertEquals(pinning ? CLIENT_COUNT : 2 * CLIENT_COUNT, harness.count(LoopCounter.AFFINITY_OWNER));
        }
    }

    @Test
    void shouldSendClientToItsOwnerWhenWeightsDiffer() {
        final int[] weights = {1, 2, 5};
        final TestBackend[] backends = backends(weights);
        try (LoopHarness harness = LoopHarness.start(settings -> settings.pinning = false, backends)) {
            final Map<String, Integer> shares = new HashMap<>();
            for (int i = 0; i < CLIENT_COUNT; i++) {
                final String owner = owner(address(i), harness.backends, weights);
                assertEquals(owner, visit(harness, address(i)));
                shares.merge(owner, 1, Integer::sum);
            }
            assertTrue(shares.get("b3") > shares.get("b1"), () -> "by weight: " + shares);
        }
    }

    @Test
    void shouldTakeSmoothTurnsWhenPolicyIsRoundRobin() {
        try (LoopHarness harness = LoopHarness.start(
                settings -> {
                    settings.policy = BalancePolicy.ROUND_ROBIN;
                    settings.pinning = false;
                },
                backends(5, 1, 1))) {
            final List<String> turns = new ArrayList<>();
            for (int i = 0; i < 14; i++) {
                turns.add(visit(harness, address(0)));
            }
            // The order of nginx's smooth weighted round-robin for weights 5, 1 and 1.
            final List<String> round = List.of("b1", "b1", "b2", "b1", "b3", "b1", "b1");
            assertEquals(round, turns.subList(0, 7));
            assertEquals(round, turns.subList(7, 14));
            assertEquals(14, harness.count(LoopCounter.AFFINITY_BALANCE));
        }
    }

    @Test
    void shouldSkipDrainedWhenPolicyIsRoundRobin() {
        try (LoopHarness harness = LoopHarness.start(3, settings -> {
            settings.policy = BalancePolicy.ROUND_ROBIN;
            settings.pinning = false;
        })) {
            harness.loop.drainBackend("b2", true);
            final List<String> turns = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                turns.add(visit(harness, null));
            }
            assertEquals(List.of("b1", "b3", "b1", "b3"), turns);
        }
    }

    @Test
    void shouldFillByWeightWhenPolicyIsLeastConnections() {
        try (LoopHarness harness = LoopHarness.start(
                settings -> {
                    settings.policy = BalancePolicy.LEAST_CONNECTIONS;
                    settings.pinning = false;
                },
                backends(1, 1, 2))) {
            final Map<String, Integer> held = new HashMap<>();
            final List<LoopHarness.WebSocketPair> ofFirst = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                final LoopHarness.WebSocketPair pair = harness.openWebSocket(address(i));
                final String name = harness.backendOf(pair.backend()).name();
                held.merge(name, 1, Integer::sum);
                if (name.equals("b1")) {
                    ofFirst.add(pair);
                }
            }
            assertEquals(Map.of("b1", 4, "b2", 4, "b3", 8), held);
            end(harness, ofFirst.get(0));
            end(harness, ofFirst.get(1));
            assertEquals("b1", visit(harness, address(99)));
        }
    }

    @Test
    void shouldPreferOwnerWhenLoadsAreEqual() {
        try (LoopHarness harness = LoopHarness.start(3, settings -> {
            settings.policy = BalancePolicy.LEAST_CONNECTIONS;
            settings.pinning = false;
        })) {
            for (int i = 0; i < 10; i++) {
                assertEquals(owner(address(i), harness.backends, 1, 1, 1), visit(harness, address(i)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(BalancePolicy.class)
    void shouldMoveNobodyElseWhenBackendIsAdded(BalancePolicy policy) {
        try (LoopHarness harness = LoopHarness.start(3, settings -> settings.policy = policy)) {
            final TestBackend added = harness.backends.get(2);
            harness.loop.removeBackend(added.name());
            final Map<String, String> homes = visitAll(harness, 0, CLIENT_COUNT);
            harness.loop.addBackend(added.settings());
            assertEquals(homes, visitAll(harness, 0, CLIENT_COUNT), "who is pinned stays");
            assertTrue(visitAll(harness, CLIENT_COUNT, CLIENT_COUNT + 20).containsValue(added.name()));
        }
    }

    @Test
    void shouldMoveOnlyToTheNewcomerWhenBackendIsAddedWithoutPins() {
        try (LoopHarness harness = LoopHarness.start(3, settings -> settings.pinning = false)) {
            final TestBackend added = harness.backends.get(2);
            harness.loop.removeBackend(added.name());
            final Map<String, String> homes = visitAll(harness, 0, CLIENT_COUNT);
            harness.loop.addBackend(added.settings());
            visitAll(harness, 0, CLIENT_COUNT)
                    .forEach((client, home) ->
                            assertTrue(home.equals(added.name()) || home.equals(homes.get(client)), client));
        }
    }

    @ParameterizedTest
    @EnumSource(BalancePolicy.class)
    void shouldMoveOnlyItsClientsWhenBackendGoesDownAndNobodyWhenItReturns(BalancePolicy policy) {
        try (LoopHarness harness = LoopHarness.start(3, settings -> settings.policy = policy)) {
            final Map<String, String> before = visitAll(harness, 0, CLIENT_COUNT);
            final TestBackend down = harness.backends.get(0);
            down.down();
            final Map<String, String> during = visitAll(harness, 0, CLIENT_COUNT);
            final HashSet<String> heirs = new HashSet<>();
            before.forEach((client, home) -> {
                if (home.equals(down.name())) {
                    assertNotEquals(home, during.get(client));
                    heirs.add(during.get(client));
                } else {
                    assertEquals(home, during.get(client), client);
                }
            });
            assertEquals(2, heirs.size(), "the orphans are spread");
            final LoopHarness.WebSocketPair held = harness.openWebSocket(address(0));
            down.up();
            assertEquals(during, visitAll(harness, 0, CLIENT_COUNT), "whoever is pinned stays");
            held.client().send("still here");
            harness.stepUntil(() -> held.backend().text().equals("still here"), "whoever is connected stays");
        }
    }

    @Test
    void shouldGoToSecondInTheClientsOrderWhenOwnerRefuses() {
        try (LoopHarness harness = LoopHarness.start(3, settings -> settings.pinning = false)) {
            final TestBackend down = harness.backends.get(1);
            down.down();
            final List<TestBackend> up = List.of(harness.backends.get(0), harness.backends.get(2));
            int moved = 0;
            for (int i = 0; i < CLIENT_COUNT; i++) {
                moved += owner(address(i), harness.backends, 1, 1, 1).equals(down.name()) ? 1 : 0;
                assertEquals(owner(address(i), up, 1, 1), visit(harness, address(i)));
            }
            assertTrue(moved > 0);
            assertEquals(moved, harness.count(LoopCounter.AFFINITY_RETRY));
            assertEquals(moved, harness.count(LoopCounter.RETRIES));
        }
    }

    @Test
    void shouldAnswerUnavailableWhenEveryBackendIsDrained() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            harness.loop.drainBackend("b1", true);
            harness.loop.drainBackend("b2", true);
            final TestPeer client = harness.connect();
            client.send(Handshake.REQUEST);
            harness.stepUntil(() -> client.text().startsWith("HTTP/1.1 503 "), "the client is told");
            client.finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.NO_BACKEND));
        }
    }

    @Test
    void shouldKeepConnectionWhenItsBackendIsRemoved() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(address(1));
            harness.loop.removeBackend(harness.backendOf(pair.backend()).name());
            pair.client().send("still here");
            harness.stepUntil(() -> pair.backend().text().equals("still here"), "its connection lives on");
            assertNotEquals(harness.backendOf(pair.backend()).name(), visit(harness, address(1)));
            assertEquals(
                    BackendState.REMOVED, harness.status.backends().get(1).state(), "seen while it has connections");
            pair.client().reset();
            harness.stepUntil(() -> harness.status.backends().size() == 1, "and forgotten with the last");
        }
    }

    @Test
    void shouldChooseByNewWeightsFromTheNextChoiceOnWhenPolicyIsSource() {
        try (LoopHarness harness = LoopHarness.start(3, settings -> settings.pinning = false)) {
            int moved = 0;
            for (int i = 0; i < CLIENT_COUNT; i++) {
                final String before = owner(address(i), harness.backends, 1, 1, 1);
                final String after = owner(address(i), harness.backends, 1, 6, 1);
                assertEquals(before, visit(harness, address(i)));
                harness.loop.weighBackend("b2", 6);
                assertEquals(after, visit(harness, address(i)));
                assertTrue(after.equals(before) || after.equals("b2"), "nobody moves but to the heavier one");
                moved += after.equals(before) ? 0 : 1;
                harness.loop.weighBackend("b2", 1);
            }
            assertTrue(moved > 0, "somebody moves");
        }
    }

    @Test
    void shouldFillByNewWeightsWhenPolicyIsLeastConnections() {
        try (LoopHarness harness = LoopHarness.start(2, settings -> {
            settings.policy = BalancePolicy.LEAST_CONNECTIONS;
            settings.pinning = false;
        })) {
            final Map<String, Integer> held = new HashMap<>();
            for (int i = 0; i < 4; i++) {
                held.merge(open(harness, address(i)), 1, Integer::sum);
            }
            assertEquals(Map.of("b1", 2, "b2", 2), held);
            harness.loop.weighBackend("b2", 3);
            for (int i = 4; i < 8; i++) {
                held.merge(open(harness, address(i)), 1, Integer::sum);
            }
            assertEquals(Map.of("b1", 2, "b2", 6), held);
        }
    }

    @Test
    void shouldTakeTurnsByNewWeightsWhenPolicyIsRoundRobin() {
        try (LoopHarness harness = LoopHarness.start(3, settings -> {
            settings.policy = BalancePolicy.ROUND_ROBIN;
            settings.pinning = false;
        })) {
            assertEquals(List.of("b1", "b2", "b3"), turns(harness, 3));
            harness.loop.weighBackend("b1", 5);
            assertEquals(List.of("b1", "b1", "b2", "b1", "b3", "b1", "b1"), turns(harness, 7));
        }
    }

    @Test
    void shouldNotMakeUpForTurnsOfOldWeightsWhenPolicyIsRoundRobin() {
        try (LoopHarness harness = LoopHarness.start(
                settings -> {
                    settings.policy = BalancePolicy.ROUND_ROBIN;
                    settings.pinning = false;
                },
                backends(1_000, 999))) {
            assertEquals(List.of("b1"), turns(harness, 1));
            harness.loop.weighBackend("b1", 1);
            harness.loop.weighBackend("b2", 1);
            assertEquals(List.of("b1", "b2", "b1", "b2"), turns(harness, 4));
        }
    }

    @Test
    void shouldKeepTurnsWhenBackendIsGivenTheWeightItHas() {
        try (LoopHarness harness = LoopHarness.start(2, settings -> {
            settings.policy = BalancePolicy.ROUND_ROBIN;
            settings.pinning = false;
        })) {
            assertEquals(List.of("b1"), turns(harness, 1));
            harness.loop.weighBackend("b1", 1);
            assertEquals(List.of("b2", "b1"), turns(harness, 2));
        }
    }

    @ParameterizedTest
    @EnumSource(BalancePolicy.class)
    void shouldMoveNeitherPinnedNorConnectedWhenBackendIsWeighed(BalancePolicy policy) {
        try (LoopHarness harness = LoopHarness.start(3, settings -> settings.policy = policy)) {
            final Map<String, String> homes = visitAll(harness, 0, CLIENT_COUNT);
            final LoopHarness.WebSocketPair held = harness.openWebSocket(address(0));
            harness.loop.weighBackend("b1", 1_000);
            assertEquals(homes, visitAll(harness, 0, CLIENT_COUNT), "who is pinned stays");
            held.client().send("still here");
            harness.stepUntil(() -> held.backend().text().equals("still here"), "who is connected stays");
        }
    }

    @Test
    void shouldShowNewWeightAndLeaveDrainedOneDrainedWhenBackendIsWeighed() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            harness.loop.drainBackend("b2", true);
            harness.loop.weighBackend("b2", 7);
            assertEquals(
                    List.of(1, 7),
                    harness.status.backends().stream()
                            .map(BackendStatus::weight)
                            .toList());
            assertEquals(BackendState.DRAINING, harness.status.backends().get(1).state());
            assertEquals("b1", visit(harness, address(1)));
            assertEquals("b1", visit(harness, address(2)));
        }
    }

    @Test
    void shouldWeighNobodyWhenNameIsUnknownOrBackendIsRemoved() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final LoopHarness.WebSocketPair held = harness.openWebSocket(address(1));
            final String removed = harness.backendOf(held.backend()).name();
            harness.loop.removeBackend(removed);
            for (final String name : List.of(removed, "b9")) {
                final NoSuchElementException e =
                        assertThrows(NoSuchElementException.class, () -> harness.loop.weighBackend(name, 2));
                assertEquals("no backend is named " + name, e.getMessage());
            }
            assertTrue(harness.status.backends().stream().allMatch(backend -> backend.weight() == 1));
        }
    }

    static TestBackend[] backends(int... weights) {
        final TestBackend[] backends = new TestBackend[weights.length];
        for (int i = 0; i < weights.length; i++) {
            backends[i] = new TestBackend("b" + (i + 1), weights[i], 0);
        }
        return backends;
    }

    /** An address of this machine, the same for the same number. */
    static String address(int number) {
        return "127." + (1 + number % 13) + "." + number * 7 % 256 + "." + (1 + number % 250);
    }

    /** Which backend each of some clients gets, by address. */
    static Map<String, String> visitAll(LoopHarness harness, int from, int to) {
        final Map<String, String> homes = new HashMap<>();
        for (int i = from; i < to; i++) {
            homes.put(address(i), visit(harness, address(i)));
        }
        return homes;
    }

    private static List<String> turns(LoopHarness harness, int count) {
        final List<String> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            turns.add(visit(harness, null));
        }
        return turns;
    }

    /** Open a WebSocket, leave it open, and tell which backend answered. */
    private static String open(LoopHarness harness, String source) {
        return harness.backendOf(harness.openWebSocket(source).backend()).name();
    }

    /** Open a WebSocket, end it, and tell which backend answered. */
    static String visit(LoopHarness harness, String source) {
        final LoopHarness.WebSocketPair pair = harness.openWebSocket(source);
        final String name = harness.backendOf(pair.backend()).name();
        end(harness, pair);
        return name;
    }

    static void end(LoopHarness harness, LoopHarness.WebSocketPair pair) {
        final long ended = harness.terminations();
        pair.client().reset();
        harness.stepUntil(() -> harness.terminations() == ended + 1, "the connection ends");
        harness.stepUntil(pair.backend()::isOver, "the backend sees the end");
    }

    /** Rendezvous hashing as {@code RendezvousHash} and {@code ClientKey} document it, written down a second time. */
    static String owner(String client, List<TestBackend> backends, int... weights) {
        final byte[] quad = new InetSocketAddress(client, 1).getAddress().getAddress();
        final long lo = (0xFFFFL << 32) | (ByteBuffer.wrap(quad).getInt() & 0xFFFF_FFFFL);
        final long key = splitMix(splitMix(0) ^ lo);
        final boolean isWeighted = Arrays.stream(weights).distinct().count() > 1;
        String owner = null;
        double bestScore = -1;
        long bestHash = 0;
        for (int i = 0; i < weights.length; i++) {
            final long hash = splitMix(key ^ sha256(backends.get(i).name()));
            final double unit = ((hash >>> 11) + 0.5) / Math.pow(2, 53);
            final double score = -weights[i] / StrictMath.log(unit);
            if (owner == null || (isWeighted ? score > bestScore : Long.compareUnsigned(hash, bestHash) > 0)) {
                owner = backends.get(i).name();
                bestScore = score;
                bestHash = hash;
            }
        }
        return owner;
    }

    private static long splitMix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private static long sha256(String name) {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
