package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.PinTable;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a client is pinned, when its pin counts (I10), and how it loses it. */
final class PinningTest {
    private static final String CLIENT = "127.9.8.7";
    private static final Duration PIN_TIMEOUT = Duration.ofMinutes(10);

    @ParameterizedTest
    @EnumSource(BalancePolicy.class)
    void shouldReturnToItsBackendWhenClientReconnects(BalancePolicy policy) {
        try (LoopHarness harness = LoopHarness.start(3, settings -> settings.policy = policy)) {
            final Map<String, String> homes = ChooserTest.visitAll(harness, 0, 20);
            assertEquals(3, new HashSet<>(homes.values()).size(), "all backends have clients");
            for (int i = 0; i < 2; i++) {
                assertEquals(homes, ChooserTest.visitAll(harness, 0, 20));
            }
            assertEquals(40, harness.count(LoopCounter.AFFINITY_PIN));
            homes.forEach((client, home) -> assertEquals(home, harness.lookUpPin(client)));
        }
    }

    @Test
    void shouldPinWhenBackendAnswersAndNotBefore() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect(CLIENT);
            client.send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            harness.steps(5);
            assertNull(harness.lookUpPin(CLIENT));
            backend.send("H");
            harness.stepUntil(() -> "b1".equals(harness.lookUpPin(CLIENT)), "the first byte of an answer pins");
            assertEquals(1, harness.count(LoopCounter.PINS_LIVE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0\1\2", "GET / HTTP/1.1\r\nHost: h\r\n\r\n"})
    void shouldPinAtFirstAnswerWhenNotWebSocket(String request) {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final TestPeer client = harness.connect(CLIENT);
            client.send(request);
            final TestPeer backend = harness.awaitRequest(request);
            harness.steps(5);
            assertNull(harness.lookUpPin(CLIENT));
            backend.send("x");
            harness.stepUntil(() -> "b1".equals(harness.lookUpPin(CLIENT)), "the answer pins");
        }
    }

    @Test
    void shouldNotPinWhenBackendLeavesWithoutAWord() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(CLIENT);
            pair.backend().finish();
            pair.client().finish();
            harness.stepUntilEnded(1);
            assertNull(harness.lookUpPin(CLIENT));
        }
    }

    @Test
    void shouldRewritePinOnlyAtTheNextBackendsAnswerWhenPinnedOneRefuses() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final String first = ChooserTest.visit(harness, CLIENT);
            backend(harness, first).down();
            final TestPeer client = harness.connect(CLIENT);
            client.send(Handshake.REQUEST);
            final TestPeer second = harness.awaitRequest(Handshake.REQUEST);
            assertEquals(first, harness.lookUpPin(CLIENT), "nobody has answered yet");
            second.send(Handshake.ANSWER);
            harness.stepUntil(() -> client.text().equals(Handshake.ANSWER), "the answer arrives");
            final String next = harness.backendOf(second).name();
            assertNotEquals(first, next);
            assertEquals(next, harness.lookUpPin(CLIENT));
        }
    }

    @Test
    void shouldFollowPinThatTurnsUpWhileConnecting() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            harness.transport.isConnectHanging = true;
            final TestPeer client = harness.connect(CLIENT);
            client.send(Handshake.REQUEST);
            harness.stepUntil(
                    () -> harness.loop.state().backends.get(0).activeCount()
                                    + harness.loop.state().backends.get(1).activeCount()
                            > 0,
                    "it connects");
            final int slot = harness.slotOf(client);
            final String other = otherThan(harness, slot).name();
            plantPin(harness, slot, otherThan(harness, slot));
            harness.transport.isConnectHanging = false;
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            assertEquals(other, harness.backendOf(backend).name());
            assertEquals(1, harness.count(LoopCounter.AFFINITY_PIN));
        }
    }

    @Test
    void shouldKeepNewHomeWhenDrainedBackendResumes() {
        try (LoopHarness harness = LoopHarness.start(3)) {
            final Map<String, String> before = ChooserTest.visitAll(harness, 0, 20);
            harness.loop.drainBackend("b1", true);
            final Map<String, String> during = ChooserTest.visitAll(harness, 0, 10);
            during.forEach((client, home) -> {
                assertNotEquals("b1", home);
                assertTrue(before.get(client).equals("b1") || home.equals(before.get(client)), client);
            });
            harness.loop.drainBackend("b1", false);
            assertEquals(during, ChooserTest.visitAll(harness, 0, 10), "pins that were rewritten stay");
            for (int i = 10; i < 20; i++) {
                final String client = ChooserTest.address(i);
                assertEquals(before.get(client), ChooserTest.visit(harness, client), "who stayed away comes back");
            }
        }
    }

    @Test
    void shouldServeConnectionButNotUsePinWhenBackendIsDrained() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(CLIENT);
            final String first = harness.backendOf(pair.backend()).name();
            harness.loop.drainBackend(first, true);
            pair.client().send("old connections live on");
            harness.stepUntil(() -> pair.backend().text().equals("old connections live on"), "it arrives");
            assertNotEquals(first, ChooserTest.visit(harness, CLIENT));
            ChooserTest.end(harness, pair);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldForgetPinWhenBackendIsRemoved(boolean isConnected) {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(CLIENT);
            final String first = harness.backendOf(pair.backend()).name();
            if (!isConnected) {
                ChooserTest.end(harness, pair);
            }
            harness.loop.removeBackend(first);
            assertNull(harness.lookUpPin(CLIENT), "the pins of a removed backend are forgotten");
            assertNotEquals(first, ChooserTest.visit(harness, CLIENT));
        }
    }

    @Test
    void shouldNotReviveOldPinsWhenNameIsUsedAgain() {
        try (LoopHarness harness = LoopHarness.start(2, settings -> settings.policy = BalancePolicy.ROUND_ROBIN)) {
            assertEquals("b1", ChooserTest.visit(harness, CLIENT));
            harness.loop.removeBackend("b1");
            harness.loop.addBackend(harness.backends.get(0).settings());
            assertNull(harness.lookUpPin(CLIENT), "the pin was to the one before");
            final String home = ChooserTest.visit(harness, CLIENT);
            assertEquals(home, ChooserTest.visit(harness, CLIENT));
            assertEquals(home, harness.lookUpPin(CLIENT));
        }
    }

    @Test
    void shouldRunIdleTimeFromTheEndOfTheLastConnection() {
        try (LoopHarness harness = LoopHarness.start(2, settings -> settings.pinTimeout = PIN_TIMEOUT)) {
            final LoopHarness.WebSocketPair first = harness.openWebSocket(CLIENT);
            final LoopHarness.WebSocketPair last = harness.openWebSocket(CLIENT);
            final String home = harness.lookUpPin(CLIENT);
            ChooserTest.end(harness, first);
            harness.advance(Duration.ofMinutes(50));
            assertEquals(home, harness.lookUpPin(CLIENT), "a live pin never expires");
            assertEquals(1, harness.count(LoopCounter.PINS_LIVE));
            ChooserTest.end(harness, last);
            assertEquals(0, harness.count(LoopCounter.PINS_LIVE));
            harness.advance(PIN_TIMEOUT.minusSeconds(2));
            assertEquals(home, harness.lookUpPin(CLIENT));
            harness.advance(Duration.ofSeconds(4));
            assertNull(harness.lookUpPin(CLIENT));
            assertEquals(1, harness.count(LoopCounter.PINS_EXPIRED));
            assertEquals(0, harness.count(LoopCounter.PINS_HELD));
        }
    }

    @Test
    void shouldRunIdleTimeAnewWhenClientComesBack() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.pinTimeout = PIN_TIMEOUT)) {
            for (int i = 0; i < 4; i++) {
                ChooserTest.visit(harness, CLIENT);
                harness.advance(PIN_TIMEOUT.minusMinutes(1));
            }
            assertEquals("b1", harness.lookUpPin(CLIENT));
            assertEquals(0, harness.count(LoopCounter.PINS_EXPIRED));
        }
    }

    @Test
    void shouldForwardUnpinnedWhenTableIsFullOfLivePins() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.pinLimit = 2)) {
            harness.openWebSocket("127.0.1.1");
            harness.openWebSocket("127.0.1.2");
            final LoopHarness.WebSocketPair third = harness.openWebSocket("127.0.1.3");
            assertEquals(1, harness.count(LoopCounter.PINS_REFUSED));
            assertNull(harness.lookUpPin("127.0.1.3"));
            assertEquals("b1", harness.lookUpPin("127.0.1.1"));
            third.client().send("forwarded all the same");
            harness.stepUntil(() -> third.backend().text().equals("forwarded all the same"), "it arrives");
            ChooserTest.end(harness, third);
            assertEquals(0, harness.count(LoopCounter.PINS_EVICTED));
        }
    }

    @Test
    void shouldEvictLongestIdlePinWhenTableIsFull() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.pinLimit = 3)) {
            harness.openWebSocket("127.0.1.1");
            ChooserTest.visit(harness, "127.0.1.2");
            ChooserTest.visit(harness, "127.0.1.3");
            ChooserTest.visit(harness, "127.0.1.2");
            ChooserTest.visit(harness, "127.0.1.4");
            assertEquals(1, harness.count(LoopCounter.PINS_EVICTED));
            assertNull(harness.lookUpPin("127.0.1.3"), "away for longest");
            assertEquals("b1", harness.lookUpPin("127.0.1.1"), "live");
            assertEquals("b1", harness.lookUpPin("127.0.1.2"));
            assertEquals(3, harness.count(LoopCounter.PINS_HELD));
        }
    }

    @Test
    void shouldShareOnePinWhenClientsAreOfOnePrefix() {
        try (LoopHarness harness = LoopHarness.start(3, settings -> {
            settings.clientPrefix4 = 24;
            settings.policy = BalancePolicy.ROUND_ROBIN;
        })) {
            final String home = ChooserTest.visit(harness, "127.5.5.1");
            for (int i = 2; i < 8; i++) {
                assertEquals(home, ChooserTest.visit(harness, "127.5.5." + i));
            }
            assertEquals(1, harness.count(LoopCounter.PINS_HELD));
            assertNotEquals(home, ChooserTest.visit(harness, "127.5.6.1"));
        }
    }

    @Test
    void shouldPinApartWhenListenersDiffer() {
        try (LoopHarness harness = LoopHarness.start(2, settings -> {
            settings.listenerCount = 2;
            settings.policy = BalancePolicy.ROUND_ROBIN;
        })) {
            for (int i = 0; i < 3; i++) {
                for (int listener = 0; listener < 2; listener++) {
                    final LoopHarness.WebSocketPair pair = harness.openWebSocket(CLIENT, listener);
                    assertEquals(
                            "b" + (listener + 1),
                            harness.backendOf(pair.backend()).name());
                    ChooserTest.end(harness, pair);
                }
            }
            assertEquals(2, harness.count(LoopCounter.PINS_HELD));
        }
    }

    @Test
    void shouldPinNobodyWhenPinningIsOff() {
        try (LoopHarness harness = LoopHarness.start(2, settings -> settings.pinning = false)) {
            ChooserTest.visit(harness, CLIENT);
            assertNull(harness.lookUpPin(CLIENT));
            assertEquals(0, harness.count(LoopCounter.PINS_HELD));
        }
    }

    @Test
    void shouldCountMispinWhenConnectionGoesElsewhereThanItsPin() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            harness.transport.isConnectHanging = true;
            final TestPeer client = harness.connect(CLIENT);
            client.send(Handshake.REQUEST);
            harness.stepUntil(
                    () -> harness.status.count(LoopCounter.ACCEPTED) == 1
                            && harness.loop.state().connections.attemptCount(harness.slotOf(client)) == 1,
                    "it connects");
            final int slot = harness.slotOf(client);
            plantPin(harness, slot, otherThan(harness, slot));
            // A record without room for another attempt is the one way past the chooser's own second look.
            final ConnectionTable connections = harness.loop.state().connections;
            while (connections.attemptCount(slot) < ConnectionTable.TRIED_LIMIT) {
                connections.addAttempt(slot, connections.backendId(slot));
            }
            assertTrue(harness.loop.chooser().isMispinned(slot));
            harness.transport.isConnectHanging = false;
            final AssertionError violated = assertThrows(AssertionError.class, () -> harness.steps(200));
            assertTrue(violated.getMessage().startsWith("I10 mispins"), violated::getMessage);
            assertEquals(1, harness.count(LoopCounter.MISPINS));
            harness.status.counters().set(LoopCounter.MISPINS, 0);
        }
    }

    @Test
    void shouldNotCallItMispinnedWhenPinIsUnusable() {
        try (LoopHarness harness = LoopHarness.start(2)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(CLIENT);
            final int slot = harness.slotOf(pair.client());
            final Chooser chooser = harness.loop.chooser();
            assertFalse(chooser.isMispinned(slot), "it is where it should be");
            final Backend other = otherThan(harness, slot);
            final PinTable pins = harness.loop.state().pins;
            pins.backendId(harness.loop.state().connections.pin(slot), other.id());
            assertTrue(chooser.isMispinned(slot));
            other.draining(true);
            assertFalse(chooser.isMispinned(slot), "a drained backend takes nobody");
            other.draining(false);
            harness.loop.state().connections.addAttempt(slot, other.id());
            assertFalse(chooser.isMispinned(slot), "it was tried");
        }
    }

    /** What the backends saw against a model: nobody is elsewhere than where it was answered last, if that takes it. */
    @ParameterizedTest
    @CsvSource({"SOURCE,1", "SOURCE,2", "ROUND_ROBIN,3", "LEAST_CONNECTIONS,4"})
    void shouldAgreeWithModelWhenBackendsComeAndGo(BalancePolicy policy, long seed) {
        try (LoopHarness harness = LoopHarness.start(4, settings -> {
            settings.policy = policy;
            settings.attemptLimit = 4;
            settings.connectionLimit = 256;
        })) {
            final Random random = new Random(seed);
            final Model model = new Model();
            for (int i = 0; i < 300; i++) {
                boolean isChanging = random.nextInt(8) == 0;
                while (isChanging || !model.isAnyUsable()) {
                    model.change(harness, harness.backends.get(random.nextInt(4)), random.nextInt(3));
                    isChanging = false;
                }
                final String client = ChooserTest.address(random.nextInt(25));
                final LoopHarness.WebSocketPair pair = harness.openWebSocket(client);
                model.check(client, harness.backendOf(pair.backend()).name(), seed + "/" + i);
                if (random.nextInt(4) != 0) {
                    ChooserTest.end(harness, pair);
                }
            }
            assertTrue(model.returned > 40, () -> model.returned + " returned to their pins");
        }
    }

    private static final class Model {
        private final Map<String, String> pins = new HashMap<>();
        private final Set<String> down = new HashSet<>();
        private final Set<String> drained = new HashSet<>();
        private final Set<String> removed = new HashSet<>();
        private int returned;

        void change(LoopHarness harness, TestBackend backend, int what) {
            final String name = backend.name();
            if (what == 0) {
                if (toggle(down, name)) {
                    backend.down();
                } else {
                    backend.up();
                }
            } else if (what == 1 && !removed.contains(name)) {
                harness.loop.drainBackend(name, toggle(drained, name));
            } else if (what == 2 && toggle(removed, name)) {
                harness.loop.removeBackend(name);
                pins.values().removeIf(name::equals);
            } else if (what == 2) {
                harness.loop.addBackend(backend.settings());
                drained.remove(name);
            }
        }

        void check(String client, String answeredBy, String when) {
            assertTrue(isUsable(answeredBy), () -> answeredBy + " takes nobody, step " + when);
            final String pinned = pins.get(client);
            if (pinned != null && isUsable(pinned)) {
                assertEquals(pinned, answeredBy, () -> client + " is elsewhere, step " + when);
                returned++;
            }
            pins.put(client, answeredBy);
        }

        boolean isAnyUsable() {
            return List.of("b1", "b2", "b3", "b4").stream().anyMatch(this::isUsable);
        }

        private boolean isUsable(String name) {
            return !down.contains(name) && !drained.contains(name) && !removed.contains(name);
        }

        private static boolean toggle(Set<String> set, String name) {
            if (set.remove(name)) {
                return false;
            }
            set.add(name);
            return true;
        }
    }

    /** A pin that another connection of the client might have left. */
    private static void plantPin(LoopHarness harness, int slot, Backend backend) {
        final LoopState state = harness.loop.state();
        final int pin =
                state.pins.insert(0, state.connections.keyHi(slot), state.connections.keyLo(slot), backend.id());
        state.pins.release(pin, harness.clock.nanoTime());
        state.counters.set(LoopCounter.PINS_HELD, state.pins.heldCount());
    }

    private static Backend otherThan(LoopHarness harness, int slot) {
        final LoopState state = harness.loop.state();
        final Backend first = state.backends.get(0);
        return first.id() == state.connections.backendId(slot) ? state.backends.get(1) : first;
    }

    private static TestBackend backend(LoopHarness harness, String name) {
        return harness.backends.stream()
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
