package io.fairlead.bench.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fairlead.bench.compare.BenchJar;
import io.fairlead.bench.compare.Tree;
import io.fairlead.bench.report.FailoverEvent;
import io.fairlead.bench.report.FailoverResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rig with real servers and the real process, too few clients to mean anything. */
class FailoverIT {
    private static final int CLIENTS = 30;
    private static final String SUBJECT = "fairlead-unchecked";

    private Tree tree;
    private BenchJar bench;

    @TempDir
    Path directory;

    @BeforeEach
    void locate() throws IOException {
        tree = Tree.locate();
        bench = new BenchJar(tree, directory);
        require(
                Files.exists(tree.fairleadJar()) && Files.exists(tree.benchJar()),
                "the jars are not built: mvn -B -DskipTests package");
        final String missing = Fleet.missing();
        require(missing == null, missing);
    }

    @Test
    void shouldFindOutWhoIsCutAndWhoMovesWhenABackendIsKilledAndReturns() throws IOException, InterruptedException {
        final int exitCode = bench.run(
                "failover",
                "--clients",
                Integer.toString(CLIENTS),
                "--subjects",
                SUBJECT,
                "--events",
                "kill",
                "--interval",
                "0.1",
                "--rest",
                "4",
                "--watch",
                "1",
                "--results",
                directory.toString());
        assertEquals(0, exitCode, bench::console);
        final Path folder = bench.folder();
        final List<FailoverResult> results = FailoverResult.read(folder.resolve(FailoverResult.FILE_NAME));
        assertEquals(
                List.of(FailoverEvent.KILL, FailoverEvent.RETURN, FailoverEvent.RECONNECT),
                results.stream().map(FailoverResult::event).toList());
        final FailoverResult kill = results.get(0);
        assertEquals(CLIENTS, kill.clientCount());
        assertTrue(kill.affectedCount() > 0, bench::console);
        assertEquals(kill.affectedCount(), kill.cutCount());
        assertEquals(0, kill.missingCount() + kill.bystandersCutCount() + kill.bystandersMovedCount());
        assertEquals(new FailoverResult.Total(1, kill.affectedCount()), kill.affectedMoves());
        assertEquals(0L, kill.affectedAfter().get(0), "b1 is dead");
        for (final FailoverResult later : results.subList(1, results.size())) {
            assertEquals(0, later.bystandersMovedCount(), () -> later.event() + " moved somebody");
            assertEquals(kill.allAfter(), later.allAfter());
        }
        final List<String> clients = Files.readAllLines(folder.resolve("clients.csv"));
        assertEquals(1 + kill.affectedCount(), clients.size(), "a line for each client that anything happened to");
        final String environment = Files.readString(folder.resolve("environment.txt"));
        assertTrue(environment.contains("at rest, " + SUBJECT + ": clients "), environment);
        assertTrue(Files.readString(folder.resolve("summary.md")).contains("b1 is killed"));
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() throws IOException, InterruptedException {
        assertEquals(2, bench.run("failover", "--subjects", "envoy"));
        assertTrue(bench.console().contains("'envoy' is no subject"), bench::console);
        assertEquals(2, bench.run("failover", "--events", "flood"));
        assertTrue(bench.console().contains("'flood' is no part of the script"), bench::console);
        assertFalse(bench.console().contains("at io.fairlead"), "no stack trace");
    }

    /** Where peers are required, so are these. */
    private static void require(boolean isThere, String message) {
        if (isThere) {
            return;
        }
        if (BenchJar.arePeersRequired()) {
            fail(message);
        }
        System.err.println("SKIPPED: " + message);
        assumeTrue(false, message);
    }
}
