package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private static final String END = System.lineSeparator();
    private static final String ERASE = "\r\u001b[K";
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldKeepTheLiveLineBelowEverythingElse() {
        final Captured captured = new Captured(true);
        captured.terminal().live("one");
        captured.terminal().line("text");
        captured.terminal().live("two");
        captured.terminal().live("");
        captured.terminal().note("end");

        assertEquals(ERASE + "one" + ERASE + "text" + END + "one" + ERASE + "two" + ERASE, captured.out());
        assertEquals("end" + END, captured.err());
    }

    @Test
    void shouldShowNoLiveLineInAFile() {
        final Captured captured = new Captured(false);
        captured.terminal().live("one");
        captured.terminal().line("text");

        assertEquals("text" + END, captured.out());
    }

    @Test
    void shouldShowWebSocketsConnectionsAndTerminations() {
        final BalancerStatus status = Statuses.threeBackends();
        final StatusLine line = new StatusLine(status, 120, 0);
        status.counters().set(LoopCounter.WEBSOCKETS_ACTIVE, 9);
        status.counters().set(LoopCounter.CONNECTIONS_ACTIVE, 12);
        status.backends().get(0).stats().counters().set(BackendCounter.WEBSOCKETS_ACTIVE, 4);
        status.backends().get(2).stats().counters().set(BackendCounter.WEBSOCKETS_ACTIVE, 5);
        for (int i = 0; i < 3; i++) {
            status.countTermination(TerminationCause.CLIENT_RESET);
        }

        assertEquals("9 WebSockets (b1 4, b2 0, b3 5) | 12 connections | 1.5 terminations/s", line.text(2 * SECOND_NS));
        assertEquals("9 WebSockets (b1 4, b2 0, b3 5) | 12 connections | 0.0 terminations/s", line.text(3 * SECOND_NS));
    }

    @Test
    void shouldCutTheLineWhenTheTerminalIsNarrow() {
        final StatusLine line = new StatusLine(Statuses.threeBackends(), 24, 0);

        assertEquals("0 WebSockets (b1 0, ...", line.text(SECOND_NS));
    }

    @Test
    void shouldTakeTheTerminalsWidth() {
        assertEquals(80, StatusLine.columns(null));
        assertEquals(80, StatusLine.columns("0"));
        assertEquals(80, StatusLine.columns("wide"));
        assertEquals(132, StatusLine.columns("132"));
    }
}
