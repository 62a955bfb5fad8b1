package io.fairlead.core.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckTallyTest {
    private static final int HISTORY_LENGTH = 10;
    private static final int COUNT_LIMIT = 4;

    @Test
    void shouldTakeDownAtFirstFailureWhenNeverChecked() {
        final CheckTally tally = new CheckTally(2, 3, true);
        assertTrue(tally.isUp());
        assertTrue(tally.inTransition());
        assertTrue(tally.onResult(false));
        assertFalse(tally.isUp());
        assertFalse(tally.inTransition());
    }

    @Test
    void shouldTakeUpAtFirstPassWhenNeverChecked() {
        final CheckTally tally = new CheckTally(2, 3, false);
        assertFalse(tally.isUp());
        assertTrue(tally.onResult(true));
        assertTrue(tally.isUp());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldHaveDecidedWhenFirstResultConfirmsStart(boolean startsUp) {
        final CheckTally tally = new CheckTally(2, 2, startsUp);
        assertFalse(tally.onResult(startsUp));
        assertFalse(tally.inTransition());
        assertFalse(tally.onResult(!startsUp), "the second result is not the first");
        assertEquals(1, tally.run());
    }

    @Test
    void shouldFallAndRiseWhenRunsAreComplete() {
        final CheckTally tally = new CheckTally(2, 3, true);
        tally.onResult(true);
        assertFalse(tally.onResult(false));
        assertFalse(tally.onResult(false));
        assertEquals(2, tally.run());
        assertTrue(tally.inTransition());
        assertTrue(tally.onResult(false));
        assertFalse(tally.isUp());
        assertEquals(0, tally.run());
        assertFalse(tally.onResult(true));
        assertEquals(1, tally.run());
        assertTrue(tally.onResult(true));
        assertTrue(tally.isUp());
    }

    @Test
    void shouldBeginAnewWhenRunIsInterrupted() {
        final CheckTally tally = new CheckTally(2, 3, true);
        tally.onResult(true);
        for (int i = 0; i < 10; i++) {
            assertFalse(tally.onResult(false));
            assertFalse(tally.onResult(false));
            assertFalse(tally.onResult(true));
            assertFalse(tally.inTransition());
        }
        assertTrue(tally.isUp());
    }

    @Test
    void shouldTakeDownAfterTwoFailuresWhenSuspect() {
        final CheckTally tally = new CheckTally(2, 3, true);
        tally.onResult(true);
        assertFalse(tally.onSuspectResult(true));
        assertFalse(tally.onSuspectResult(false), "one may be a lost packet");
        assertFalse(tally.onSuspectResult(true));
        assertFalse(tally.onSuspectResult(false));
        assertTrue(tally.onSuspectResult(false));
        assertFalse(tally.isUp());
        assertFalse(tally.inTransition());
        assertFalse(tally.onSuspectResult(false), "it is down");
        assertFalse(tally.onSuspectResult(true), "a pass counts as any other");
        assertEquals(1, tally.run());
        assertTrue(tally.onSuspectResult(true));
        assertTrue(tally.isUp());
    }

    @Test
    void shouldTakeNoMoreFailuresThanOtherwiseWhenSuspect() {
        final CheckTally tally = new CheckTally(2, 1, true);
        tally.onResult(true);
        assertTrue(tally.onSuspectResult(false));
    }

    @Test
    void shouldCountSuspectAsFirstResult() {
        final CheckTally failed = new CheckTally(2, 3, true);
        assertTrue(failed.onSuspectResult(false));
        assertFalse(failed.onResult(true), "the second result");
        final CheckTally passed = new CheckTally(2, 3, false);
        assertTrue(passed.onSuspectResult(true));
        final CheckTally stillDown = new CheckTally(2, 3, false);
        assertFalse(stillDown.onSuspectResult(false));
        assertFalse(stillDown.onResult(true), "the second result");
    }

    /** Every history of so many results, against the rule read off the whole history each time. */
    @Test
    void shouldAgreeWithHistoryWhateverItIs() {
        int historyCount = 0;
        int changeCount = 0;
        for (int rise = 1; rise <= COUNT_LIMIT; rise++) {
            for (int fall = 1; fall <= COUNT_LIMIT; fall++) {
                for (int history = 0; history < 1 << HISTORY_LENGTH; history++) {
                    changeCount += assertHistory(rise, fall, true, history);
                    changeCount += assertHistory(rise, fall, false, history);
                    historyCount += 2;
                }
            }
        }
        assertTrue(changeCount > historyCount, changeCount + " changes in " + historyCount + " histories");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-1, 3"})
    void shouldRefuseCountsBelowOne(int rise, int fall) {
        assertThrows(IllegalArgumentException.class, () -> new CheckTally(rise, fall, true));
    }

    private static int assertHistory(int rise, int fall, boolean startsUp, int history) {
        final CheckTally tally = new CheckTally(rise, fall, startsUp);
        final StringBuilder results = new StringBuilder();
        boolean up = startsUp;
        int changeCount = 0;
        for (int i = 0; i < HISTORY_LENGTH; i++) {
            final boolean passed = (history >> i & 1) != 0;
            results.append(passed ? '+' : '-');
            final String contrary = (up ? "-" : "+").repeat(up ? fall : rise);
            final boolean isChange =
                    passed != up && (i == 0 || results.toString().endsWith(contrary));
            final String message = results + " rise " + rise + " fall " + fall + " starts up " + startsUp;
            assertEquals(isChange, tally.onResult(passed), message);
            if (isChange) {
                up = passed;
                changeCount++;
            }
            assertEquals(up, tally.isUp(), message);
            assertEquals(tally.run() > 0, tally.inTransition(), message);
            assertEquals(passed == up, tally.run() == 0, message);
        }
        return changeCount;
    }
}
