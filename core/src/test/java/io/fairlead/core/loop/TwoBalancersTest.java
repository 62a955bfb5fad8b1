package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.fairlead.core.status.BackendState;
import io.fairlead.core.table.Backend;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two balancers that never talk, with the same backends in opposite order: where they send the same client while they agree
 * on who is well, and while they do not.
 */
final class TwoBalancersTest {
    private static final List<String> SOURCES =
            IntStream.rangeClosed(1, 24).mapToObj(i -> "127.0.7." + i).toList();
    private static final Duration EJECTION = Duration.ofSeconds(10);

    /** Balancers on the same backends; what the test does with one it does not see the other do. */
    private static final class Pair implements AutoCloseable {
        final TestBackend[] backends = {
            new TestBackend("b1", 1, 0), new TestBackend("b2", 1, 0), new TestBackend("b3", 1, 0)
        };
        final LoopHarness first;
        final LoopHarness second;

        Pair(Failback failback) {
            final Consumer<TestSettings> change = settings -> settings.health = new HealthSettings(
                    HealthSettings.OFF.checks(),
                    new HealthSettings.Ejections(3, EJECTION.toNanos(), 10 * EJECTION.toNanos(), 50),
                    50,
                    failback,
                    false,
                    0);
            first = LoopHarness.start(change, backends[0], backends[1], backends[2]);
            second = LoopHarness.start(change, backends[2], backends[1], backends[0]);
        }

        TestBackend ownerOf(String source) {
            return first.order(source).get(0);
        }

        TestBackend secondOf(String source) {
            return first.order(source).get(1);
        }

        @Override
        public void close() {
            first.close();
            second.close();
        }
    }

    /** Where a balancer sends a client that connects, does nothing and leaves. */
    private static String visit(LoopHarness balancer, String source) {
        final LoopHarness.WebSocketPair pair = balancer.openWebSocket(source);
        final String name = balancer.backendOf(pair.backend()).name();
        pair.client().close();
        pair.backend().close();
        balancer.stepUntil(() -> balancer.loop.activeCount() == 0, "the visitor has left");
        return name;
    }

    /** A balancer comes to believe that a backend is broken. */
    private static void believeBroken(LoopHarness balancer, TestBackend backend) {
        for (int i = 0; i < 3; i++) {
            balancer.loop
                    .health()
                    .onConnectFailed(
                            of(balancer, backend), "refused", balancer.clock.nanoTime(), balancer.clock.nanoTime());
        }
        assertEquals(BackendState.EJECTED, stateOf(balancer, backend));
    }

    private static Backend of(LoopHarness balancer, TestBackend backend) {
        return balancer.loop.state().backends.byName(backend.name());
    }

    private static BackendState stateOf(LoopHarness balancer, TestBackend backend) {
        return balancer.loop.state().vitals(of(balancer, backend)).state;
    }

    @Test
    void shouldChooseAlikeInWhateverOrderBackendsAreConfigured() {
        try (Pair pair = new Pair(Failback.KEEP)) {
            for (final String source : SOURCES) {
                final String name = visit(pair.first, source);
                assertEquals(pair.ownerOf(source).name(), name);
                assertEquals(name, visit(pair.second, source), source);
            }
        }
    }

    @Test
    void shouldChooseAlikeAfterFailureThatBothSaw() {
        try (Pair pair = new Pair(Failback.KEEP)) {
            final TestBackend dead = pair.backends[1];
            dead.down();
            believeBroken(pair.first, dead);
            believeBroken(pair.second, dead);
            for (final String source : SOURCES) {
                final String expected =
                        (pair.ownerOf(source) == dead ? pair.secondOf(source) : pair.ownerOf(source)).name();
                assertEquals(expected, visit(pair.first, source), source);
                assertEquals(expected, visit(pair.second, source), source);
            }
        }
    }

    /** Who does not know yet tries and is refused; the next in the client's order is where who knows sends it at once. */
    @Test
    void shouldMeetAtTheNextBackendWhenOneKnowsOfFailureAndTheOtherFindsOut() {
        try (Pair pair = new Pair(Failback.KEEP)) {
            final TestBackend dead = pair.backends[1];
            dead.down();
            believeBroken(pair.first, dead);
            final String orphan = SOURCES.stream()
                    .filter(source -> pair.ownerOf(source) == dead)
                    .findFirst()
                    .orElseThrow();
            assertEquals(pair.secondOf(orphan).name(), visit(pair.first, orphan));
            assertEquals(BackendState.ACTIVE, stateOf(pair.second, dead));
            assertEquals(pair.secondOf(orphan).name(), visit(pair.second, orphan));
        }
    }

    /**
     * One is wrong about a backend that works: its clients go to their next, those of the other stay. Once it is right again
     * the pins it made meanwhile hold its clients there, unless they are to go back to their owners.
     */
    @ParameterizedTest
    @EnumSource(Failback.class)
    void shouldAgreeAgainAfterDisagreementWhenPinsGoBackToOwners(Failback failback) {
        try (Pair pair = new Pair(failback)) {
            final TestBackend wronged = pair.backends[1];
            believeBroken(pair.first, wronged);
            final String client = SOURCES.stream()
                    .filter(source -> pair.ownerOf(source) == wronged)
                    .findFirst()
                    .orElseThrow();
            assertEquals(pair.secondOf(client).name(), visit(pair.first, client));
            assertEquals(wronged.name(), visit(pair.second, client));

            pair.first.advance(EJECTION.multipliedBy(2));
            assertEquals(BackendState.ACTIVE, stateOf(pair.first, wronged));
            final String now = visit(pair.first, client);
            if (failback == Failback.OWNER) {
                assertEquals(wronged.name(), now);
            } else {
                assertNotEquals(wronged.name(), now);
            }
            assertEquals(wronged.name(), visit(pair.second, client));
        }
    }
}
