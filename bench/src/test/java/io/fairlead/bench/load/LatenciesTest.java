package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of distributions, and that a missed rate is nowhere taken for a result. */
final class LatenciesTest {
    private static final long MS = 1_000_000;

    @TempDir
    private Path folder;

    @Test
    void shouldWriteAnIntervalARoundThatReadsBack() throws IOException {
        final Latencies latencies = new Latencies(
                List.of(window("a", 0, 10, 0, 0), window("b", 0, 10, 0, 0), window("a", 1, 10, 0, 0)), true);
        latencies.write(folder, "rtt-64x1@10");
        try (HistogramLogReader reader =
                new HistogramLogReader(folder.resolve("rtt-64x1@10-a.hdr").toFile())) {
            for (int i = 0; i < 2; i++) {
                final Histogram histogram = (Histogram) reader.nextIntervalHistogram();
                assertEquals(10, histogram.getTotalCount());
                assertTrue(Math.abs(histogram.getMaxValue() - MS) <= MS / 1000);
                assertEquals(null, histogram.getTag());
            }
            assertEquals(null, reader.nextIntervalHistogram());
        }
        assertFalse(latencies.hasMissed());
    }

    @Test
    void shouldMarkTheFileWhenTheRateWasMissedInAnyRound() throws IOException {
        new Latencies(List.of(window("a", 0, 100, 0, 0)), true).write(folder, "rig");
        final Latencies latencies = new Latencies(List.of(window("a", 0, 98, 2, 0), window("a", 1, 100, 0, 0)), true);
        latencies.write(folder, "rig");
        assertTrue(Files.exists(folder.resolve("rig-a.hdr.FAIL")));
        assertFalse(Files.exists(folder.resolve("rig-a.hdr")), "what an earlier run had kept");
        assertTrue(latencies.hasMissed());
        assertTrue(latencies.markdown().contains("**FAIL**"));
    }

    @Test
    void shouldSayWhenTheClientItselfWasLate() {
        assertFalse(new Latencies(List.of(window("a", 0, 10_000, 0, 10)), true)
                .markdown()
                .contains("too slow"));
        assertTrue(new Latencies(List.of(window("a", 0, 10_000, 0, 11)), true)
                .markdown()
                .contains("11: the client was too slow"));
    }

    @Test
    void shouldSayThatAClosedLoopHidesWaiting() {
        final String markdown = new Latencies(List.of(window("a", 0, 10, 0, 0)), false).markdown();
        assertTrue(markdown.contains("| a | 1000."));
        assertTrue(markdown.contains("hide the waiting"));
    }

    @Test
    void shouldRecordWhatIsBeyondItsRange() {
        final Histogram histogram = Latencies.histogram();
        Latencies.record(histogram, -1);
        Latencies.record(histogram, Long.MAX_VALUE);
        assertEquals(2, histogram.getTotalCount());
    }

    private static Window window(String subject, int round, int count, int missedCount, int lateCount) {
        final Histogram histogram = Latencies.histogram();
        histogram.recordValueWithCount(MS, count);
        histogram.setStartTimeStamp(1000L * round);
        histogram.setEndTimeStamp(1000L * round + 1000);
        return new Window(new Sample(subject, round, 0, count, 64, 1, 1, 1, 1, 0, missedCount), histogram, lateCount);
    }
}
