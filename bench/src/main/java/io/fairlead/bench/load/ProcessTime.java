package io.fairlead.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Processor time of processes, from {@code /proc/<pid>/stat}: user and system, all threads, in the kernel's ticks of 10 ms.
 * What other processes take of a shared core is not in it, so it tells a disturbed measurement from a quiet one.
 */
public final class ProcessTime {
    private static final long NS_PER_TICK = 10_000_000;

    /** Of the fields behind the process's name, which is in parentheses and may hold blanks. */
    private static final int USER_FIELD = 11;

    private ProcessTime() {}

    /**
     * What they used so far.
     *
     * @param processIds the processes.
     * @return nanoseconds; what has ended counts nothing.
     * @throws IOException if what the kernel tells cannot be read.
     */
    public static long ns(List<Long> processIds) throws IOException {
        long ticks = 0;
        for (final long processId : processIds) {
            ticks += ticks(processId);
        }
        return ticks * NS_PER_TICK;
    }

    private static long ticks(long processId) throws IOException {
        final String stat;
        try {
            stat = Files.readString(Path.of("/proc", Long.toString(processId), "stat"));
        } catch (final NoSuchFileException ignored) {
            return 0;
        }
        final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[USER_FIELD + 1]);
    }
}
