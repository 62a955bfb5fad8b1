package io.fairlead.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target is met when the upper end of the interval is, and by nothing less. */
final class TargetsTest {
    private static final String HEADER =
            "rig,subject,placement,round,count,bytes,wall_ns,client_cpu_ns,echo_cpu_ns," + "subject_cpu_ns,errors\n";

    private final StringBuilder samples = new StringBuilder(HEADER);

    @TempDir
    private Path folder;

    @Test
    void shouldJudgeByTheUpperEndOfTheInterval() throws IOException {
        add("direct", 0, 10, 10, 10, 10, 10, 10);
        add("nginx-stream", 0, 20, 20, 20, 20, 20, 20);
        // Shares of the peer's: 0.8 with one round of 0.9, and 0.8 in all.
        add("fairlead-epoll-25", 0, 18, 18, 19, 18, 18, 18);
        add("fairlead-nio-17", 0, 20, 20, 20.5, 20, 20, 20);
        assertLine("| fairlead-epoll-25 | Round trips of 64 B on 100 WebSockets: share / nginx-stream's | 0.87"
                + " | 0.800 (0.800–0.900) | **not met** |");
        assertLine("| fairlead-nio-17 | Round trips of 64 B on 100 WebSockets: share / nginx-stream's | 1.05"
                + " | 1.000 (1.000–1.050) | met |");
    }

    @Test
    void shouldCompareTotalsWithTheForwarderInCOnEpollAlone() throws IOException {
        add("direct", 0, 10, 10, 10, 10, 10, 10);
        add("c-reference", 0, 20, 20, 20, 20, 20, 20);
        add("fairlead-epoll-25", 0, 21, 21, 21, 20, 20, 20);
        add("fairlead-nio-17", 0, 21, 21, 21, 20, 20, 20);
        final String told = told();
        assertTrue(told.contains("CPU of all / c-reference's | 1.05 | 1.025 (1.000–1.050) | met |"), told);
        assertFalse(told.contains("fairlead-nio-17"), told);
        assertFalse(told.contains("share /"), told);
    }

    @Test
    void shouldSayNothingOfFewRounds() throws IOException {
        add("direct", 0, 10, 10, 10, 10, 10);
        add("haproxy-tcp", 0, 20, 20, 20, 20, 20);
        add("fairlead-epoll-25", 0, 15, 15, 15, 15, 15);
        assertLine("| fairlead-epoll-25 | Round trips of 64 B on 100 WebSockets: share / haproxy-tcp's | 0.87"
                + " | 0.500 (0.500–0.500) | too few rounds |");
    }

    @Test
    void shouldNotCountWhatFailedAsMet() throws IOException {
        add("direct", 0, 10, 10, 10, 10, 10, 10);
        add("haproxy-tcp", 0, 20, 20, 20, 20, 20, 20);
        add("fairlead-epoll-25", 1, 15, 15, 15, 15, 15, 15);
        assertLine("| fairlead-epoll-25 | Round trips of 64 B on 100 WebSockets: share / haproxy-tcp's | 0.87"
                + " | – | **not met**: it failed, or noise hid it |");
    }

    @Test
    void shouldLeaveOutWhatCopiesOnPurpose() throws IOException {
        add("direct", 0, 10, 10, 10, 10, 10, 10);
        add("haproxy-tcp", 0, 20, 20, 20, 20, 20, 20);
        add("fairlead-epoll-25-copy", 0, 15, 15, 15, 15, 15, 15);
        assertEquals("Nothing was measured that there is a target for.\n", told());
    }

    @Test
    void shouldJudgeMemoryByTheSlopeOverFourHerds() throws IOException {
        final StringBuilder memory =
                new StringBuilder("subject,connections,pss_kib,rss_kib,sockstat_tcp_pages,slab_kib\n");
        for (int herd = 1024; herd <= 4096; herd += 1024) {
            memory.append(
                    String.format(Locale.ROOT, "fairlead-epoll-25,%d,%d,0,0,0%n", herd, 10_000 + herd * 481 / 1024));
            memory.append(String.format(Locale.ROOT, "fairlead-nio-17,%d,%d,0,0,0%n", herd, 10_000 + herd * 3));
        }
        memory.append("fairlead-nio-25,1024,10,0,0,0\nfairlead-nio-25,2048,20,0,0,0\n");
        Files.writeString(folder.resolve("memory.csv"), memory);
        Files.writeString(folder.resolve("environment.txt"), "table bytes a slot: 320.00\n");
        final String memoryRow = "bytes of process memory for an idle WebSocket, with its slot of the table";
        assertLine("| fairlead-epoll-25 | " + memoryRow + " | 800.00 | 801: 481 and 320.00 of table | **not met** |");
        assertLine("| fairlead-nio-17 | " + memoryRow + " | 4,096 | 3,392: 3,072 and 320.00 of table | met |");
        assertLine("| fairlead-nio-25 | " + memoryRow + " | 4,096 | 330: 10 and 320.00 of table | too few herds |");
    }

    @Test
    void shouldJudgeAllocation() throws IOException {
        Files.writeString(
                folder.resolve("environment.txt"),
                "allocated bytes a message, fairlead-nio-17: 0.00\nallocated bytes a message, fairlead-epoll-25: 0.02\n");
        assertLine("| fairlead-nio-17 | bytes allocated for a forwarded message | 0 | 0.00 | met |");
        assertLine("| fairlead-epoll-25 | bytes allocated for a forwarded message | 0 | 0.02 | **not met** |");
    }

    private void assertLine(String line) throws IOException {
        final String told = told();
        assertTrue(told.lines().anyMatch(line::equals), told);
    }

    private String told() throws IOException {
        if (samples.length() > HEADER.length()) {
            Files.writeString(folder.resolve("samples.csv"), samples);
        }
        return Targets.of(folder).markdown();
    }

    private void add(String subject, int errorCount, double... us) {
        for (int round = 0; round < us.length; round++) {
            final long ns = (long) (us[round] * 1_000_000);
            samples.append(String.format(
                    Locale.ROOT,
                    "rtt-64x100,%s,one-core,%d,1000,64,%d,0,0,%d,%d%n",
                    subject,
                    round,
                    ns,
                    ns,
                    errorCount));
        }
    }
}
