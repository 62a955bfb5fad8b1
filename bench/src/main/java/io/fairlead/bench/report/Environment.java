package io.fairlead.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run says about itself: the lines {@code key: value} of {@code environment.txt}, or of the page of a folder from before
 * there was such a file. <b>Immutable.</b>
 *
 * @param lines all lines, as they are.
 * @param values by key; of lines without a key none.
 */
record Environment(List<String> lines, Map<String, String> values) {
    static final String FILE_NAME = "environment.txt";
    private static final Pattern LINE = Pattern.compile("([A-Za-z][A-Za-z0-9 .,_-]*): +(.+)");
    private static final Pattern JDK_KEY = Pattern.compile("(?:java|jdk)(?: .*)?");
    private static final Pattern JDK_VERSION = Pattern.compile("(?:version \"|JDK |^)(\\d+(?:\\.\\d+)*)");
    private static final Pattern JDK_IN_TEXT = Pattern.compile("(?:Open)?JDK (\\d+(?:\\.\\d+)*)");

    static Environment read(Path folder) throws IOException {
        final Path file = folder.resolve(FILE_NAME);
        if (Files.exists(file)) {
            final List<String> lines = Files.readAllLines(file);
            return new Environment(List.copyOf(lines), values(lines));
        }
        final Path page = folder.resolve(Run.SUMMARY);
        return new Environment(List.of(), Files.exists(page) ? values(Files.readAllLines(page)) : Map.of());
    }

    /** A key's value, or an empty text. */
    String value(String key) {
        return values.getOrDefault(key, "");
    }

    /** The versions of all JDKs that are named, or an empty text. */
    String jdk() {
        final Set<String> versions = new LinkedHashSet<>();
        values.forEach((key, value) -> {
            final Matcher matcher = JDK_VERSION.matcher(value);
            if (JDK_KEY.matcher(key).matches() && matcher.find()) {
                versions.add(matcher.group(1));
            }
        });
        return String.join(", ", versions);
    }

    private static Map<String, String> values(List<String> lines) {
        final Map<String, String> values = new LinkedHashMap<>();
        for (final String line : lines) {
            final Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                values.put(matcher.group(1), matcher.group(2).strip());
            }
            final Matcher jdk = JDK_IN_TEXT.matcher(line);
            if (!matcher.matches() && jdk.find()) {
                values.putIfAbsent("jdk in the text", jdk.group(1));
            }
        }
        return values;
    }
}
