package io.fairlead.edge;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Does small things once a second on one thread. A task that fails is reported and not tried again. */
final class Ticker implements AutoCloseable {
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        final Thread thread = new Thread(task, "fairlead-ticker");
        thread.setDaemon(true);
        return thread;
    });
    private final Terminal terminal;

    /**
     * Nothing to do yet.
     *
     * @param terminal where failures are reported.
     */
    Ticker(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Do this each second from now on.
     *
     * @param name for a report.
     * @param task must not take long.
     */
    void eachSecond(String name, Runnable task) {
        final ScheduledFuture<?> unused =
                executor.scheduleWithFixedDelay(() -> attempt(name, task), 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private void attempt(String name, Runnable task) {
        try {
            task.run();
        } catch (final RuntimeException e) {
            terminal.note("fairlead: the " + name + " stopped, please report this: " + e);
            throw e;
        }
    }
}
