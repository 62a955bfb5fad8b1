package io.fairlead.core.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EjectionTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long BASE_NS = 10 * SECOND_NS;
    private static final long LIMIT_NS = 300 * SECOND_NS;

    private long nowNs;
    private final Ejection ejection = new Ejection(3, BASE_NS, LIMIT_NS);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, -15 * SECOND_NS, Long.MAX_VALUE, Long.MAX_VALUE - 15 * SECOND_NS, Long.MIN_VALUE})
    void shouldLiveThroughItsStatesWhereverTheClockStarts(long startNs) {
        nowNs = startNs;
        assertFalse(fail());
        assertFalse(fail());
        assertTrue(fail());
        assertFalse(ejection.isEjected(), "the caller ejects");

        assertEquals(BASE_NS, ejection.eject(nowNs, 0));
        assertTrue(ejection.isEjected());
        assertEquals(nowNs + BASE_NS, ejection.untilNs());
        nowNs += BASE_NS - 1;
        assertFalse(ejection.endIfDue(nowNs));
        assertTrue(ejection.isEjected());
        nowNs++;
        assertTrue(ejection.endIfDue(nowNs));
        assertFalse(ejection.endIfDue(nowNs), "it ends once");
        assertFalse(ejection.isEjected());

        assertTrue(ejection.isOnProbation());
        assertTrue(fail(), "on probation one failure suffices");
        assertEquals(2 * BASE_NS, ejection.eject(nowNs, 0));
        assertFalse(ejection.isOnProbation());
        nowNs += 2 * BASE_NS;
        assertTrue(ejection.endIfDue(nowNs));
        ejection.onSuccess(nowNs);
        assertFalse(ejection.isOnProbation());
        assertFalse(fail());
        assertFalse(fail());
        assertTrue(fail());
    }

    @Test
    void shouldBeginNewRunWhenConnectSucceeds() {
        for (int i = 0; i < 10; i++) {
            assertFalse(fail());
            assertFalse(fail());
            ejection.onSuccess(nowNs);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -15 * SECOND_NS, Long.MAX_VALUE - 15 * SECOND_NS})
    void shouldBeginNewRunWhenFailuresAreFarApart(long startNs) {
        nowNs = startNs;
        assertFalse(fail());
        assertFalse(fail());
        nowNs += Ejection.FAILURE_WINDOW_NS + 1;
        assertFalse(fail(), "the first of a new run");
        nowNs += Ejection.FAILURE_WINDOW_NS;
        assertFalse(fail());
        nowNs += Ejection.FAILURE_WINDOW_NS;
        assertTrue(fail(), "each within the window of the one before");
    }

    @Test
    void shouldGoOnAskingWhenCallerDoesNotEject() {
        assertFalse(fail());
        assertFalse(fail());
        for (int i = 0; i < 10; i++) {
            assertTrue(fail());
        }
        nowNs += Ejection.FAILURE_WINDOW_NS + 1;
        assertFalse(fail());
    }

    @Test
    void shouldNeitherCountNorEndWhenEjected() {
        ejection.eject(nowNs, 0);
        for (int i = 0; i < 10; i++) {
            assertFalse(fail());
        }
        ejection.onSuccess(nowNs);
        assertTrue(ejection.isEjected());
        nowNs += BASE_NS;
        assertTrue(ejection.endIfDue(nowNs));
        assertTrue(ejection.isOnProbation(), "a success during the ejection is no proof of what comes after it");
    }

    @Test
    void shouldDoubleUpToLimitWhenEjectedAgainAndAgain() {
        for (final long seconds : new long[] {10, 20, 40, 80, 160, 300, 300, 300}) {
            assertEquals(seconds * SECOND_NS, ejection.eject(nowNs, 0));
            nowNs += seconds * SECOND_NS;
            assertTrue(ejection.endIfDue(nowNs));
            nowNs += LIMIT_NS - 1;
        }
    }

    @Test
    void shouldNotOverflowWhenLimitIsLarge() {
        final long limitNs = Long.MAX_VALUE / 4;
        final Ejection patient = new Ejection(1, 1, limitNs);
        long expectedNs = 1;
        for (int i = 0; i < 100; i++) {
            assertEquals(expectedNs, patient.eject(nowNs, 0));
            nowNs += expectedNs;
            assertTrue(patient.endIfDue(nowNs));
            expectedNs = Math.min(2 * expectedNs, limitNs);
        }
        assertEquals(limitNs, expectedNs);
    }

    @Test
    void shouldForgetEarlierEjectionsWhenLongAgo() {
        ejectForAWhile();
        ejectForAWhile();
        nowNs += LIMIT_NS - 1;
        assertEquals(4 * BASE_NS, ejection.eject(nowNs, 0));
        nowNs += 4 * BASE_NS;
        ejection.endIfDue(nowNs);
        nowNs += LIMIT_NS;
        assertEquals(BASE_NS, ejection.eject(nowNs, 0));
    }

    @Test
    void shouldForgetEarlierEjectionsWhenSuccessComesLongAfter() {
        ejectForAWhile();
        nowNs += LIMIT_NS;
        ejection.onSuccess(nowNs);
        assertEquals(BASE_NS, ejection.eject(nowNs, 0));
    }

    /** Time-outs are found by a sweep, neighbours in one go, long after others have come through. */
    @Test
    void shouldNotCountFailuresThatBeganBeforeASuccess() {
        final long startedNs = nowNs;
        nowNs += 1_000_000;
        ejection.onSuccess(nowNs);
        nowNs += 5_000_000_000L;
        for (int i = 0; i < 10; i++) {
            assertFalse(ejection.onFailure(startedNs, nowNs));
        }
        assertFalse(fail());
        assertFalse(fail());
        assertTrue(fail());
    }

    @Test
    void shouldTellHowManyTimesTheFirstAnEjectionLasts() {
        ejectForAWhile();
        assertEquals(1, ejection.factor());
        ejectForAWhile();
        assertEquals(2, ejection.factor());
        ejectForAWhile();
        assertEquals(4, ejection.factor());
    }

    @Test
    void shouldBeOnProbationAndForgetNothingWhenEndedEarly() {
        ejection.endEarly(nowNs);
        assertFalse(ejection.isOnProbation(), "nothing was ended");
        ejectForAWhile();
        ejection.eject(nowNs, 0);
        ejection.endEarly(nowNs);
        assertFalse(ejection.isEjected());
        assertFalse(ejection.endIfDue(nowNs + LIMIT_NS));
        assertTrue(fail(), "on probation the first failure suffices");
        assertEquals(4 * BASE_NS, ejection.eject(nowNs, 0), "the third in a row");
    }

    @ParameterizedTest
    @CsvSource({"0, 10_000", "0.5, 10_500", "1, 11_000"})
    void shouldLastLongerByItsJitter(double jitter, String expectedMs) {
        final long expectedNs = Long.parseLong(expectedMs.replace("_", "")) * 1_000_000;
        assertEquals(expectedNs, ejection.eject(nowNs, jitter));
        assertEquals(nowNs + expectedNs, ejection.untilNs());
    }

    @Test
    void shouldNotCarryJitterIntoTheNext() {
        ejection.eject(nowNs, 1);
        nowNs = ejection.untilNs();
        assertTrue(ejection.endIfDue(nowNs));
        assertEquals(2 * BASE_NS, ejection.eject(nowNs, 0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.001, 1.001, Double.NaN, Double.POSITIVE_INFINITY})
    void shouldRefuseJitterOutOfRange(double jitter) {
        assertThrows(IllegalArgumentException.class, () -> ejection.eject(nowNs, jitter));
        assertFalse(ejection.isEjected());
    }

    @Test
    void shouldRefuseToEjectTwice() {
        ejection.eject(nowNs, 0);
        assertThrows(IllegalStateException.class, () -> ejection.eject(nowNs, 0));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 0, 1", "1, 2, 1", "1, 1, 2305843009213693952"})
    void shouldRefuseSettingsOutOfRange(int afterFailures, long baseNs, long limitNs) {
        assertThrows(IllegalArgumentException.class, () -> new Ejection(afterFailures, baseNs, limitNs));
    }

    private boolean fail() {
        return ejection.onFailure(nowNs, nowNs);
    }

    private void ejectForAWhile() {
        nowNs += ejection.eject(nowNs, 0);
        assertTrue(ejection.endIfDue(nowNs));
    }
}
