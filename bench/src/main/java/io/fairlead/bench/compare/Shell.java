package io.fairlead.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Short commands of the system, for what Java cannot say. <b>Thread safe.</b> */
public final class Shell {
    private Shell() {}

    /**
     * Run a command to its end.
     *
     * @param directory to run it in.
     * @param command and its arguments.
     * @return what it printed, both streams, stripped; null if it is not installed or failed.
     */
    public static String output(Path directory, List<String> command) {
        try {
            final Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            final String text = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            return process.waitFor() == 0 ? text : null;
        } catch (final IOException e) {
            return null;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /**
     * {@link #output(Path, List)} in the current directory.
     *
     * @param command and its arguments.
     */
    public static String output(String... command) {
        return output(Path.of("").toAbsolutePath(), List.of(command));
    }

    /**
     * Whether a program is in the path.
     *
     * @param program its name.
     */
    public static boolean isInstalled(String program) {
        final String path = System.getenv("PATH");
        return path != null
                && Arrays.stream(path.split(File.pathSeparator, -1))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** The first line of a text, or null of null. */
    static String firstLine(String text) {
        return text == null ? null : text.lines().findFirst().orElse("");
    }
}
