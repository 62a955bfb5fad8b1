package io.fairlead.bench.compare;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** A command line as it can be typed again. */
public final class CommandText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private CommandText() {}

    /**
     * What a command was started with.
     *
     * @param spec of the command.
     */
    public static String of(CommandSpec spec) {
        return "java -jar bench/target/fairlead-bench.jar "
                + quoted(spec.root().commandLine().getParseResult().originalArgs());
    }

    /**
     * Words with blanks between, in quotes where a shell needs them.
     *
     * @param words of a command.
     */
    public static String quoted(List<String> words) {
        return words.stream()
                .map(word -> PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
