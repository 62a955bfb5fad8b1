package io.fairlead.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What processes take of the memory, from {@code /proc/<pid>/smaps_rollup}. <b>Immutable.</b>
 *
 * @param pssKib their pages, each shared one divided by those who share it, in KiB.
 * @param rssKib their pages, in KiB.
 * @param privateKib pages that nobody shares, in KiB.
 */
public record ProcessMemory(long pssKib, long rssKib, long privateKib) {
    /** The second collection finds what the first one's finalisation has freed. */
    private static final int COLLECTION_COUNT = 2;

    private static final long COLLECTION_LIMIT_S = 60;

    /** Of these processes together. */
    public static ProcessMemory of(List<Long> processIds) throws IOException {
        long pss = 0;
        long rss = 0;
        long own = 0;
        for (final long processId : processIds) {
            final String rollup = ProcFile.text(processId + "/smaps_rollup");
            pss += ProcFile.number(rollup, "Pss:");
            rss += ProcFile.number(rollup, "Rss:");
            own += ProcFile.number(rollup, "Private_Clean:") + ProcFile.number(rollup, "Private_Dirty:");
        }
        return new ProcessMemory(pss, rss, own);
    }

    /**
     * Have a JVM collect its garbage, by the {@code jcmd} beside its {@code java}.
     *
     * @param processId of any process.
     * @return whether it is a JVM with a {@code jcmd}, and did.
     * @throws IOException if it is and did not.
     */
    public static boolean collect(long processId) throws IOException {
        final Path program = Files.readSymbolicLink(Path.of("/proc", Long.toString(processId), "exe"));
        final Path command = program.resolveSibling("jcmd");
        if (!program.endsWith("java") || !Files.isExecutable(command)) {
            return false;
        }
        for (int i = 0; i < COLLECTION_COUNT; i++) {
            final Process collection = new ProcessBuilder(command.toString(), Long.toString(processId), "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!hasEndedWell(collection)) {
                throw new IOException(command + " " + processId + " GC.run failed");
            }
        }
        return true;
    }

    private static boolean hasEndedWell(Process process) {
        try {
            return process.waitFor(COLLECTION_LIMIT_S, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (final InterruptedException ignored) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            process.destroy();
        }
    }
}
