package io.fairlead.bench.compare;

import io.fairlead.bench.load.ProcFile;
import io.fairlead.bench.report.Report;
import io.fairlead.bench.report.Share;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

/** {@code fairlead-bench growth}: what a message, a connection and an idle WebSocket cost as things get many. */
@Command(
        name = "growth",
        header = "Measure how cost and memory grow with connections, with backends and with pins.",
        description = {
            "",
            "Everything runs on one core. Connections: round trips of 64 bytes on more and more WebSockets, and the memory of"
                    + " idle ones, beside peers. Backends: one Fairlead for each number of them, on addresses of"
                    + " 127.0.0.0/8 that are all one echo backend. Pins: a Fairlead that holds as many pins as told,"
                    + " one connection from another address for each, beside one that holds a few hundred; the clients of each come"
                    + " back and find their pins.",
            ""
        },
        sortOptions = false,
        usageHelpAutoWidth = true,
        mixinStandardHelpOptions = true)
public final class GrowthCommand implements Callable<Integer> {
    private static final int BACKENDS_PER_NETWORK = 250;
    private static final String CONNECTIONS = "connections";
    private static final String BACKENDS = "backends";
    private static final String PINS = "pins";
    private static final String SUBJECT = "fairlead";
    private static final String RTT_PREFIX = "rtt-64x";
    private static final String MESSAGES = "rtt-64x100";
    private static final String LIVES = "churn-20";

    /** Clients of a rig that is not told how many. */
    private static final int FEW_PINS = 200;

    private static final String FILL_SECONDS = "60";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--connections",
            paramLabel = "LIST",
            defaultValue = "10,100,1000,3000,9500",
            description =
                    "WebSockets, ascending; \"\" for none (${DEFAULT-VALUE}). A balancer needs two descriptors for each.")
    private String connectionCounts;

    @Option(
            names = "--backends",
            paramLabel = "LIST",
            defaultValue = "3,10,100,1000",
            description = "Backends; \"\" for none (${DEFAULT-VALUE}).")
    private String backendCounts;

    @Option(
            names = "--pins",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Pins; 0 leaves that part out (${DEFAULT-VALUE}).")
    private int pins;

    @Option(
            names = "--peers",
            paramLabel = "LIST",
            defaultValue = "c-reference nginx-stream haproxy-tcp",
            description = "Beside whom connections grow (${DEFAULT-VALUE}).")
    private String peers;

    @Mixin
    private RunOptions options;

    private final List<String> failures = new ArrayList<>();
    private final GrowthTable table = new GrowthTable();
    private List<Integer> connections;
    private List<Integer> backends;

    @Override
    public Integer call() throws IOException, InterruptedException {
        connections = numbers("--connections", connectionCounts);
        backends = numbers("--backends", backendCounts);
        final Tree tree = Tree.locate();
        tree.verifyBuilt();
        final Map<Integer, Path> javas = options.javas();
        final Environment environment = new Environment(tree.root(), CommandText.of(spec))
                .put("flags of fairlead", String.join(" ", options.flags()))
                .put("flags of fairlead for memory", Java.MEMORY_FLAGS)
                .putJar("fairlead.jar", tree.fairleadJar())
                .putPeers();
        javas.forEach((feature, java) -> environment.put("java " + feature, Environment.version(java.toString())));
        out().print(environment.text());
        // The last to be closed: with it the process may end.
        try (Abort abort = new Abort();
                RunFiles files = new RunFiles()) {
            if (!connections.isEmpty()) {
                growConnections(tree, javas, files, abort);
            }
            final Path java = javas.get(Runtime.version().feature());
            if (!backends.isEmpty() && !abort.isAborted()) {
                growBackends(tree, java, files, abort);
            }
            if (pins > 0 && !abort.isAborted()) {
                growPins(tree, java, files, abort);
            }
            environment.put("load after", Environment.load());
            if (abort.isAborted()) {
                environment.put("aborted", "yes: what follows is what was measured until then");
            }
            if (!failures.isEmpty()) {
                environment.put("failed", String.join("; ", failures));
            }
            final Path growth = files.results().resolve("growth.csv");
            table.write(growth);
            say("%n%s", Files.readString(growth));
            Files.writeString(files.results().resolve("environment.txt"), environment.text());
            if (options.isToBeSaved()) {
                final Path folder = ResultFolder.create(options.results(tree), environment.commit(), "growth");
                files.copyTo(folder);
                say("kept in %s", folder);
                new Report(options.results(tree), Set.of()).write();
            }
            failures.forEach(failure -> say("FAILED: %s", failure));
            return abort.isAborted() ? Abort.EXIT_CODE : failures.isEmpty() ? 0 : 1;
        }
    }

    private void growConnections(Tree tree, Map<Integer, Path> javas, RunFiles files, Abort abort)
            throws IOException, InterruptedException {
        try (Stage stage = stage(tree, files, CONNECTIONS)) {
            addAll(stage, new Catalogue(tree, javas, options.flags()), javas);
            for (final int count : connections) {
                final String rig = RTT_PREFIX + count;
                if ((stage.names().size() + 1L) * count < ProcFile.descriptorLimit("self")) {
                    rig(stage, files, abort, CONNECTIONS, rig);
                    rememberConnections(files, CONNECTIONS);
                } else {
                    // The load client cannot have all of them open at once: one subject and the direct connection at a
                    // time.
                    for (final String name : stage.names()) {
                        final String part = CONNECTIONS + "-" + count + "-" + name;
                        run(stage, files, abort, part, rig, RigName.arguments(rig), List.of(name));
                        rememberConnections(files, part);
                    }
                }
            }
        }
        try (Stage stage = stage(tree, files, "memory")) {
            addAll(stage, new Catalogue(tree, javas, RunOptions.words(Java.MEMORY_FLAGS)), javas);
            final String herds =
                    String.join(",", connections.stream().map(String::valueOf).toList());
            judge("idle", stage.run(abort, stage.idle(files, herds), stage.names()), stage);
        }
    }

    private void rememberConnections(RunFiles files, String part) throws IOException {
        final Path samples = files.samples(part);
        if (Files.exists(samples)) {
            for (final Share share : Share.readAll(samples)) {
                final long count = Long.parseLong(share.rig().substring(RTT_PREFIX.length()));
                table.setMessage(CONNECTIONS, share.subject(), count, share);
            }
        }
    }

    private void growBackends(Tree tree, Path java, RunFiles files, Abort abort)
            throws IOException, InterruptedException {
        final Catalogue catalogue = new Catalogue(tree, Map.of(), List.of());
        final Map<String, Long> sizes = new LinkedHashMap<>();
        final List<String> flags = RunOptions.words(Java.MEMORY_FLAGS);
        try (Stage stage = stage(tree, files, BACKENDS)) {
            for (final int count : backends) {
                final int port = ManagedProcess.freePort();
                final String name = "fairlead-" + count + "-backends";
                stage.add(name, port, catalogue.fairlead(java, flags, port, backends(count, stage.echoPort())));
                sizes.put(name, (long) count);
            }
            rig(stage, files, abort, BACKENDS, MESSAGES);
            rig(stage, files, abort, BACKENDS, LIVES);
            remember(stage, files, BACKENDS, BACKENDS, sizes);
        }
    }

    private void growPins(Tree tree, Path java, RunFiles files, Abort abort) throws IOException, InterruptedException {
        final Catalogue catalogue = new Catalogue(tree, Map.of(), List.of());
        final Map<String, Integer> admins = new LinkedHashMap<>();
        final Map<String, Long> sizes = new LinkedHashMap<>();
        final List<String> flags = RunOptions.words(Java.MEMORY_FLAGS);
        final String few = "fairlead-few-pins";
        final String many = "fairlead-many-pins";
        try (Stage stage = stage(tree, files, PINS)) {
            for (final String name : List.of(few, many)) {
                final int port = ManagedProcess.freePort();
                final int admin = ManagedProcess.freePort();
                final List<String> command =
                        new ArrayList<>(catalogue.fairlead(java, flags, port, backends(3, stage.echoPort())));
                command.addAll(List.of("--admin", "127.0.0.1:" + admin, "--pin-limit", Integer.toString(pins)));
                stage.add(name, port, command);
                admins.put(name, admin);
            }
            // Both have been loaded for long when they are measured, so that both are as compiled as they get.
            stage.load(abort, lives(FEW_PINS, 0), few);
            fill(stage, abort, many, admins.get(many));
            // The same clients on both, and then each balancer's own: whoever connects finds its pin, among few or
            // many.
            rig(stage, files, abort, PINS, MESSAGES);
            lives(stage, files, abort, PINS + "-few", FEW_PINS, few);
            lives(stage, files, abort, PINS + "-many", pins, many);
            for (final String name : stage.names()) {
                sizes.put(name, Metrics.value(admins.get(name), "fairlead_pins"));
            }
            remember(stage, files, PINS, PINS, sizes);
            remember(stage, files, PINS + "-few", PINS, sizes);
            remember(stage, files, PINS + "-many", PINS, sizes);
        }
    }

    /** What was measured of a stage's subjects, each by how much there was of what grows. */
    private void remember(Stage stage, RunFiles files, String part, String series, Map<String, Long> sizes)
            throws IOException {
        final Path samples = files.samples(part);
        if (!Files.exists(samples)) {
            return;
        }
        for (final Share share : Share.readAll(samples)) {
            final long x = sizes.get(share.subject());
            if (share.rig().equals(MESSAGES)) {
                table.addMessage(series, SUBJECT, x, share);
            } else {
                table.addConnection(series, SUBJECT, x, share);
            }
        }
        for (final Map.Entry<String, Long> entry : sizes.entrySet()) {
            table.addMemory(series, SUBJECT, entry.getValue(), stage.pssKib(entry.getKey()));
        }
    }

    /** A connection from another address for each pin, and more of them until all pins are held. */
    private void fill(Stage stage, Abort abort, String name, int admin) throws IOException, InterruptedException {
        long held = 0;
        long before = -1;
        while (held < pins && held > before && !abort.isAborted()) {
            say("%s: %,d of %,d pins", name, held, pins);
            stage.load(abort, lives(pins, held), name);
            before = held;
            held = Metrics.value(admin, "fairlead_pins");
        }
        if (held < pins) {
            failures.add(name + " holds " + held + " pins only");
        }
    }

    /** A minute of lives from so many addresses, to be forgotten. */
    private static List<String> lives(int sourceCount, long firstSource) {
        final List<String> rig = new ArrayList<>(RigName.arguments(LIVES));
        rig.addAll(List.of("--sources", Integer.toString(sourceCount), "--first-source", Long.toString(firstSource)));
        rig.addAll(List.of("--rounds", "1", "--warmup", "0", "--seconds", FILL_SECONDS));
        return rig;
    }

    private void rig(Stage stage, RunFiles files, Abort abort, String series, String name)
            throws IOException, InterruptedException {
        run(stage, files, abort, series, name, RigName.arguments(name), stage.names());
    }

    /** Lives from so many addresses, on one subject. */
    private void lives(Stage stage, RunFiles files, Abort abort, String series, int sourceCount, String subject)
            throws IOException, InterruptedException {
        final List<String> rig = new ArrayList<>(RigName.arguments(LIVES));
        rig.addAll(List.of("--sources", Integer.toString(sourceCount)));
        run(stage, files, abort, series, LIVES, rig, List.of(subject));
    }

    private void run(
            Stage stage,
            RunFiles files,
            Abort abort,
            String series,
            String name,
            List<String> arguments,
            List<String> subjects)
            throws IOException, InterruptedException {
        if (abort.isAborted()) {
            return;
        }
        say("%s: %s: about %.0f min", series, name, Math.ceil(options.rigSeconds(subjects.size() + 1) / 60));
        final List<String> rig = new ArrayList<>(arguments);
        rig.addAll(options.schedule());
        rig.addAll(List.of("--csv", files.samples(series).toString()));
        judge(series + ", " + name, stage.run(abort, rig, subjects), stage);
    }

    private void judge(String rig, int exitCode, Stage stage) throws IOException {
        if (exitCode != 0 && exitCode != Abort.EXIT_CODE) {
            failures.add(rig + ": errors: the figures concerned do not count");
        }
        failures.addAll(stage.fallen());
    }

    private void addAll(Stage stage, Catalogue catalogue, Map<Integer, Path> javas)
            throws IOException, InterruptedException {
        final List<String> names = new ArrayList<>(RunOptions.words(peers));
        names.addAll(Catalogue.fairleads(javas.keySet()));
        try {
            for (final Subject subject : catalogue.named(names)) {
                if (subject.isPresent()) {
                    stage.add(subject);
                } else {
                    say("left out: %s: %s", subject.name(), subject.missing());
                }
            }
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Stage stage(Tree tree, RunFiles files, String name) throws IOException, InterruptedException {
        return new Stage(tree, files.processes(name), Environment.coreCount(), Placement.ONE_CORE);
    }

    private List<Integer> numbers(String option, String list) {
        final List<Integer> numbers = new ArrayList<>();
        for (final String word : list.isBlank() ? new String[0] : list.split(",", -1)) {
            if (!word.matches("[1-9]\\d{0,6}")) {
                throw new ParameterException(
                        spec.commandLine(), option + ": '" + word + "' is not a number from 1 to 9999999");
            }
            numbers.add(Integer.parseInt(word));
        }
        return numbers;
    }

    /** Backends that are one process on many addresses. */
    private static String[] backends(int count, int port) {
        final String[] backends = new String[count];
        for (int i = 0; i < count; i++) {
            backends[i] = "b" + i + "=127.0." + (1 + i / BACKENDS_PER_NETWORK) + "." + (1 + i % BACKENDS_PER_NETWORK)
                    + ":" + port;
        }
        return backends;
    }

    private void say(String format, Object... arguments) {
        out().println(String.format(Locale.ROOT, format, arguments));
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
