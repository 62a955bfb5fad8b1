package io.fairlead.core.simulation;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;

/**
 * Ends a run that hangs, and says where: between two cycles a history sees that itself, inside of one nobody else does.
 */
final class Watchdog implements Runnable {
    private static final long LOOK_MS = 500;
    private static final long CPU_LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Thread watched;
    private final PrintStream out;
    private volatile Mark mark;

    private record Mark(long seed, long number, long startNs, long cpuNs) {}

    private Watchdog(Thread watched, PrintStream out) {
        this.watched = watched;
        this.out = out;
    }

    /** Watch the calling thread until it ends. */
    static Watchdog start(PrintStream out) {
        final Watchdog watchdog = new Watchdog(Thread.currentThread(), out);
        final Thread thread = new Thread(watchdog, "watchdog");
        thread.setDaemon(true);
        thread.start();
        return watchdog;
    }

    /** A history begins; the first one did at a time of {@link System#nanoTime}. */
    void begin(long seed, long number, long startNs) {
        mark = new Mark(seed, number, startNs, threads.getCurrentThreadCpuTime());
    }

    @Override
    public void run() {
        try {
            while (watched.isAlive()) {
                watched.join(LOOK_MS);
                final Mark current = mark;
                if (current != null
                        && threads.getThreadCpuTime(watched.getId()) - current.cpuNs >= CPU_LIMIT_NS
                        && current.equals(mark)) {
                    report(current);
                    Runtime.getRuntime().halt(1);
                }
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report(Mark hanging) {
        out.printf(
                "FAILED seed=%d histories=%d seconds=%.1f: hangs%n",
                hanging.seed, hanging.number, (System.nanoTime() - hanging.startNs) / 1e9);
        for (final StackTraceElement element : watched.getStackTrace()) {
            out.println("\tat " + element);
        }
        out.flush();
    }
}
