package io.fairlead.edge;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendStatus;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import java.util.Locale;

/** The live line of {@code run}: what a balancer is doing, in one row of a terminal. Not thread safe. */
final class StatusLine {
    private static final int DEFAULT_COLUMNS = 80;
    private static final String CUT = "...";

    private final BalancerStatus status;
    private final int length;
    private long lastNs;
    private long lastTerminations;

    /**
     * Begin to measure rates.
     *
     * @param status what to show.
     * @param columns of the terminal; a longer line is cut, for it could not be redrawn.
     * @param nowNs the time.
     */
    StatusLine(BalancerStatus status, int columns, long nowNs) {
        this.status = status;
        this.length = columns - 1;
        this.lastNs = nowNs;
        this.lastTerminations = terminations();
    }

    /**
     * How wide the terminal says it is.
     *
     * @param columns the variable {@code COLUMNS}, or null.
     * @return columns, 80 if it does not say.
     */
    static int columns(String columns) {
        return columns != null && columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) : DEFAULT_COLUMNS;
    }

    /**
     * The line for now; rates are since the last call.
     *
     * @param nowNs the time.
     * @return at most the terminal's width.
     */
    String text(long nowNs) {
        final long ended = terminations();
        final double seconds = Math.max(1, nowNs - lastNs) / 1e9;
        final StringBuilder line = new StringBuilder(length)
                .append(status.count(LoopCounter.WEBSOCKETS_ACTIVE))
                .append(" WebSockets");
        String before = " (";
        for (final BackendStatus backend : status.backends()) {
            line.append(before)
                    .append(backend.name())
                    .append(' ')
                    .append(backend.count(BackendCounter.WEBSOCKETS_ACTIVE));
            before = ", ";
        }
        line.append(status.backends().isEmpty() ? "" : ")");
        line.append(" | ").append(status.count(LoopCounter.CONNECTIONS_ACTIVE)).append(" connections | ");
        line.append(String.format(Locale.ROOT, "%.1f terminations/s", (ended - lastTerminations) / seconds));
        lastNs = nowNs;
        lastTerminations = ended;
        return line.length() <= length ? line.toString() : line.substring(0, length - CUT.length()) + CUT;
    }

    private long terminations() {
        long sum = 0;
        for (final TerminationCause cause : TerminationCause.values()) {
            sum += status.terminations(cause);
        }
        return sum;
    }
}
