package io.fairlead.core.health;

/**
 * Whether one backend is up, by its checks: {@code fall} consecutive failures take it down, {@code rise} consecutive
 * passes take it up again, and a result that agrees with the present state ends the run of contrary ones.
 *
 * <p>The first result of all decides alone: until then the state is a guess, and to wait for more of them would send
 * clients to a backend that never was there, or keep them from one that is.
 *
 * <p><b>Owned by the loop thread.</b> Nothing is allocated.
 */
public final class CheckTally {
    private static final int SUSPECT_FALL = 2;

    private final int rise;
    private final int fall;
    private boolean up;
    private boolean checked;
    private int run;

    /**
     * A backend that was not checked yet.
     *
     * @param rise consecutive passes that take it up, at least 1.
     * @param fall consecutive failures that take it down, at least 1.
     * @param startsUp what it is taken for until its first result.
     * @throws IllegalArgumentException when a count is less than 1.
     */
    public CheckTally(int rise, int fall, boolean startsUp) {
        if (rise < 1 || fall < 1) {
            throw new IllegalArgumentException("rise and fall are at least 1, not " + rise + " and " + fall);
        }
        this.rise = rise;
        this.fall = fall;
        up = startsUp;
    }

    /**
     * A check has ended.
     *
     * @param passed how.
     * @return whether the backend went up or down by it.
     */
    public boolean onResult(boolean passed) {
        return onResult(passed, fall);
    }

    /**
     * A check has ended of a backend that the traffic already says is broken: two failures in a row take it down, however many
     * it takes otherwise. One may be a lost packet, and clients can ask for suspicion. A pass counts as any other.
     *
     * @param passed how it ended.
     * @return whether the backend went up or down by it.
     */
    public boolean onSuspectResult(boolean passed) {
        return onResult(passed, Math.min(fall, SUSPECT_FALL));
    }

    private boolean onResult(boolean passed, int fallNow) {
        final boolean isFirst = !checked;
        checked = true;
        if (passed == up) {
            run = 0;
            return false;
        }
        run++;
        if (!isFirst && run < (up ? fallNow : rise)) {
            return false;
        }
        up = passed;
        run = 0;
        return true;
    }

    /**
     * Whether the backend is up: as its checks say, or as it started before the first.
     *
     * @return the state.
     */
    public boolean isUp() {
        return up;
    }

    /**
     * Whether it was ever checked.
     *
     * @return true from the first result on.
     */
    public boolean isProven() {
        return checked;
    }

    /**
     * Whether the next results may soon change the state, so that checking faster is worth it: nothing was ever checked,
     * or the latest results contradict the state.
     *
     * @return whether it is.
     */
    public boolean inTransition() {
        return !checked || run > 0;
    }

    /**
     * How many of the latest results contradict the state.
     *
     * @return the length of the run, less than what it takes to change the state.
     */
    public int run() {
        return run;
    }
}
