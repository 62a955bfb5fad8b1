package io.fairlead.bench.load;

import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/**
 * Whether the user wants to stop: Ctrl-C or SIGTERM. The rig then ends its window, reports what it has, and the process ends
 * with {@link #EXIT_CODE}.
 *
 * <p><b>Thread safe.</b>
 */
public final class Stop implements BooleanSupplier {
    /** Of a process that was stopped. */
    public static final int EXIT_CODE = 130;

    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean isRequested;
    private volatile boolean isWatched;

    /** Nobody wants to stop yet. */
    Stop() {}

    @Override
    public boolean getAsBoolean() {
        return isRequested;
    }

    /** Stop after the current window. */
    void request() {
        isRequested = true;
    }

    /** From now on somebody asks whether to stop. */
    void watch() {
        isWatched = true;
    }

    /** From now on a signal that would end this process only requests it, if somebody asks. */
    void onSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::onShutdown, "stop"));
    }

    /** What was to be stopped has ended: the process may. */
    void over() {
        over.countDown();
    }

    // The JVM ends when its hooks have, and its other threads go on until then. Its exit code would be the signal's.
    private void onShutdown() {
        if (over.getCount() == 0 || !isWatched) {
            return;
        }
        request();
        try {
            over.await();
        } catch (final InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
