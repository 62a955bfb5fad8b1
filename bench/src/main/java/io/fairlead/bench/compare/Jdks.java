package io.fairlead.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The JDKs that Fairlead is measured on: the running one, and others that Linux distributions put into {@value #HOME}. */
final class Jdks {
    private static final String HOME = "/usr/lib/jvm";
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)[^\"]*\"");

    private Jdks() {}

    /**
     * Find them.
     *
     * @param wanted feature releases, such as 17 and 25; the running one is added.
     * @return the {@code java} of each, by feature release; what is not installed is not there.
     */
    static Map<Integer, Path> find(List<Integer> wanted) {
        final Map<Integer, Path> found = new TreeMap<>();
        final Path homes = Path.of(HOME);
        if (Files.isDirectory(homes)) {
            try (Stream<Path> list = Files.list(homes)) {
                list.sorted().forEach(home -> {
                    final int feature = feature(home);
                    if (wanted.contains(feature) && Files.isExecutable(home.resolve("bin/java"))) {
                        found.putIfAbsent(feature, home.resolve("bin/java"));
                    }
                });
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        found.put(
                Runtime.version().feature(),
                Path.of(System.getProperty("java.home")).resolve("bin/java"));
        return found;
    }

    private static int feature(Path home) {
        try {
            final Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (final IOException e) {
            return 0; // Not a JDK's home.
        }
    }
}
