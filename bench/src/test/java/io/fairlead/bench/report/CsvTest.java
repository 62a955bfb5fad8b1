package io.fairlead.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of both forms, and files that cannot be believed. */
final class CsvTest {
    private static final String PRESENT = "rig,subject,placement,round,position,count,bytes,wall_ns,client_cpu_ns,"
            + "echo_cpu_ns,subject_cpu_ns,errors,missed\n";
    private static final String BEFORE = "rig,subject,round,position,count,wall_ns,client_cpu_ns,echo_cpu_ns,"
            + "subject_cpu_ns,wall_us_each,cpu_us_each,errors\n";
    private static final String GOOD = "rtt-64x100@9,nginx,two-cores,3,0,1000,64,8000000,1000000,2000000,3000000,4,5";

    @TempDir
    private Path directory;

    @Test
    void shouldReadThePresentHeader() throws IOException {
        final Window window = read(PRESENT + GOOD + "\n\n").get(0);
        assertEquals(
                new Window(
                        new RigName("rtt-64x100@9", "rtt", 64, 100, 9),
                        "nginx",
                        Placement.TWO_CORES,
                        3,
                        1000,
                        64,
                        8_000_000,
                        6_000_000,
                        3_000_000,
                        4,
                        5),
                window);
        assertEquals(6, window.processorUs());
        assertEquals(8, window.wallUs());
        assertTrue(window.isFailed());
    }

    @Test
    void shouldReadTheHeaderOfBefore() throws IOException {
        final Window window = read(BEFORE + "rtt-64x100,core,1,2,1000,4000000,1000000,1000000,1500000,4.000,3.500,0\n")
                .get(0);
        assertEquals(Placement.ONE_CORE, window.placement());
        assertEquals(64, window.bytes());
        assertEquals(3.5, window.processorUs());
        assertEquals(0, window.missedCount());
    }

    @Test
    void shouldTellFileAndLineWhenALineIsGarbled() throws IOException {
        assertProblem(":1: empty", "");
        assertProblem(":1: no column rig", "a,b\n1,2\n");
        assertProblem(":1: two columns are named rig", "rig,rig\n");
        assertProblem(":2: 3 cells, but 13 columns", PRESENT + "rtt-64x100,nginx,one-core\n");
        assertProblem(":3: count is no whole number", PRESENT + GOOD + "\n" + GOOD.replace("1000,64", "1e3,64"));
        assertProblem(
                ":2: count is no whole number of 0 or above: -1000", PRESENT + GOOD.replace("1000,64", "-1000,64"));
        assertProblem(":2: count is no whole number", PRESENT + GOOD.replace("1000,64", "99999999999999999999,64"));
        assertProblem(":2: placement is none of", PRESENT + GOOD.replace("two-cores", "three-cores"));
        assertProblem(":2: subject is no name", PRESENT + GOOD.replace("nginx", "ngi\u0000nx"));
        assertProblem(":2: subject is no name", PRESENT + GOOD.replace("nginx", "n".repeat(81)));
        assertProblem(":2: round is too large", PRESENT + GOOD.replace("cores,3,", "cores,3000000000,"));
        assertProblem(":3: nginx is measured twice in round 3", PRESENT + GOOD + "\n" + GOOD);
    }

    @Test
    void shouldTellTheFileWhenBytesAreNoText() throws IOException {
        final Path file = directory.resolve("samples.csv");
        Files.write(file, new byte[] {(byte) 0xc3, (byte) 0x28, '\n'});
        assertEquals(
                file + ": is not UTF-8",
                assertThrows(InputException.class, () -> Window.read(file)).getMessage());
    }

    @Test
    void shouldTellWhereWhenJsonIsGarbled() throws IOException {
        final Path file = directory.resolve("jmh.json");
        Files.writeString(file, "[\n{\"benchmark\": }]");
        assertStarts(file + ":2: ", assertThrows(InputException.class, () -> JmhResult.read(file)));
        Files.writeString(file, "[{\"benchmark\": \"a.B.c\", \"mode\": \"thrpt\"}]");
        assertStarts(file + ": result 1 is not", assertThrows(InputException.class, () -> JmhResult.read(file)));
        Files.writeString(file, "");
        assertStarts(file + ":1: ends too early", assertThrows(InputException.class, () -> JmhResult.read(file)));
    }

    @Test
    void shouldTellTheFileWhenALogHoldsNothing() throws IOException {
        final Path log = directory.resolve("rtt-64x100-nginx.hdr");
        Files.writeString(log, "no log\n");
        assertStarts(log + ": ", assertThrows(InputException.class, () -> Latency.readAll(directory)));
    }

    private List<Window> read(String text) throws IOException {
        final Path file = directory.resolve("samples.csv");
        Files.writeString(file, text);
        return Window.read(file);
    }

    private void assertProblem(String expected, String text) {
        assertStarts(directory.resolve("samples.csv") + expected, assertThrows(InputException.class, () -> read(text)));
    }

    private static void assertStarts(String expected, Exception actual) {
        assertTrue(actual.getMessage().startsWith(expected), actual.getMessage());
    }
}
