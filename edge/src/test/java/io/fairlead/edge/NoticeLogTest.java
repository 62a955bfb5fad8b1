package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fairlead.core.status.BackendNotice;
import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.LimitKind;
import io.fairlead.core.status.LimitNotice;
import io.fairlead.core.status.Notice;
import io.fairlead.core.status.PanicNotice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoticeLogTest {
    private static final String TIME = "fairlead: 1970-01-01T00:00:01.500Z ";

    private final Captured captured = new Captured(false);

    @Test
    void shouldSayWhatBecameOfABackendAndWhy() {
        tell(new BackendNotice(
                1500, "b1", BackendState.ACTIVE, BackendState.DOWN, "checks failed: 3, last: timed out", 7, 2, 3));

        assertSaid("backend b1 is down, was active: checks failed: 3, last: timed out; it has 7 connections, and 2 of 3"
                + " backends are well and take new ones");
    }

    @Test
    void shouldSayThatHealthIsIgnoredWhenAPanicBegins() {
        tell(new PanicNotice(1500, true, 33, 50));

        assertSaid("PANIC: only 33 % of the backends' weight is well, under the threshold of 50 %: health is ignored,"
                + " clients are sent as if all were well; the lines before say what fails");
    }

    @Test
    void shouldSayThatItIsOverWhenAPanicEnds() {
        tell(new PanicNotice(1500, false, 66, 50));

        assertSaid("the panic is over: 66 % of the backends' weight is well");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "CONNECTIONS | 1 | limit: accepting waited 1 time for another connection to end; raise"
                        + " --max-connections",
                "PEEK_SLABS | 3 | limit: accepting waited 3 times for clients that are slow with their request heads;"
                        + " lower --peek-timeout, or give the JVM more direct memory",
                "ALL_BACKENDS | 4 | limit: all backends were full 4 times: clients were answered 503; raise"
                        + " max-connections of the backends, or add one",
                "BACKEND_CONNECTIONS | 2 | limit: a backend was full 2 times, last x: its clients went to the next in"
                        + " their order",
                "SOURCE_CONNECTIONS | 3 | limit: closed 3 times what was one connection too many of a client, last x"
                        + " (--max-connections-per-client)",
                "SOURCE_RATE | 4 | limit: closed 4 times what a client connected too fast, last x (--max-accept-rate)",
                "HOT_SOURCE | 1 | hot: 1 time a client was found to have more connections than one backend should bear,"
                        + " last x: its new ones are spread (--hot-source)",
            })
    void shouldSayWhichLimitWasMetAndByWhom(LimitKind limit, long count, String text) {
        tell(new LimitNotice(1500, limit, count, limit == LimitKind.CONNECTIONS ? null : "x"));

        assertSaid(text);
    }

    private void tell(Notice notice) {
        new NoticeLog(captured.terminal()).onNotice(notice);
    }

    private void assertSaid(String text) {
        assertEquals(TIME + text + System.lineSeparator(), captured.err());
        assertEquals("", captured.out());
    }
}
