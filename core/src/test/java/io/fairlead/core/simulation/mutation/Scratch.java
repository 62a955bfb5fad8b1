package io.fairlead.core.simulation.mutation;

import io.fairlead.core.loop.ForwardingLoop;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A copy of core's production code under {@code core/target}, to be changed and compiled: what is seeded there never
 * touches the tree or the classes of the build.
 */
final class Scratch {
    private static final String SOURCES = "core/src/main/java";

    /** The module's folder: this class is in its {@code target/test-classes}. */
    private static final Path CORE = locationOf(Scratch.class).getParent().getParent();

    /** The production code of the build: a folder, or once it is packaged a jar. */
    private static final Path CORE_CLASSES = locationOf(ForwardingLoop.class);

    private final Path folder;

    private Scratch(Path folder) {
        this.folder = folder;
    }

    /** Where the patches are. */
    static Path mutations() {
        return CORE.resolve("src/test/mutations");
    }

    /** A fresh copy; one of the same name before it is deleted. */
    static Scratch copy(String name) throws IOException {
        final Path folder = CORE.resolve("target/mutations").resolve(name);
        deleteAll(folder);
        final Path from = CORE.resolve("src/main/java");
        final Path to = folder.resolve(SOURCES);
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : (Iterable<Path>) files::iterator) {
                final Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        return new Scratch(folder);
    }

    /** Seed a defect. @throws IllegalArgumentException if its patch does not apply. */
    void apply(Mutation mutation) {
        UnifiedDiff.apply(mutation.diff(), folder);
    }

    /** Compile the whole copy. @throws IllegalArgumentException if that fails. */
    void compile() throws IOException {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        final List<String> options = List.of(
                "--release", "17", "-proc:none", "-nowarn", "-d", classes().toString(), "-cp", libraries());
        Files.createDirectories(classes());
        try (StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, null, null);
                Stream<Path> sources = Files.walk(folder.resolve(SOURCES))) {
            final List<Path> javaFiles =
                    sources.filter(file -> file.toString().endsWith(".java")).toList();
            if (!compiler.getTask(null, files, diagnostics, options, null, files.getJavaFileObjectsFromPaths(javaFiles))
                    .call()) {
                throw new IllegalArgumentException("the patched code does not compile: "
                        + diagnostics.getDiagnostics().stream()
                                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                                .findFirst()
                                .map(Object::toString)
                                .orElse("the compiler does not say why"));
            }
        }
    }

    /** Where a run of this copy puts its output. */
    Path output() {
        return folder.resolve("output.txt");
    }

    /** This copy's classes, the tests of the build and the libraries, but none of the build's production code. */
    String classPath() {
        return classes() + File.pathSeparator + libraries();
    }

    static String readString(Path file) {
        try {
            return Files.readString(file);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void writeString(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path classes() {
        return folder.resolve("classes");
    }

    private static String libraries() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).toAbsolutePath().equals(CORE_CLASSES))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void deleteAll(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (final Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Path locationOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toAbsolutePath();
        } catch (final URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
