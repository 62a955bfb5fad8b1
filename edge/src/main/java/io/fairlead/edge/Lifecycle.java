package io.fairlead.edge;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * When the process ends, and with which exit code. One thread waits in {@link #await}; <b>any thread</b> may say what
 * happened.
 */
final class Lifecycle {
    private enum Kind {
        STOP,
        RELOAD,
        FAILED,
        DRAINED
    }

    private record Happening(Kind kind, Throwable error) {}

    private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();
    private final Terminal terminal;
    private final Runnable endNow;
    private boolean over;

    /**
     * Nothing has happened yet.
     *
     * @param terminal for notes.
     * @param endNow ends the process without more ado, when told to stop while it is already closing.
     */
    Lifecycle(Terminal terminal, Runnable endNow) {
        this.terminal = terminal;
        this.endNow = endNow;
    }

    /** Drain and end; the second time, end at once, whatever the closing waits for. */
    void stop() {
        final boolean late;
        // In one step with the end of await: the stop that ends it must not be taken for a second one.
        synchronized (this) {
            late = over;
            if (!late) {
                happenings.add(new Happening(Kind.STOP, null));
            }
        }
        if (late) {
            endNow.run();
        }
    }

    /** Read the configuration again. */
    void reload() {
        happenings.add(new Happening(Kind.RELOAD, null));
    }

    /**
     * The loop had to stop.
     *
     * @param error why.
     */
    void failed(Throwable error) {
        happenings.add(new Happening(Kind.FAILED, error));
    }

    /**
     * Wait until told to stop, then until the drain ended one way or another.
     *
     * @param drain begins the drain; completed when the last connection ended.
     * @param active how many connections there are.
     * @param limit how long the drain may take; zero ends at once, and that counts as done.
     * @return the exit code.
     * @throws InterruptedException if the thread is interrupted.
     */
    int await(Supplier<CompletableFuture<Void>> drain, LongSupplier active, Duration limit)
            throws InterruptedException {
        try {
            return awaitEnd(drain, active, limit);
        } finally {
            if (isStoppedAgain()) {
                endNow.run();
            }
        }
    }

    /** From now on a stop ends at once; whether one has come that nobody waits for any more. */
    private synchronized boolean isStoppedAgain() {
        over = true;
        return happenings.stream().anyMatch(happening -> happening.kind == Kind.STOP);
    }

    private int awaitEnd(Supplier<CompletableFuture<Void>> drain, LongSupplier active, Duration limit)
            throws InterruptedException {
        Happening happening = happenings.take();
        while (happening.kind == Kind.RELOAD) {
            refuseReload();
            happening = happenings.take();
        }
        if (happening.kind == Kind.FAILED) {
            return fail(happening.error);
        }
        return limit.isZero() ? ExitCode.DONE : drained(drain, active, limit);
    }

    private int drained(Supplier<CompletableFuture<Void>> drain, LongSupplier active, Duration limit)
            throws InterruptedException {
        terminal.note("fairlead draining: " + connections(active) + ", up to " + DurationFlag.text(limit));
        final long deadlineNs = System.nanoTime() + limit.toNanos();
        final CompletableFuture<Void> unused = drain.get()
                .whenComplete((nothing, error) ->
                        happenings.add(new Happening(error == null ? Kind.DRAINED : Kind.FAILED, error)));
        while (true) {
            final Happening happening =
                    happenings.poll(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (happening == null) {
                terminal.note("fairlead drain limit passed: closing " + connections(active));
                return ExitCode.DRAIN_LIMIT_PASSED;
            }
            switch (happening.kind) {
                case DRAINED -> {
                    terminal.note("fairlead drained");
                    return ExitCode.DONE;
                }
                case STOP -> {
                    terminal.note("fairlead drain cut short: closing " + connections(active));
                    return ExitCode.DRAIN_LIMIT_PASSED;
                }
                case FAILED -> {
                    return fail(happening.error);
                }
                case RELOAD -> refuseReload();
                default -> throw new IllegalStateException("unknown: " + happening.kind);
            }
        }
    }

    private void refuseReload() {
        terminal.note("fairlead: reload is not in this version: SIGHUP ignored, nothing changed");
    }

    private int fail(Throwable error) {
        terminal.note("fairlead: the forwarding loop had to stop, please report this: " + error);
        error.printStackTrace(terminal.err());
        return ExitCode.FAILED;
    }

    private static String connections(LongSupplier active) {
        final long count = active.getAsLong();
        return count == 1 ? "1 connection" : count + " connections";
    }
}
