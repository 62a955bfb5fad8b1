package io.fairlead.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers from files of {@code /proc}. */
public final class ProcFile {
    private ProcFile() {}

    /**
     * The number behind some words at the beginning of a line: {@code Pss:} of {@code Pss:     1234 kB}.
     *
     * @param text of the file.
     * @param words as the file has them; one blank stands for any number of them.
     * @throws IOException if no line begins with them.
     */
    static long number(String text, String words) throws IOException {
        final String expression = "^" + Pattern.quote(words).replace(" ", "\\E +\\Q") + "\\s*(\\d+)";
        final Matcher matcher = Pattern.compile(expression, Pattern.MULTILINE).matcher(text);
        if (!matcher.find()) {
            throw new IOException("'" + words + "' is not where it was expected in /proc");
        }
        return Long.parseLong(matcher.group(1));
    }

    /**
     * All of a file.
     *
     * @param name below {@code /proc}.
     */
    static String text(String name) throws IOException {
        return Files.readString(Path.of("/proc", name));
    }

    /**
     * Most descriptors a process may have.
     *
     * @param processId of the process, or {@code self}.
     * @return {@code Long.MAX_VALUE} for any number of them, or where the system does not tell.
     * @throws IOException if what it tells cannot be read.
     */
    public static long descriptorLimit(String processId) throws IOException {
        if (!Files.exists(Path.of("/proc", processId, "limits"))) {
            return Long.MAX_VALUE; // Not Linux: nothing tells, and whoever opens too many is told then.
        }
        final String limits = text(processId + "/limits");
        return limits.contains("Max open files            unlimited")
                ? Long.MAX_VALUE
                : number(limits, "Max open files");
    }
}
