package io.fairlead.bench.compare;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where things are in a checkout that has been built. <b>Immutable.</b>
 *
 * @param root of the checkout.
 */
public record Tree(Path root) {
    /**
     * The checkout that the running jar was built in.
     *
     * @throws IOException saying what is missing and how to come by it.
     */
    public static Tree locate() throws IOException {
        final Path code;
        try {
            code = Path.of(Tree.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (final URISyntaxException e) {
            throw new IOException("where this program is stored is not a path", e);
        }
        // <root>/bench/target/fairlead-bench.jar, or <root>/bench/target/classes.
        final Path bench = code.toAbsolutePath().getParent().getParent();
        final Tree tree = new Tree(bench.getParent());
        if (!Files.isDirectory(tree.peers())) {
            throw new NoSuchFileException(tree.peers() + " is missing: run this from a checkout, as java -jar"
                    + " bench/target/fairlead-bench.jar");
        }
        return tree;
    }

    /** The process that users run. */
    public Path fairleadJar() {
        return root.resolve("edge/target/fairlead.jar");
    }

    /** The echo backend. */
    Path echoJar() {
        return root.resolve("echo/target/echo.jar");
    }

    /** The rigs. */
    public Path benchJar() {
        return root.resolve("bench/target/fairlead-bench.jar");
    }

    /** Configurations of the peers. */
    public Path peers() {
        return root.resolve("bench/peers");
    }

    /** The forwarder in C. */
    Path reference() {
        return root.resolve("bench/reference/forwarder.c");
    }

    /** What was measured so far. */
    public Path results() {
        return root.resolve("perf-results");
    }

    /**
     * See that everything has been built.
     *
     * @throws IOException naming the first jar that has not.
     */
    void verifyBuilt() throws IOException {
        for (final Path jar : new Path[] {fairleadJar(), echoJar(), benchJar()}) {
            if (!Files.isRegularFile(jar)) {
                throw new NoSuchFileException(
                        root.relativize(jar) + " is missing: mvn -B -DskipTests package builds it");
            }
        }
    }
}
