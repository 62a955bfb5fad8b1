package io.fairlead.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers from files of {@code /proc}. */
public final class ProcFile {
    private static final int READ_LENGTH = 64 * 1024;

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
     * @throws IOException if it cannot be read.
     */
    public static String text(String name) throws IOException {
        // Some files of /proc/sys tell nothing, or too little, but to a first read that is long enough, which
        // Files.readString is not.
        try (InputStream in = Files.newInputStream(Path.of("/proc", name))) {
            final byte[] bytes = new byte[READ_LENGTH];
            final int length = in.readNBytes(bytes, 0, READ_LENGTH);
            return new String(bytes, 0, length, ISO_8859_1) + new String(in.readAllBytes(), ISO_8859_1);
        }
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
