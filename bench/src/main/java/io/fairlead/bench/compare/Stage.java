package io.fairlead.bench.compare;

import io.fairlead.bench.load.ProcFile;
import io.fairlead.bench.load.ProcessMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The processes of a comparison: an echo backend and the subjects before it, all of them there from the beginning to the end;
 * who is not measured rests. <b>Owned by one thread</b>, but for {@link #close()}.
 */
final class Stage implements AutoCloseable {
    /** Whose share divides the others' on the console; pages choose the best peer. */
    private static final String REFERENCE = "nginx-stream";

    private final Tree tree;
    private final Path directory;
    private final int coreCount;
    private final Map<String, ManagedProcess> subjects = new LinkedHashMap<>();
    private final Map<String, Subject> known = new LinkedHashMap<>();
    private final ManagedProcess echo;
    private Placement placement;

    /**
     * Start the backend.
     *
     * @param tree to take jars from.
     * @param directory for files of the processes.
     * @param coreCount cores of this machine.
     * @param placement where everything is to run at first.
     */
    Stage(Tree tree, Path directory, int coreCount, Placement placement) throws IOException, InterruptedException {
        this.tree = tree;
        this.directory = directory;
        this.coreCount = coreCount;
        this.placement = placement;
        final int port = ManagedProcess.freePort();
        final List<String> command = new ArrayList<>(List.of(Java.running()));
        command.addAll(Java.PEER_FLAGS);
        // Every address of 127.0.0.0/8: a thousand backends, as far as a balancer can see.
        command.addAll(List.of(
                "-jar",
                tree.echoJar().toString(),
                "--host",
                "0.0.0.0",
                "--port",
                Integer.toString(port),
                "--name",
                "b1"));
        echo = ManagedProcess.start("echo", placement.peerCore(coreCount), port, directory, command);
    }

    int echoPort() {
        return echo.port();
    }

    /** Start a subject. */
    void add(Subject subject) throws IOException, InterruptedException {
        final Path own = Files.createDirectories(directory.resolve(subject.name()));
        final int port = ManagedProcess.freePort();
        add(subject.name(), port, subject.launch().command(port, echo.port(), own));
        known.put(subject.name(), subject);
    }

    /** Start a subject by its command, which has to listen on a port of 127.0.0.1. */
    void add(String name, int port, List<String> command) throws IOException, InterruptedException {
        subjects.put(name, ManagedProcess.start(name, placement.subjectCore(coreCount), port, directory, command));
    }

    /** Move everything to other cores. */
    void place(Placement next) throws IOException {
        placement = next;
        echo.pin(next.peerCore(coreCount));
        for (final ManagedProcess subject : subjects.values()) {
            subject.pin(next.subjectCore(coreCount));
        }
    }

    /** Names of the subjects that were started, in order. */
    List<String> names() {
        return List.copyOf(subjects.keySet());
    }

    /** Names of those that a rig measures. */
    List<String> names(String rig) {
        return names().stream()
                .filter(name -> !known.containsKey(name) || known.get(name).takesPartIn(rig))
                .toList();
    }

    /**
     * The rig that looks at the memory of herds, none larger than a subject bears.
     *
     * @param files to keep what it sees in.
     * @param herds sizes, ascending.
     */
    List<String> idle(RunFiles files, String herds) throws IOException {
        final List<String> rig = new ArrayList<>(files.idle(herds));
        final long descriptorLimit = ProcFile.descriptorLimit("self");
        for (final Subject subject : known.values()) {
            rig.addAll(List.of("--herd-limit", subject.name() + "=" + subject.herdLimit(descriptorLimit)));
        }
        return rig;
    }

    /**
     * Run a rig on the direct connection and on subjects.
     *
     * @param abort what ends it early.
     * @param rig its name and flags.
     * @param names of the subjects, beside the direct connection.
     * @return the rig's exit code.
     */
    int run(Abort abort, List<String> rig, List<String> names) throws IOException, InterruptedException {
        final List<String> command = command(rig);
        command.addAll(List.of("--target", Catalogue.DIRECT + "=127.0.0.1:" + echo.port()));
        command.addAll(targets(names));
        return abort.run(command);
    }

    /** Run a rig on a subject alone, to load it. */
    int load(Abort abort, List<String> rig, String name) throws IOException, InterruptedException {
        final List<String> command = command(rig);
        command.addAll(targets(List.of(name)));
        return abort.run(command);
    }

    private List<String> command(List<String> rig) {
        final List<String> command = new ArrayList<>(
                List.of("taskset", "-c", Integer.toString(placement.peerCore(coreCount)), Java.running()));
        command.addAll(Java.PEER_FLAGS);
        command.addAll(List.of("-jar", tree.benchJar().toString()));
        command.addAll(rig);
        command.addAll(List.of("--direct", Catalogue.DIRECT));
        if (!rig.get(0).equals("idle")) {
            command.addAll(List.of("--placement", placement.label()));
            command.addAll(List.of("--echo-pid", Long.toString(echo.processIds().get(0))));
            if (subjects.containsKey(REFERENCE)) {
                command.addAll(List.of("--reference", REFERENCE));
            }
        }
        return command;
    }

    private List<String> targets(List<String> names) {
        final List<String> targets = new ArrayList<>();
        for (final String name : names) {
            final ManagedProcess subject = subjects.get(name);
            final String ids = String.join(
                    ",", subject.processIds().stream().map(String::valueOf).toList());
            targets.addAll(List.of("--target", name + "=127.0.0.1:" + subject.port() + "@" + ids));
        }
        return targets;
    }

    /** Memory of a subject's processes, behind a collection where it is a JVM. */
    long pssKib(String name) throws IOException {
        final List<Long> processIds = subjects.get(name).processIds();
        for (final long processId : processIds) {
            ProcessMemory.collect(processId);
        }
        return ProcessMemory.of(processIds).pssKib();
    }

    /** Names of processes that ended without being told to, with what they said. */
    List<String> fallen() throws IOException {
        final List<String> fallen = new ArrayList<>();
        final List<ManagedProcess> all = new ArrayList<>(subjects.values());
        all.add(echo);
        for (final ManagedProcess process : all) {
            if (!process.isAlive()) {
                fallen.add(process.name() + " has ended. It says: " + process.output());
            }
        }
        return fallen;
    }

    @Override
    public void close() {
        subjects.values().forEach(ManagedProcess::close);
        echo.close();
    }
}
