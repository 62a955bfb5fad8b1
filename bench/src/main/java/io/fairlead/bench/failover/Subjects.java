package io.fairlead.bench.failover;

import io.fairlead.bench.compare.Java;
import io.fairlead.bench.compare.Shell;
import io.fairlead.bench.compare.Template;
import io.fairlead.bench.compare.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every subject that the rig knows, with how it is started. <b>Immutable.</b> */
final class Subjects {
    private static final String CHECKS = "--check websocket --check-interval 2s";

    private final Tree tree;
    private final List<String> jvmFlags;
    private final List<Subject> subjects = new ArrayList<>();

    /**
     * Look what is there.
     *
     * @param tree to take configurations and the jar from.
     * @param jvmFlags of Fairlead.
     */
    Subjects(Tree tree, List<String> jvmFlags) {
        this.tree = tree;
        this.jvmFlags = List.copyOf(jvmFlags);
        addFairlead("fairlead", CHECKS);
        addFairlead("fairlead-close", CHECKS + " --on-down close");
        addFairlead("fairlead-unchecked", "");
        addPeer("nginx", "failover-nginx.conf", "nginx", "-p", ".", "-e", "error.log", "-c");
        // -db: one process, in the foreground.
        addPeer("haproxy", "failover-haproxy.cfg", "haproxy", "-db", "-f");
        addPeer("haproxy-advised", "failover-haproxy-advised.cfg", "haproxy", "-db", "-f");
    }

    /** All of them, in the order of results. */
    List<Subject> all() {
        return List.copyOf(subjects);
    }

    /**
     * Some of them.
     *
     * @param names of the wanted.
     * @return in the order of the names.
     * @throws IllegalArgumentException naming one that is not known.
     */
    List<Subject> named(List<String> names) {
        final List<Subject> named = new ArrayList<>();
        for (final String name : names) {
            named.add(subjects.stream()
                    .filter(subject -> subject.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("'" + name + "' is no subject; there are "
                            + String.join(
                                    ", ", subjects.stream().map(Subject::name).toList()))));
        }
        return named;
    }

    private void addFairlead(String name, String flags) {
        final Path jar = tree.fairleadJar();
        final String missing =
                Files.isRegularFile(jar) ? null : jar + " is missing: mvn -B -DskipTests package builds it";
        subjects.add(new Subject(name, missing, flags, (port, backends, directory) -> {
            final List<String> command = new ArrayList<>(List.of(Java.running()));
            command.addAll(jvmFlags);
            command.addAll(List.of("-jar", jar.toString(), "run", "--listen", "127.0.0.1:" + port));
            for (int i = 0; i < backends.size(); i++) {
                command.addAll(List.of("--backend", "name=" + Fleet.NAMES.get(i) + ",127.0.0.1:" + backends.get(i)));
            }
            command.addAll(Words.of(flags));
            return command;
        }));
    }

    /** A peer whose command ends with the name of its configuration. */
    private void addPeer(String name, String template, String... program) {
        final String missing =
                Shell.isInstalled(program[0]) ? null : program[0] + " is not installed: apt-get install " + program[0];
        subjects.add(new Subject(name, missing, template, (port, backends, directory) -> {
            final List<String> command = new ArrayList<>(List.of(program));
            command.replaceAll(word -> word.equals(".") ? directory.toString() : word);
            command.replaceAll(
                    word -> word.endsWith(".log") ? directory.resolve(word).toString() : word);
            command.add(fill(template, port, backends, directory).toString());
            return command;
        }));
    }

    private Path fill(String template, int port, List<Integer> backends, Path directory) throws IOException {
        final Map<String, String> values = new LinkedHashMap<>();
        values.put("PORT", Integer.toString(port));
        values.put("DIR", directory.toString());
        for (int i = 0; i < backends.size(); i++) {
            values.put("B" + (i + 1), Integer.toString(backends.get(i)));
        }
        return Template.fill(tree.peers().resolve(template), values, directory);
    }
}
