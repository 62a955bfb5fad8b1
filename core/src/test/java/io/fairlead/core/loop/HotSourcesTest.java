package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.LimitKind;
import io.fairlead.core.status.LimitNotice;
import io.fairlead.core.status.LoopCounter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client address behind which thousands sit is spread, and nobody else notices. */
final class HotSourcesTest {
    private static final String CROWD = "127.0.0.9";
    private static final int FLOOR = 8;

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 2, 5"})
    void shouldSpreadACrowdByWeight(int first, int second, int third) {
        final int[] weights = {first, second, third};
        final TestBackend[] backends = {
            new TestBackend("b1", first, 0), new TestBackend("b2", second, 0), new TestBackend("b3", third, 0)
        };
        try (LoopHarness harness = start(FLOOR, settings -> {}, backends)) {
            final Map<TestBackend, Integer> held = new HashMap<>();
            final int count = 80;
            for (int i = 0; i < count; i++) {
                held.merge(open(harness, CROWD), 1, Integer::sum);
            }
            for (int i = 0; i < weights.length; i++) {
                final double fair = (double) count * weights[i] / (first + second + third);
                final int has = held.getOrDefault(backends[i], 0);
                // A connection is not divisible, and the first of a crowd came before it was one.
                assertTrue(has <= 1.25 * fair + 1 || has <= FLOOR, () -> fair + " would be fair: " + held);
            }
            assertEquals(1, harness.count(LoopCounter.HOT_SOURCES_ACTIVE));
            assertTrue(harness.count(LoopCounter.AFFINITY_HOT) > 0);
            final LimitNotice notice = (LimitNotice) harness.notices.get(0);
            assertEquals(LimitKind.HOT_SOURCE, notice.limit());
            assertEquals(CROWD + "/32", notice.example());
            assertEquals(0, harness.count(LoopCounter.MISPINS));
        }
    }

    @Test
    void shouldEnterAboveAndLeaveBelow() {
        try (LoopHarness harness = start(5, settings -> {}, backends())) {
            // Of two backends each has a fair share of half of all: 25 of 50 at 1.00, hot above 1.25, not hot up to
            // 1.10.
            for (int i = 0; i < 15; i++) {
                harness.openOpaque("127.4.0." + (i + 1));
            }
            final List<LoopHarness.WebSocketPair> crowd = new ArrayList<>();
            while (harness.count(LoopCounter.HOT_SOURCES_ACTIVE) == 0) {
                crowd.add(harness.openOpaque(CROWD));
            }
            // k / (15 + k) / 0.5 > 1.25 from k = 26 on.
            assertEquals(26, crowd.size());
            while (harness.count(LoopCounter.HOT_SOURCES_ACTIVE) == 1) {
                leave(harness, crowd.remove(crowd.size() - 1));
                harness.advance(Duration.ofSeconds(1));
            }
            // k / (15 + k) / 0.5 <= 1.10 from k = 18 down.
            assertEquals(18, crowd.size());
            crowd.add(harness.openOpaque(CROWD));
            assertEquals(0, harness.count(LoopCounter.HOT_SOURCES_ACTIVE), "between the thresholds nothing changes");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 21})
    void shouldLeaveEveryClientWhereItIsUnderTheFloor(int floor) {
        try (LoopHarness harness = start(floor, settings -> {}, backends())) {
            final TestBackend home = open(harness, CROWD);
            for (int i = 1; i < 20; i++) {
                assertEquals(home, open(harness, CROWD));
            }
            assertEquals(0, harness.count(LoopCounter.HOT_SOURCES_ACTIVE));
        }
    }

    @Test
    void shouldKeepThePinsOfBystandersAndOfTheCrowd() {
        try (LoopHarness harness = start(FLOOR, settings -> {}, backends())) {
            final Map<String, String> pins = new HashMap<>();
            for (int i = 0; i < 10; i++) {
                final String client = "127.4.0." + (i + 1);
                pins.put(client, ChooserTest.visit(harness, client));
            }
            pins.put(CROWD, ChooserTest.visit(harness, CROWD));
            final List<LoopHarness.WebSocketPair> crowd = new ArrayList<>();
            final Map<TestBackend, Integer> held = new HashMap<>();
            for (int i = 0; i < 40; i++) {
                final LoopHarness.WebSocketPair pair = harness.openWebSocket(CROWD);
                crowd.add(pair);
                held.merge(harness.backendOf(pair.backend()), 1, Integer::sum);
            }
            assertEquals(2, held.size(), held::toString);
            pins.forEach((client, backend) -> assertEquals(backend, harness.lookUpPin(client)));
            pins.forEach((client, backend) -> {
                if (!client.equals(CROWD)) {
                    assertEquals(backend, ChooserTest.visit(harness, client));
                }
            });
            crowd.forEach(pair -> ChooserTest.end(harness, pair));
            harness.advance(Duration.ofSeconds(2));
            assertEquals(0, harness.count(LoopCounter.HOT_SOURCES_ACTIVE));
            assertEquals(pins.get(CROWD), ChooserTest.visit(harness, CROWD), "it is no crowd any more");
            assertEquals(0, harness.count(LoopCounter.MISPINS));
        }
    }

    private static TestBackend[] backends() {
        return new TestBackend[] {new TestBackend("b1", 1, 0), new TestBackend("b2", 1, 0)};
    }

    private static LoopHarness start(int floor, Consumer<TestSettings> change, TestBackend... backends) {
        return LoopHarness.start(
                settings -> {
                    settings.limits = new LimitSettings(0, 0, 1, floor);
                    settings.connectionLimit = 256;
                    change.accept(settings);
                },
                backends);
    }

    private static TestBackend open(LoopHarness harness, String client) {
        return harness.backendOf(harness.openOpaque(client).backend());
    }

    private static void leave(LoopHarness harness, LoopHarness.WebSocketPair pair) {
        final int ended = (int) harness.terminations();
        pair.client().reset();
        harness.stepUntilEnded(ended + 1);
    }
}
