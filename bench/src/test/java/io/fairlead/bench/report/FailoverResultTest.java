package io.fairlead.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.bench.report.FailoverResult.Times;
import io.fairlead.bench.report.FailoverResult.Total;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a failover run tells, as a file and as tables. */
final class FailoverResultTest {
    @TempDir
    private Path directory;

    /** Of 100 clients 30 were on the backend, and some of them never came back. */
    static FailoverResult result(String subject, FailoverEvent event, int missingCount) {
        return new FailoverResult(
                subject,
                event,
                40_123,
                100,
                30,
                28,
                2,
                missingCount,
                new Times(
                        OptionalDouble.of(212.5),
                        missingCount > 0 ? OptionalDouble.empty() : OptionalDouble.of(300),
                        missingCount > 0 ? OptionalDouble.empty() : OptionalDouble.of(1234.5)),
                new Total(2, 31),
                new Total(3, 33),
                missingCount,
                5,
                6,
                0,
                List.of(0L, 16L, 14L - missingCount),
                List.of(0L, 51L, 49L - missingCount),
                missingCount > 0 ? "4 x refused, or worse" : "");
    }

    @Test
    void shouldReadWhatItWrote() throws IOException {
        final Path file = directory.resolve(FailoverResult.FILE_NAME);
        FailoverResult.write(
                file, List.of(result("fairlead", FailoverEvent.KILL, 0), result("nginx", FailoverEvent.THAW, 4)));
        final List<FailoverResult> read = FailoverResult.read(file);
        assertEquals(2, read.size());
        assertEquals(212.5, read.get(0).back().p50Ms().orElseThrow());
        assertEquals(OptionalDouble.empty(), read.get(1).back().maxMs());
        assertEquals("4 x refused  or worse", read.get(1).failures());
        FailoverResult.write(file, read);
        assertEquals(read, FailoverResult.read(file));
    }

    @Test
    void shouldRefuseAnEventThatIsNone() throws IOException {
        final Path file = directory.resolve(FailoverResult.FILE_NAME);
        FailoverResult.write(file, List.of(result("fairlead", FailoverEvent.KILL, 0)));
        final String text = Files.readString(file);
        Files.writeString(file, text.replace(",kill,", ",explode,"));
        assertTrue(assertThrows(InputException.class, () -> FailoverResult.read(file))
                .getMessage()
                .contains("explode"));
        Files.writeString(file, text.replace(",0 51 49,", ",0 51 none,"));
        assertTrue(assertThrows(InputException.class, () -> FailoverResult.read(file))
                .getMessage()
                .contains("all_after"));
    }

    @Test
    void shouldMakeATableForEachEventWithALineForEachSubject() {
        final String page = FailoverTables.markdown(
                List.of(result("fairlead", FailoverEvent.KILL, 0), result("nginx", FailoverEvent.KILL, 4)));
        assertTrue(page.contains("## Failover, 100 clients: b1 is killed (SIGKILL)"), page);
        assertTrue(
                page.contains("| fairlead | 30 | 28 | 2 | 0 | 0.21 | 0.30 | 1.23 | 2 | 31 | 3 | 33 | 0 | 5 | 6"
                        + " | 0 / 16 / 14 | 51.0 % / 49.0 % |"),
                page);
        assertTrue(
                page.contains("| nginx | 30 | 28 | 2 | 4 | 0.21 | > 40 | > 40 | 2 | 31 | 3 | 33 | 4 | 5 | 6"
                        + " | 0 / 16 / 10 | 53.1 % / 46.9 % |"),
                page);
        assertTrue(page.contains("- nginx: 4 x refused"), page);
        assertTrue(!page.contains("returns"), page);
    }

    @Test
    void shouldLeaveOutOfTheSharesWhoseEventItIs() {
        assertEquals(List.of(51L, 49L), result("x", FailoverEvent.KILL, 0).survivors());
        assertEquals(List.of(0L, 49L), result("x", FailoverEvent.FREEZE, 0).survivors());
        assertEquals(
                List.of(0L, 51L, 49L), result("x", FailoverEvent.RECONNECT, 0).survivors());
    }
}
