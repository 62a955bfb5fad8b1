package io.fairlead.bench.compare;

import io.fairlead.bench.load.ProcFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a result depends on beside the code: machine, kernel, versions, flags. <b>Owned by one thread.</b> */
public final class Environment {
    private static final int DIGEST_LENGTH = 8;

    private final Map<String, String> facts = new LinkedHashMap<>();
    private final Path root;
    private final String commit;

    /**
     * Look around.
     *
     * @param root of the checkout.
     * @param command exactly what was typed.
     */
    public Environment(Path root, String command) {
        this.root = root;
        put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        commit = lookUpCommit();
        put("commit", commit);
        put("command", command);
        put("cpu", cpu());
        put("kernel", Shell.output("uname", "-srm"));
        put("memory", field("meminfo", "MemTotal:"));
        put("load before", load());
        put("descriptors", Shell.output("sh", "-c", "ulimit -n"));
        put("tcp", tcp());
        put("java", version(Java.running()));
    }

    /** Add a fact; null for one that is not to be had. */
    public Environment put(String name, String value) {
        if (value != null && !value.isBlank()) {
            facts.put(name, value.strip().replace('\n', ';'));
        }
        return this;
    }

    /**
     * Add a jar by its digest: two runs with the same one measured the same program.
     *
     * @param name of the fact.
     * @param jar to read.
     * @throws IOException if it cannot be read.
     */
    public Environment putJar(String name, Path jar) throws IOException {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
            return put(name, "sha256 " + HexFormat.of().formatHex(digest, 0, DIGEST_LENGTH));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Add the versions of the peers that are installed. */
    public Environment putPeers() {
        return put("nginx", Shell.output("nginx", "-v"))
                .put("haproxy", Shell.firstLine(Shell.output("haproxy", "-v")))
                .put("cc", Shell.firstLine(Shell.output("cc", "--version")));
    }

    /**
     * A Java's version, in one line.
     *
     * @param java program.
     */
    public static String version(String java) {
        return Shell.output(java, "-version");
    }

    /** The short commit when this was made, with "-dirty" behind it where something that is built or run differed from it. */
    public String commit() {
        return commit;
    }

    private String lookUpCommit() {
        final String head = Shell.output(root, List.of("git", "rev-parse", "--short", "HEAD"));
        if (head == null) {
            return "unknown";
        }
        final String changed = Shell.output(
                root,
                List.of("git", "status", "--porcelain", "--", "*.java", "*.xml", "*.c", "*.conf", "*.cfg", "*.py"));
        return changed == null || !changed.isEmpty() ? head + "-dirty" : head;
    }

    /** Architecture and cores, as results are named after. */
    static String machine() {
        return System.getProperty("os.arch").replace("amd64", "x86_64") + "-" + coreCount() + "cpu";
    }

    /** Cores of the machine, whether or not this process may use them all. */
    static int coreCount() {
        final String all = Shell.output("nproc", "--all");
        return all == null ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(all);
    }

    /** The 1, 5 and 15 minutes' load. */
    public static String load() {
        return orNull(() -> {
            final String[] words = read("loadavg").split(" ", -1);
            return words[0] + " " + words[1] + " " + words[2];
        });
    }

    /** One line for each fact. */
    public String text() {
        final StringBuilder text = new StringBuilder();
        facts.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.toString();
    }

    private static String cpu() {
        final String model = field("cpuinfo", "model name");
        return (model == null ? System.getProperty("os.arch") : model.replaceFirst("^\\s*:\\s*", "")) + ", "
                + coreCount() + " cores";
    }

    private static String tcp() {
        return orNull(() -> read("sys/net/ipv4/tcp_congestion_control").strip() + ", wmem "
                + read("sys/net/ipv4/tcp_wmem").strip().replace('\t', ' ') + ", rmem "
                + read("sys/net/ipv4/tcp_rmem").strip().replace('\t', ' '));
    }

    private static String field(String file, String name) {
        return orNull(() -> read(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().replaceAll(" +", " "))
                .findFirst()
                .orElse(null));
    }

    private static String orNull(Supplier<String> value) {
        try {
            return value.get();
        } catch (final UncheckedIOException e) {
            return null; // Not Linux, or not allowed: a fact less.
        }
    }

    private static String read(String name) {
        try {
            return ProcFile.text(name);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
