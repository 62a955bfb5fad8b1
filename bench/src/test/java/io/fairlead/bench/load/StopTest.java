package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.Addresses;
import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rig as a process that is told to stop: SIGTERM, which takes the same way as Ctrl-C. */
final class StopTest {
    private static final int LIMIT_S = 60;

    @TempDir
    private Path folder;

    @Test
    void shouldTellWhatWasMeasuredWhenStopped() throws IOException, InterruptedException {
        final Path csv = folder.resolve("windows.csv");
        try (EchoServer server = EchoServer.start(EchoOptions.named("b1"))) {
            final Process rig = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--add-exports",
                            "java.base/jdk.internal.misc=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            LoadMain.class.getName(),
                            "rtt",
                            "--target",
                            "direct=" + Addresses.canonical(server.address()),
                            "--connections",
                            "2",
                            "--rounds",
                            "1000",
                            "--seconds",
                            "0.1",
                            "--warmup",
                            "0.1",
                            "--csv",
                            csv.toString())
                    .redirectErrorStream(true)
                    .start();
            try (BufferedReader lines = rig.inputReader(StandardCharsets.UTF_8)) {
                String line = lines.readLine();
                while (line != null && !line.contains("round 2 of 1000")) {
                    line = lines.readLine();
                }
                // Not the Process's own destroy, which closes what there is still to read.
                rig.toHandle().destroy();
                final String rest = lines.lines().collect(Collectors.joining("\n"));
                assertTrue(rig.waitFor(LIMIT_S, TimeUnit.SECONDS));
                assertEquals(Stop.EXIT_CODE, rig.exitValue(), rest);
                assertTrue(rest.matches("(?s).*\\*\\*Aborted after round \\d+ of 1000\\.\\*\\*.*"), rest);
                assertTrue(rest.contains("| direct | "), rest);
            } finally {
                rig.destroyForcibly();
            }
        }
        final List<String> windows = Files.readAllLines(csv);
        assertEquals(Sample.CSV_HEADER, windows.get(0));
        assertTrue(windows.get(2).startsWith("rtt-64x2,direct,free,1,0,"), windows.get(2));
    }
}
