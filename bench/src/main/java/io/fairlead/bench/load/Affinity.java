package io.fairlead.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where the kernel lets processes run, from {@code /proc/<pid>/status}. */
final class Affinity {
    private static final String FIELD = "Cpus_allowed_list:";

    private Affinity() {}

    /** Whether all of some processes, and this one, may run on one and the same core alone. */
    static boolean isOneCore(List<Long> processIds) {
        final Set<String> cores = new HashSet<>();
        cores.add(cores(ProcessHandle.current().pid()));
        processIds.forEach(processId -> cores.add(cores(processId)));
        return cores.size() == 1 && cores.iterator().next().matches("\\d+");
    }

    /** Numbers and ranges of the cores, or nothing where the kernel does not tell. */
    private static String cores(long processId) {
        try {
            for (final String line : Files.readAllLines(Path.of("/proc", Long.toString(processId), "status"))) {
                if (line.startsWith(FIELD)) {
                    return line.substring(FIELD.length()).strip();
                }
            }
        } catch (final IOException ignored) {
            // It has ended, or this is no Linux.
        }
        return "";
    }
}
