package io.fairlead.bench.compare;

import io.fairlead.bench.report.Report;
import io.fairlead.bench.report.Targets;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fairlead-bench compare}: the rigs on Fairlead, its peers and the direct connection, in turn. */
@Command(
        name = "compare",
        header = "Compare Fairlead with nginx, HAProxy, a minimal forwarder in C and no balancer at all.",
        description = {
            "",
            "The load client, one echo backend and each subject are processes of their own, pinned to one core or two. All"
                    + " subjects are warmed up, then measured in turn, round after round, in another order each time. A subject's"
                    + " share is what it adds to the direct connection of the same round; ratios are of shares of the same"
                    + " round. Peers that are not installed are named and left out; their configurations are in"
                    + " bench/peers. What differs by copying alone (fairlead-epoll-N-copy) is measured with messages from"
                    + " 64 KiB on. No herd is larger than a subject's descriptors allow: its sizes are then scaled down. At"
                    + " the end the tables say which of the project's targets were met.",
            ""
        },
        footer = {
            "",
            "With the defaults it takes about 40 minutes. The machine must be quiet. It needs Linux, taskset, and a build: mvn -B"
                    + " -DskipTests package. Without --save only the tables on the console remain.",
            "Ctrl-C ends it after the window that is running; what was measured until then is reported, and kept with --save."
        },
        sortOptions = false,
        usageHelpAutoWidth = true,
        mixinStandardHelpOptions = true)
public final class CompareCommand implements Callable<Integer> {
    private static final double MEMORY_SECONDS = 25;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--subjects",
            paramLabel = "LIST",
            description = "What to compare, with blanks between, beside the direct connection (all that --list names"
                    + " but experiments).")
    private String subjects;

    @Option(names = "--list", description = "Name all subjects, and what is missing for those that cannot be had here.")
    private boolean isToBeListed;

    @Option(
            names = "--one-core",
            paramLabel = "RIGS",
            defaultValue = "rtt-64x100 rtt-131072x20 churn-20",
            description = "Rigs to run with everything on one core: rtt-BYTESxCONNECTIONS[@RATE],"
                    + " bulk-BYTESxCONNECTIONS, churn-CONNECTIONS[@RATE], storm-CONNECTIONS; \"\" for none"
                    + " (${DEFAULT-VALUE}).")
    private String oneCore;

    @Option(
            names = "--two-cores",
            paramLabel = "RIGS",
            defaultValue = "rtt-64x100 rtt-131072x20 rtt-64x100@10000",
            description = "Rigs to run with the subject on a core of its own; \"\" for none (${DEFAULT-VALUE}).")
    private String twoCores;

    @Option(
            names = "--herds",
            paramLabel = "LIST",
            defaultValue = "1000,3000,6000,9500",
            description = "Idle WebSockets to measure memory with, ascending; \"\" for none (${DEFAULT-VALUE}).")
    private String herds;

    @Option(
            names = "--memory-flags",
            paramLabel = "FLAGS",
            defaultValue = Java.MEMORY_FLAGS,
            description = "JVM flags of Fairlead there (${DEFAULT-VALUE}).")
    private String memoryFlags;

    @Mixin
    private RunOptions options;

    private final List<String> failures = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Tree tree = Tree.locate();
        final Map<Integer, Path> javas = options.javas();
        final Catalogue catalogue = catalogue(tree, javas, options.flags());
        if (isToBeListed) {
            list(catalogue);
            return 0;
        }
        tree.verifyBuilt();
        final List<Step> steps = steps();
        final List<Subject> present = present(catalogue);
        final int coreCount = Environment.coreCount();
        if (!twoCores.isBlank() && coreCount < 2) {
            throw new ParameterException(spec.commandLine(), "this machine has one core: --two-cores \"\"");
        }
        if (Shell.output("taskset", "-V") == null) {
            throw new IOException("taskset is not installed (Debian: util-linux): processes cannot be pinned");
        }
        final Environment environment = environment(tree, javas, present, coreCount);
        out().print(environment.text());
        // The last to be closed: with it the process may end.
        try (Abort abort = new Abort();
                RunFiles files = new RunFiles()) {
            runRigs(tree, present, steps, coreCount, files, abort);
            if (!herds.isBlank() && !abort.isAborted()) {
                runMemory(tree, javas, present, coreCount, files, abort);
            }
            environment.put("load after", Environment.load());
            if (abort.isAborted()) {
                environment.put("aborted", "yes: what follows is what was measured until then");
            }
            if (!failures.isEmpty()) {
                environment.put("failed", String.join("; ", failures));
            }
            Files.writeString(files.results().resolve("environment.txt"), environment.text());
            say("%s", Targets.of(files.results()).markdown());
            if (options.isToBeSaved()) {
                keep(tree, environment, files);
            }
            failures.forEach(failure -> say("FAILED: %s", failure));
            return abort.isAborted() ? Abort.EXIT_CODE : failures.isEmpty() ? 0 : 1;
        }
    }

    private void runRigs(Tree tree, List<Subject> present, List<Step> steps, int coreCount, RunFiles files, Abort abort)
            throws IOException, InterruptedException {
        if (steps.isEmpty()) {
            return;
        }
        try (Stage stage =
                new Stage(tree, files.processes("rigs"), coreCount, steps.get(0).placement())) {
            for (final Subject subject : present) {
                say("starting %s", subject.name());
                stage.add(subject);
            }
            final double rigSeconds = options.rigSeconds(present.size() + 1);
            for (int i = 0; i < steps.size() && !abort.isAborted(); i++) {
                final Step step = steps.get(i);
                final double left = (steps.size() - i) * rigSeconds + memorySeconds(present.size());
                say(
                        "rig %d of %d: %s, %s; about %.0f min left",
                        i + 1, steps.size(), step.rig(), step.placement(), left / 60);
                stage.place(step.placement());
                final List<String> rig = new ArrayList<>(RigName.arguments(step.rig()));
                rig.addAll(options.schedule());
                rig.addAll(files.keep(step.rig(), step.placement()));
                judge(step.rig() + ", " + step.placement(), stage.run(abort, rig, stage.names(step.rig())), stage);
            }
        }
    }

    private void runMemory(
            Tree tree, Map<Integer, Path> javas, List<Subject> present, int coreCount, RunFiles files, Abort abort)
            throws IOException, InterruptedException {
        final Catalogue catalogue = catalogue(tree, javas, RunOptions.words(memoryFlags));
        try (Stage stage = new Stage(tree, files.processes("memory"), coreCount, Placement.ONE_CORE)) {
            for (final Subject subject : catalogue.named(present.stream()
                    .filter(Subject::hasHerds)
                    .map(Subject::name)
                    .toList())) {
                stage.add(subject);
            }
            say("idle WebSockets: about %.0f min left", memorySeconds(present.size()) / 60);
            judge("idle", stage.run(abort, stage.idle(files, herds), stage.names()), stage);
        }
    }

    private void judge(String rig, int exitCode, Stage stage) throws IOException {
        if (exitCode != 0 && exitCode != Abort.EXIT_CODE) {
            failures.add(rig + ": errors, or a rate that was missed: the figures concerned do not count");
        }
        failures.addAll(stage.fallen());
    }

    private void keep(Tree tree, Environment environment, RunFiles files) throws IOException {
        final Path folder = ResultFolder.create(options.results(tree), environment.commit(), "");
        files.copyTo(folder);
        say("kept in %s", folder);
        new Report(options.results(tree), Set.of()).write();
    }

    private Environment environment(Tree tree, Map<Integer, Path> javas, List<Subject> present, int coreCount)
            throws IOException {
        final Environment environment = new Environment(tree.root(), CommandText.of(spec))
                .put(
                        "subjects",
                        String.join(" ", present.stream().map(Subject::name).toList()))
                .put(
                        "cores",
                        "one-core: all on " + (coreCount - 1) + "; two-cores: subjects on " + (coreCount - 1)
                                + ", load client and backend on " + Math.max(0, coreCount - 2))
                .put("flags of fairlead", String.join(" ", options.flags()))
                .put("flags of fairlead for memory", memoryFlags)
                .put("flags of client and backend", String.join(" ", Java.PEER_FLAGS))
                .putJar("fairlead.jar", tree.fairleadJar())
                .putPeers();
        javas.forEach((feature, java) -> {
            environment.put("java " + feature, Environment.version(java.toString()));
            Footprint.put(tree, feature, java, environment);
        });
        for (final Map.Entry<String, Path> jar : options.jars().entrySet()) {
            environment.putJar(jar.getKey(), jar.getValue());
        }
        return environment;
    }

    private Catalogue catalogue(Tree tree, Map<Integer, Path> javas, List<String> flags) {
        final Catalogue catalogue = new Catalogue(tree, javas, flags);
        options.jars().forEach((name, jar) -> catalogue.addJar(name, jar.toAbsolutePath(), flags));
        return catalogue;
    }

    private List<Step> steps() {
        final List<Step> steps = new ArrayList<>();
        try {
            for (final Placement placement : Placement.values()) {
                for (final String rig : RunOptions.words(placement == Placement.ONE_CORE ? oneCore : twoCores)) {
                    RigName.arguments(rig); // Tells a bad name before anything is started.
                    steps.add(new Step(rig, placement));
                }
            }
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return steps;
    }

    private List<Subject> present(Catalogue catalogue) {
        final List<Subject> wanted;
        try {
            wanted = subjects == null
                    ? catalogue.usual()
                    : catalogue.named(RunOptions.words(subjects).stream()
                            .filter(name -> !name.equals(Catalogue.DIRECT))
                            .toList());
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        wanted.stream()
                .filter(subject -> !subject.isPresent())
                .forEach(subject -> say("left out: %s: %s", subject.name(), subject.missing()));
        return wanted.stream().filter(Subject::isPresent).toList();
    }

    private void list(Catalogue catalogue) {
        say("%s", Catalogue.DIRECT);
        catalogue
                .subjects()
                .forEach(subject ->
                        say("%s%s", subject.name(), subject.isPresent() ? "" : ": not here: " + subject.missing()));
    }

    private double memorySeconds(int subjectCount) {
        return herds.isBlank() ? 0 : MEMORY_SECONDS * (subjectCount + 1);
    }

    private void say(String format, Object... arguments) {
        out().println(String.format(Locale.ROOT, format, arguments));
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** A rig to run. */
    private record Step(String rig, Placement placement) {}
}
