package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Phase;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each limit is measured from a different place in a sweep, on cycles as far apart as an idle loop's. */
final class SweeperTest {
    private static final Duration SWEEP = Duration.ofSeconds(1);
    /** Just below the longest wait of an idle loop, and no divisor of anything. */
    private static final Duration TICK = Duration.ofMillis(97);

    private static final String PING = "\u0089\u0080\u0000\u0000\u0000\u0000";

    @ParameterizedTest
    @ValueSource(ints = {0, 300, 600, 900})
    void shouldEndPeekingAtItsLimit(int shiftMs) {
        try (LoopHarness harness = startShifted(shiftMs)) {
            final TestPeer client = harness.connect().send("GET /");
            harness.stepUntil(() -> harness.phaseOf(client) == Phase.PEEKING, "it is peeked");
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "a part is read");
            assertFires(harness, Duration.ofSeconds(10), () -> harness.phaseOf(client) == Phase.LINGERING);
            assertFires(harness, Duration.ofSeconds(1), () -> harness.phaseOf(client) == Phase.FREE);
            assertEquals(1, harness.terminations(TerminationCause.PEEK_TIMED_OUT));
        }
    }

    @Test
    void shouldNoticeWithinASecondWhereverTheSweepStands() {
        for (int shiftMs = 0; shiftMs < 1_100; shiftMs += 20) {
            try (LoopHarness harness = startShifted(shiftMs)) {
                final TestPeer client = harness.connect();
                harness.stepUntil(() -> harness.phaseOf(client) == Phase.PEEKING, "it is peeked");
                assertFires(harness, Duration.ofSeconds(10), () -> harness.phaseOf(client) != Phase.PEEKING);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 300, 600, 900})
    void shouldEndConnectingAtItsLimit(int shiftMs) {
        try (LoopHarness harness = startShifted(shiftMs)) {
            harness.transport.isConnectHanging = true;
            final TestPeer client = harness.connect().send("\u0000");
            harness.stepUntilPhase(client, Phase.CONNECTING);
            assertFires(harness, Duration.ofSeconds(5), () -> harness.phaseOf(client) == Phase.FREE);
            assertEquals(1, harness.terminations(TerminationCause.CONNECT_TIMED_OUT));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 300, 600, 900})
    void shouldEndWaitForAnswerAtItsLimit(int shiftMs) {
        try (LoopHarness harness = startShifted(shiftMs)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            harness.awaitRequest(Handshake.REQUEST);
            assertFires(harness, Duration.ofSeconds(10), () -> harness.phaseOf(client) == Phase.LINGERING);
        }
    }

    @Test
    void shouldEndWebSocketAfterAnHourOfIdle() {
        try (LoopHarness harness = startShifted(300)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            assertFires(harness, Duration.ofHours(1), () -> harness.phaseOf(pair.client()) == Phase.FREE);
            assertEquals(1, harness.terminations(TerminationCause.IDLE_TIMED_OUT));
            harness.stepUntil(() -> pair.client().hasEnded() && pair.backend().hasEnded(), "both see the end");
        }
    }

    @Test
    void shouldRestartHourOfIdleWhenEitherSideSpeaks() {
        try (LoopHarness harness = startShifted(0)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            harness.advance(Duration.ofMinutes(59));
            pair.client().send(PING);
            harness.stepUntil(() -> pair.backend().text().equals(PING), "a ping arrives");
            harness.advance(Duration.ofMinutes(59));
            pair.backend().send("\u008a\u0000");
            harness.stepUntil(() -> pair.client().text().equals("\u008a\u0000"), "a pong arrives");
            assertFires(harness, Duration.ofHours(1), () -> harness.phaseOf(pair.client()) == Phase.FREE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 300, 600, 900})
    void shouldEndOpaqueAfterTenMinutesOfIdle(int shiftMs) {
        try (LoopHarness harness = startShifted(shiftMs)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            assertFires(harness, Duration.ofMinutes(10), () -> harness.phaseOf(pair.client()) == Phase.FREE);
            assertEquals(1, harness.terminations(TerminationCause.IDLE_TIMED_OUT));
        }
    }

    @Test
    void shouldEndHalfClosedAfterThirtySecondsOfIdle() {
        try (LoopHarness harness = startShifted(600)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            pair.client().finish();
            harness.stepUntil(() -> pair.backend().hasEnded(), "the backend sees the FIN");
            harness.advance(Duration.ofSeconds(29));
            pair.backend().send("still here");
            harness.stepUntil(() -> pair.client().text().equals("still here"), "activity restarts the limit");
            assertFires(harness, Duration.ofSeconds(30), () -> harness.phaseOf(pair.client()) == Phase.FREE);
            assertEquals(1, harness.terminations(TerminationCause.HALF_CLOSED_TIMED_OUT));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldEndStalledSideAfterSixtySeconds(boolean isClient) {
        try (LoopHarness harness = startShifted(300)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            final TestPeer sink = isClient ? pair.client() : pair.backend();
            final TestPeer source = isClient ? pair.backend() : pair.client();
            stall(harness, source, sink);
            // The other direction moves all the time: that saves nobody who does not read.
            final Duration limit = Duration.ofSeconds(60);
            Duration passed = Duration.ZERO;
            while (passed.compareTo(limit.minusSeconds(10)) < 0) {
                sink.send("x");
                harness.steps(2);
                harness.advance(SWEEP);
                passed = passed.plus(SWEEP);
            }
            assertFires(harness, limit.minus(passed), () -> harness.phaseOf(pair.client()) == Phase.FREE);
            assertEquals(
                    1,
                    harness.terminations(
                            isClient ? TerminationCause.CLIENT_STALLED : TerminationCause.BACKEND_STALLED));
            harness.stepUntil(source::wasReset, "who sends learns it at once");
        }
    }

    @Test
    void shouldResetAndNotFinishWhenBytesAreHeldAtHalfClosedLimit() {
        try (LoopHarness harness = startShifted(0)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            pair.client().finish();
            harness.stepUntil(() -> pair.backend().hasEnded(), "the backend sees the FIN");
            stall(harness, pair.backend(), pair.client());
            harness.advance(Duration.ofSeconds(32));
            assertEquals(1, harness.terminations(TerminationCause.HALF_CLOSED_TIMED_OUT));
            pair.client().reading(true);
            harness.stepUntil(() -> pair.client().isOver(), "the client sees the end");
            assertTrue(pair.client().wasReset(), "a FIN would say that this was all");
        }
    }

    @Test
    void shouldNotExtendPhaseLimitsWhenClientIsActive() {
        try (LoopHarness harness = startShifted(0)) {
            final TestPeer client = harness.connect().send(Handshake.REQUEST);
            harness.awaitRequest(Handshake.REQUEST);
            for (int second = 0; second < 9; second++) {
                client.send(PING);
                harness.steps(3);
                harness.advance(SWEEP);
            }
            assertEquals(Phase.FORWARDING, harness.phaseOf(client));
            harness.advance(Duration.ofSeconds(2));
            assertTrue(client.text().startsWith("HTTP/1.1 503 "), client.text());
        }
    }

    @Test
    void shouldSpreadTheSweepWhenTableIsFull() {
        final int count = 40;
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.connectionLimit = count)) {
            for (int i = 0; i < count; i++) {
                harness.connect();
            }
            harness.stepUntil(() -> harness.count(LoopCounter.ACCEPTED) == count, "the table is full");
            harness.backends.get(0).down();
            // All are due; from here a sweep looks at them in proportion to the time that passes.
            harness.clock.advance(Duration.ofNanos(Sweeper.SWEEP_NS));
            harness.step();
            final Duration part = Duration.ofNanos(Sweeper.SWEEP_NS / 10);
            harness.advance(Duration.ofSeconds(10).minus(Duration.ofNanos(Sweeper.SWEEP_NS)), part);
            long before = busy(harness);
            long most = 0;
            for (int i = 0; i < 11; i++) {
                harness.clock.advance(part);
                harness.step();
                final long acted = before - busy(harness);
                before = busy(harness);
                most = Math.max(most, acted);
            }
            assertEquals(0, before, "all were looked at within one sweep");
            assertTrue(most <= count / 5, "at most " + most + " in a tenth of a sweep");
        }
    }

    @Test
    void shouldLookAtEverySlotOnceWhenClockJumpsByHours() {
        try (LoopHarness harness = startShifted(0)) {
            final LoopHarness.WebSocketPair webSocket = harness.openWebSocket(null);
            final LoopHarness.WebSocketPair opaque = harness.openOpaque(null);
            final TestPeer peeked = harness.connect().send("GET /");
            harness.stepUntilPhase(peeked, Phase.PEEKING);
            harness.steps(10);
            harness.clock.advance(Duration.ofHours(5));
            harness.step();
            assertEquals(2, harness.terminations(TerminationCause.IDLE_TIMED_OUT));
            assertEquals(Phase.LINGERING, harness.phaseOf(peeked));
            harness.stepUntil(
                    () -> webSocket.client().isOver() && opaque.client().isOver(), "both see the end");
            harness.clock.advance(Duration.ofHours(5));
            harness.step();
            assertEquals(1, harness.terminations(TerminationCause.PEEK_TIMED_OUT));
            harness.openWebSocket(null);
        }
    }

    @Test
    void shouldExpirePinAfterItsTimeoutFromTheEndOfTheLastConnection() {
        try (LoopHarness harness = LoopHarness.start(2, settings -> settings.pinTimeout = Duration.ofMinutes(5))) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            final String name = harness.backendOf(pair.backend()).name();
            harness.advance(Duration.ofMinutes(30));
            assertEquals(name, pin(harness), "a pin with a live connection does not expire");
            pair.client().reset();
            harness.stepUntilEnded(1);
            assertFires(harness, Duration.ofMinutes(5), () -> pin(harness) == null);
            assertNull(pin(harness));
            assertEquals(1, harness.count(LoopCounter.PINS_EXPIRED));
            assertEquals(0, harness.count(LoopCounter.PINS_HELD));
        }
    }

    /** Let the clock run on until something is so, and hold the time it took to {@code [limit, limit + 1 s]}. */
    private static void assertFires(LoopHarness harness, Duration limit, BooleanSupplier hasFired) {
        Duration elapsed = Duration.ZERO;
        if (limit.compareTo(Duration.ofMinutes(1)) > 0) {
            elapsed = limit.minusSeconds(5);
            harness.advance(elapsed);
        }
        assertFalse(hasFired.getAsBoolean(), () -> "fired long before " + limit);
        while (!hasFired.getAsBoolean() && elapsed.compareTo(limit.plusSeconds(10)) < 0) {
            harness.clock.advance(TICK);
            elapsed = elapsed.plus(TICK);
            harness.step();
        }
        final Duration fired = elapsed;
        assertTrue(fired.compareTo(limit) >= 0, () -> fired + " is before " + limit);
        assertTrue(fired.compareTo(limit.plus(SWEEP)) <= 0, () -> fired + " is long after " + limit);
    }

    /** A loop whose sweep is so far on. */
    private static LoopHarness startShifted(int shiftMs) {
        final LoopHarness harness = LoopHarness.start(1);
        harness.clock.advance(Duration.ofMillis(shiftMs));
        harness.step();
        return harness;
    }

    private static void stall(LoopHarness harness, TestPeer source, TestPeer sink) {
        sink.reading(false);
        source.send(new byte[16 * 1024 * 1024]);
        harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "a slab is held");
        harness.steps(200);
        assertFalse(source.isSent());
    }

    private static long busy(LoopHarness harness) {
        return harness.count(LoopCounter.ACCEPTED) - harness.terminations();
    }

    private static String pin(LoopHarness harness) {
        return harness.loop.lookUpPin(0, InetAddress.getLoopbackAddress());
    }
}
