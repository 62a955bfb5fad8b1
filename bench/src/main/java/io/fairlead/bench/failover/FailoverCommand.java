package io.fairlead.bench.failover;

import io.fairlead.bench.compare.CommandText;
import io.fairlead.bench.compare.Environment;
import io.fairlead.bench.compare.Java;
import io.fairlead.bench.compare.ResultFolder;
import io.fairlead.bench.compare.RunFiles;
import io.fairlead.bench.compare.Tree;
import io.fairlead.bench.load.Count;
import io.fairlead.bench.load.LoadMain;
import io.fairlead.bench.load.ProcFile;
import io.fairlead.bench.load.Seconds;
import io.fairlead.bench.load.Stop;
import io.fairlead.bench.report.FailoverEvent;
import io.fairlead.bench.report.FailoverResult;
import io.fairlead.bench.report.FailoverTables;
import io.fairlead.bench.report.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fairlead-bench failover}: who is cut, who moves, and how long it takes, when a backend fails and returns. */
@Command(
        name = "failover",
        header = "Kill, freeze and restart real backends, and see what their clients and everybody else's notice.",
        description = {
            "",
            "Three Python WebSocket servers (Debian: python3-websockets), each subject in turn before fresh ones, and clients"
                    + " from an address each, in a /24 of its own. A client sends a message every quarter of a second; each reply"
                    + " names the server. Whose connection ends, or who gets no reply in time, connects again after 100 to 300 ms,"
                    + " over and over until a reply came.",
            "",
            "The script: (kill) SIGKILL b1; b1 returns; everybody closes and connects again once. (freeze) SIGSTOP b2; SIGCONT."
                    + " (restart) SIGTERM b3, which closes its WebSockets, and start it again as soon as it has ended. Each event is"
                    + " watched for --watch seconds, and longer while somebody has no reply, up to --watch-limit.",
            "",
            "Peers that are not installed are named and left out; their configurations are bench/peers/failover-*.",
            ""
        },
        footer = {"", "Ctrl-C ends it; what was found out until then is told, and kept with --save."},
        sortOptions = false,
        usageHelpAutoWidth = true,
        mixinStandardHelpOptions = true)
public final class FailoverCommand implements Callable<Integer> {
    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);
    private static final int SPARE_DESCRIPTORS = 256;
    private static final String KILL = "kill";
    private static final String FREEZE = "freeze";
    private static final String RESTART = "restart";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--clients",
            paramLabel = "N",
            converter = Count.class,
            defaultValue = "1000",
            description = "Clients (${DEFAULT-VALUE}).")
    private int clientCount;

    @Option(
            names = "--subjects",
            paramLabel = "LIST",
            defaultValue = "fairlead fairlead-close nginx haproxy haproxy-advised",
            description = "What to put between, with blanks between (${DEFAULT-VALUE}).")
    private String subjects;

    @Option(
            names = "--events",
            paramLabel = "LIST",
            defaultValue = KILL + " " + FREEZE + " " + RESTART,
            description = "Parts of the script to play (${DEFAULT-VALUE}).")
    private String events;

    @Option(
            names = "--interval",
            paramLabel = "S",
            converter = Seconds.class,
            defaultValue = "0.25",
            description = "Seconds between a client's messages, a quarter more or less (${DEFAULT-VALUE}).")
    private double intervalS;

    @Option(
            names = "--reply-limit",
            paramLabel = "S",
            converter = Seconds.class,
            defaultValue = "10",
            description =
                    "Seconds until a client gives up waiting for a reply, or for a connection with a reply (${DEFAULT-VALUE}).")
    private double replyLimitS;

    @Option(
            names = "--rest",
            paramLabel = "S",
            converter = Seconds.class,
            defaultValue = "5",
            description = "Seconds without an event at first (${DEFAULT-VALUE}).")
    private double restS;

    @Option(
            names = "--watch",
            paramLabel = "S",
            converter = Seconds.class,
            defaultValue = "15",
            description = "Seconds that an event is watched at least (${DEFAULT-VALUE}).")
    private double watchS;

    @Option(
            names = "--watch-limit",
            paramLabel = "S",
            converter = Seconds.class,
            defaultValue = "40",
            description = "Seconds that an event is watched at most (${DEFAULT-VALUE}).")
    private double watchLimitS;

    @Option(
            names = "--flags",
            paramLabel = "FLAGS",
            defaultValue = Java.FAIRLEAD_FLAGS,
            description = "JVM flags of Fairlead, which runs on the JDK that runs this (${DEFAULT-VALUE}).")
    private String flags;

    @Option(
            names = "--save",
            description = "Keep the results in perf-results/<date>-<commit>-<machine>-failover, with tables.")
    private boolean isToBeSaved;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            description = "Keep them in a folder there instead; implies --save.")
    private Path results;

    private final List<FailoverResult> found = new ArrayList<>();
    private final List<String> clientLines = new ArrayList<>(List.of(Script.CLIENT_HEADER));
    private final List<String> failures = new ArrayList<>();

    /** Made by the command line. */
    public FailoverCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Tree tree = Tree.locate();
        final List<Subject> present = present(tree);
        final Script.Settings settings = settings();
        verifyMachine();
        final Environment environment = environment(tree, present);
        out().print(environment.text());
        final Stop stop = LoadMain.stop(spec);
        try (RunFiles files = new RunFiles()) {
            for (final Subject subject : present) {
                if (!stop.getAsBoolean()) {
                    play(settings, subject, files, stop, environment);
                }
            }
            environment.put("load after", Environment.load());
            if (stop.getAsBoolean()) {
                environment.put("aborted", "yes: what follows is what was found out until then");
            }
            if (!failures.isEmpty()) {
                environment.put("failed", String.join("; ", failures));
            }
            say("%n%s", FailoverTables.markdown(found));
            if (isToBeSaved || results != null) {
                keep(tree, environment, present, files);
            }
        }
        failures.forEach(failure -> say("FAILED: %s", failure));
        return stop.getAsBoolean() ? Stop.EXIT_CODE : failures.isEmpty() && !found.isEmpty() ? 0 : 1;
    }

    private void play(Script.Settings settings, Subject subject, RunFiles files, Stop stop, Environment environment)
            throws InterruptedException {
        say("%s: starting, with three servers", subject.name());
        try (Script script = new Script(settings, subject, files.processes(subject.name()), stop)) {
            try {
                script.play(line -> say("%s", line));
            } finally {
                environment.put("at rest, " + subject.name(), script.rest());
                if (script.isOverloaded()) {
                    failures.add(subject.name() + ": the machine is too busy for so many clients at rest ("
                            + script.rest() + "): times do not count. Fewer --clients, or a longer --interval");
                }
                found.addAll(script.results());
                clientLines.addAll(script.clientLines());
            }
        } catch (final CancellationException ignored) {
            say("%s: given up", subject.name());
        } catch (final IOException e) {
            failures.add(e.getMessage());
        }
    }

    private void keep(Tree tree, Environment environment, List<Subject> present, RunFiles files) throws IOException {
        FailoverResult.write(files.results().resolve(FailoverResult.FILE_NAME), found);
        Files.write(files.results().resolve("clients.csv"), clientLines);
        Files.writeString(files.results().resolve("environment.txt"), environment.text());
        for (final Subject subject : present) {
            final Path template = tree.peers().resolve(subject.configuration());
            if (Files.isRegularFile(template)) {
                Files.copy(template, files.results().resolve(subject.configuration()));
            }
        }
        final Path all = results == null ? tree.results() : results;
        final Path folder = ResultFolder.create(all, environment.commit(), "failover");
        files.copyTo(folder);
        say("kept in %s", folder);
        new Report(all, Set.of()).write();
    }

    private Environment environment(Tree tree, List<Subject> present) throws IOException {
        final Environment environment = new Environment(tree.root(), CommandText.of(spec))
                .put("jvm flags of fairlead", flags)
                .putJar("fairlead.jar", tree.fairleadJar())
                .putPeers()
                .put("servers", Fleet.version());
        for (final Subject subject : present) {
            environment.put("configuration of " + subject.name(), subject.configuration());
        }
        return environment;
    }

    private Script.Settings settings() {
        if (watchLimitS < watchS) {
            throw new ParameterException(spec.commandLine(), "--watch-limit is less than --watch");
        }
        final List<FailoverEvent> script = new ArrayList<>();
        for (final String part : Words.of(events)) {
            script.addAll(
                    switch (part) {
                        case KILL -> List.of(FailoverEvent.KILL, FailoverEvent.RETURN, FailoverEvent.RECONNECT);
                        case FREEZE -> List.of(FailoverEvent.FREEZE, FailoverEvent.THAW);
                        case RESTART -> List.of(FailoverEvent.RESTART);
                        default ->
                            throw new ParameterException(
                                    spec.commandLine(),
                                    "'" + part + "' is no part of the script; there are " + KILL + ", " + FREEZE
                                            + " and " + RESTART);
                    });
        }
        return new Script.Settings(
                clientCount, ns(intervalS), ns(replyLimitS), ns(restS), ns(watchS), ns(watchLimitS), script);
    }

    private List<Subject> present(Tree tree) {
        final List<Subject> wanted;
        try {
            wanted = new Subjects(tree, Words.of(flags)).named(Words.of(subjects));
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        wanted.stream()
                .filter(subject -> !subject.isPresent())
                .forEach(subject -> say("left out: %s: %s", subject.name(), subject.missing()));
        return wanted.stream().filter(Subject::isPresent).toList();
    }

    private void verifyMachine() throws IOException {
        final String missing = Fleet.missing();
        if (missing != null) {
            throw new IOException(missing);
        }
        // A balancer has two for each client.
        final long needed = 2L * clientCount + SPARE_DESCRIPTORS;
        final long limit = ProcFile.descriptorLimit("self");
        if (limit < needed) {
            throw new IOException(clientCount + " clients need " + needed + " descriptors, and a process may have "
                    + limit + " here: ulimit -n " + needed);
        }
    }

    private static long ns(double seconds) {
        return Math.round(seconds * NS_PER_S);
    }

    private void say(String format, Object... arguments) {
        out().println(String.format(Locale.ROOT, format, arguments));
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
