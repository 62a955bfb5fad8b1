package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From the files of /proc to bytes for one WebSocket. */
final class IdleTest {
    private static final String ROLLUP = """
            00400000-7ffc0 ---p 00000000 00:00 0                  [rollup]
            Rss:               12345 kB
            Pss:                6789 kB
            Pss_Dirty:          1111 kB
            """;

    @Test
    void shouldReadNumbersBehindWords() throws IOException {
        assertEquals(6789, ProcFile.number(ROLLUP, "Pss:"));
        assertEquals(
                4096,
                ProcFile.number(
                        "Max processes    1  2  p\nMax open files            4096   8192  files\n", "Max open files"));
        assertEquals(7, ProcFile.number("sockets: used 3\nTCP: inuse 7 orphan 0 tw 0 alloc 9 mem 2\n", "TCP: inuse"));
        assertThrows(IOException.class, () -> ProcFile.number(ROLLUP, "Swap:"));
    }

    @Test
    void shouldFindTheSlope() {
        final List<HerdLook> looks = List.of(look("a", 1000, 10_100), look("a", 2000, 10_190), look("a", 3000, 10_300));
        assertEquals(0.1, HerdLook.slope(looks, look -> look.process().pssKib()), 1e-9);
    }

    @Test
    void shouldScaleHerdsDownToWhatATargetBears() {
        final List<Integer> herds = List.of(1000, 3000, 6000, 9500);
        assertEquals(herds, IdleCommand.scaled(herds, 9500));
        assertEquals(List.of(346, 1038, 2077, 3290), IdleCommand.scaled(herds, 3290));
        assertEquals(List.of(1), IdleCommand.scaled(herds, 1));
        assertEquals(List.of(), IdleCommand.scaled(herds, 0));
    }

    @Test
    void shouldTakeTheDirectConnectionsKernelMemoryAway() {
        final String markdown = new IdleTable(
                        List.of(
                                look("direct", 100, 0),
                                look("direct", 200, 0),
                                look("x", 100, 500),
                                look("x", 200, 600)),
                        "direct",
                        4)
                .markdown();
        // direct: 2 KiB of slab each; x: 3.
        assertTrue(markdown.contains("| direct | – | 2048 | 0 |"), markdown);
        assertTrue(markdown.contains("| x | 1024 | 1024 | 0 |"), markdown);
    }

    @Test
    void shouldMeasureThisProcess() throws IOException {
        final ProcessMemory memory =
                ProcessMemory.of(List.of(ProcessHandle.current().pid()));
        assertTrue(memory.rssKib() >= memory.pssKib() && memory.pssKib() >= memory.privateKib());
        assertTrue(memory.privateKib() > 0);
        assertTrue(ProcFile.descriptorLimit("self") > 0);
        assertTrue(KernelMemory.now().slabKib() > 0);
    }

    private static HerdLook look(String subject, int count, long pssKib) {
        final int slabEach = subject.equals("direct") ? 2 : 3;
        return new HerdLook(
                subject, count, new ProcessMemory(pssKib, 2 * pssKib, 0), new KernelMemory(0, (long) slabEach * count));
    }
}
