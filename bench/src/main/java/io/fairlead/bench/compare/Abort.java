package io.fairlead.bench.compare;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a run early without losing what was measured: a signal ends the rig that is running, which reports its rounds so far,
 * and waits until the run has kept them. <b>Thread safe.</b>
 */
final class Abort implements AutoCloseable {
    /** Exit code of what a signal ended. */
    static final int EXIT_CODE = 130;

    private static final int KEEP_LIMIT_S = 60;

    private final CountDownLatch kept = new CountDownLatch(1);
    private volatile boolean isAborted;
    private volatile Process current;

    /** Listen for signals. */
    Abort() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::onShutdown, "abort"));
    }

    boolean isAborted() {
        return isAborted;
    }

    /**
     * Run a child process to its end, on this process's console.
     *
     * @param command and its arguments.
     * @return its exit code; {@value #EXIT_CODE} without starting it if the run is aborted already.
     */
    int run(List<String> command) throws IOException, InterruptedException {
        if (isAborted) {
            return EXIT_CODE;
        }
        final Process process = new ProcessBuilder(command).inheritIO().start();
        current = process;
        try {
            if (isAborted) {
                process.destroy();
            }
            final int exitCode = process.waitFor();
            // The console sends Ctrl-C to both, and the child may be the first to have seen it.
            isAborted |= exitCode == EXIT_CODE;
            return exitCode;
        } finally {
            current = null;
        }
    }

    /** Everything has been kept: a signal may end the process now. */
    @Override
    public void close() {
        kept.countDown();
    }

    private void onShutdown() {
        if (kept.getCount() == 0) {
            return;
        }
        isAborted = true;
        final Process process = current;
        if (process != null) {
            process.destroy();
        }
        try {
            if (!kept.await(KEEP_LIMIT_S, TimeUnit.SECONDS)) {
                System.err.println("fairlead-bench: gave up waiting for the run to end");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Else the exit code would be the signal's.
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
