package io.fairlead.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers from files of {@code /proc}. */
final class ProcFile {
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

    /** Most descriptors a process may have; {@code unlimited} is as many as there are numbers. */
    static long descriptorLimit(String processId) throws IOException {
        final String limits = text(processId + "/limits");
        return limits.contains("Max open files            unlimited")
                ? Long.MAX_VALUE
                : number(limits, "Max open files");
    }
}
