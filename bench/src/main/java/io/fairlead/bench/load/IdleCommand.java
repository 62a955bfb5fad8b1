package io.fairlead.bench.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The memory that WebSockets take which say nothing. */
@Command(
        name = "idle",
        description = {
            "Herds of idle WebSockets, and the memory of the targets' processes and of the kernel after each; a JVM collects"
                    + " its garbage first. At the end every WebSocket sends a message and has to get its echo."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class IdleCommand implements Callable<Integer> {
    /** What a process needs beside its connections. */
    private static final int RESERVED_DESCRIPTORS = 256;

    /** A balancer has two for each connection. */
    private static final int DESCRIPTORS_PER_CONNECTION = 2;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--target",
            paramLabel = "NAME=HOST:PORT[@PID,…]",
            converter = Target.Converter.class,
            description = {
                "Whom to connect to, and the processes whose memory is its own. Repeatable: one after the other.",
                "Without any, this jar's own echo backend ('direct') and core balancer ('fairlead') are started."
            })
    private List<Target> targets = List.of();

    @Option(
            names = "--herds",
            split = ",",
            paramLabel = "N",
            defaultValue = "1000,3000,6000,9500",
            description = "WebSockets after each step, ascending (${DEFAULT-VALUE}).")
    private List<Integer> herds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "How often the smallest herd comes and goes before it stays (${DEFAULT-VALUE}): what a process takes"
                            + " once, compiled code and the first garbage, is not to pass for what connections take.")
    private int warmUpCount;

    @Option(
            names = "--herd-limit",
            paramLabel = "NAME=N",
            description =
                    "Most WebSockets that a target bears: the sizes of its herds are scaled down so that the largest has"
                            + " no more. Repeatable.")
    private Map<String, Integer> herdLimits = Map.of();

    @Option(
            names = "--direct",
            defaultValue = "direct",
            paramLabel = "NAME",
            description = "The target without a balancer (${DEFAULT-VALUE}).")
    private String direct;

    @Option(names = "--sources", defaultValue = "200", description = "Client addresses used (${DEFAULT-VALUE}).")
    private int sourceCount;

    @Option(
            names = "--transport",
            defaultValue = "nio",
            paramLabel = "NAME",
            description = "What the client's sockets are: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private LoadTransport transport;

    @Option(names = "--csv", paramLabel = "FILE", description = "Append every look to this file.")
    private Path csv;

    @Option(names = "--summary", paramLabel = "FILE", description = "Append the tables to this file too.")
    private Path summary;

    private final List<HerdLook> looks = new ArrayList<>();
    private boolean hasFailed;
    private PrintWriter out;
    private Stop stop;

    @Override
    public Integer call() throws IOException {
        out = spec.commandLine().getOut();
        stop = LoadMain.stop(spec);
        if (!targets.isEmpty()) {
            return measureAll(targets);
        }
        try (OwnFleet fleet = OwnFleet.start(direct)) {
            return measureAll(fleet.targets());
        }
    }

    private int measureAll(List<Target> measured) throws IOException {
        checkHerds();
        checkDescriptors("this process", "self", 1, herds);
        for (final Target target : measured) {
            for (final long processId : target.processIds()) {
                checkDescriptors(
                        target.name(), Long.toString(processId), DESCRIPTORS_PER_CONNECTION, herdsOf(target.name()));
            }
        }
        for (final Target target : measured) {
            try {
                measure(target);
            } catch (final ConnectException e) {
                // One target that cannot be had is no reason to learn nothing of the others.
                tell("idle: " + target.name() + " LEFT OUT: " + e.getMessage());
                hasFailed = true;
            }
        }
        report();
        if (stop.getAsBoolean()) {
            return Stop.EXIT_CODE;
        }
        return hasFailed ? 1 : 0;
    }

    private void measure(Target target) throws IOException {
        if (stop.getAsBoolean()) {
            return;
        }
        final List<Integer> sizes = herdsOf(target.name());
        for (int i = 0; i < warmUpCount && !sizes.isEmpty() && !stop.getAsBoolean(); i++) {
            // Those who come after it find the same slots, so it touches nothing that the smallest herd would not.
            try (IdleHerd herd = new IdleHerd(transport, target, new SourceAddresses(sourceCount))) {
                herd.open(sizes.get(0));
            }
        }
        final KernelMemory before = KernelMemory.now();
        try (IdleHerd herd = new IdleHerd(transport, target, new SourceAddresses(sourceCount))) {
            for (int i = 0; i < sizes.size() && !stop.getAsBoolean(); i++) {
                herd.open(sizes.get(i));
                look(target, sizes.get(i), before);
            }
            final String trouble = herd.checkAlive();
            tell(target.name() + ": " + (trouble == null ? "every WebSocket had its echo" : trouble));
            hasFailed |= trouble != null;
        }
    }

    private void look(Target target, int count, KernelMemory before) throws IOException {
        final List<Long> processIds = target.name().equals(direct) ? List.of() : target.processIds();
        for (final long processId : processIds) {
            ProcessMemory.collect(processId);
        }
        final HerdLook look = new HerdLook(
                target.name(),
                count,
                ProcessMemory.of(processIds),
                KernelMemory.now().since(before));
        looks.add(look);
        tell(String.format(
                Locale.ROOT,
                "idle: %s, %d WebSockets: PSS %d KiB, kernel slab %+d KiB",
                target.name(),
                count,
                look.process().pssKib(),
                look.kernel().slabKib()));
    }

    private void report() throws IOException {
        final StringBuilder text = new StringBuilder("\n### Idle WebSockets\n\n");
        if (stop.getAsBoolean()) {
            text.append("**Aborted after ").append(looks.size()).append(" herds.**\n\n");
        }
        if (!looks.isEmpty()) {
            text.append(new IdleTable(looks, direct, KernelMemory.pageKib()).markdown());
        }
        if (csv != null) {
            final StringBuilder lines = new StringBuilder(Files.exists(csv) ? "" : HerdLook.CSV_HEADER + "\n");
            looks.forEach(look -> lines.append(look.csv()).append('\n'));
            Run.append(csv, lines.toString());
        }
        if (summary != null) {
            Run.append(summary, text.toString());
        }
        tell(text.toString());
    }

    private void checkHerds() {
        int last = 0;
        for (final int herd : herds) {
            if (herd <= last) {
                throw new ParameterException(spec.commandLine(), "--herds are to ascend from 1 on");
            }
            last = herd;
        }
    }

    private List<Integer> herdsOf(String target) {
        return scaled(herds, herdLimits.getOrDefault(target, Integer.MAX_VALUE));
    }

    /** As many sizes in the same proportions, of which the largest is within a limit. */
    static List<Integer> scaled(List<Integer> herds, int limit) {
        final int most = herds.get(herds.size() - 1);
        return most <= limit
                ? herds
                : herds.stream()
                        .map(herd -> (int) ((long) herd * limit / most))
                        .filter(herd -> herd > 0)
                        .distinct()
                        .toList();
    }

    private void checkDescriptors(String who, String processId, int each, List<Integer> sizes) throws IOException {
        final long limit = ProcFile.descriptorLimit(processId);
        final int most = sizes.isEmpty() ? 0 : sizes.get(sizes.size() - 1);
        if ((long) each * most + RESERVED_DESCRIPTORS > limit) {
            throw new ParameterException(
                    spec.commandLine(),
                    who + " may have " + limit + " descriptors only: lower --herds to "
                            + Math.max(0, (limit - RESERVED_DESCRIPTORS) / each) + " at most, or raise ulimit -n");
        }
    }

    private void tell(String text) {
        out.println(text);
        out.flush();
    }
}
