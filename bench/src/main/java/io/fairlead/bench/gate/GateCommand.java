package io.fairlead.bench.gate;

import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of the regression gate. Exit codes: 0 passed, 1 failed, 2 usage. */
@Command(
        name = "gate",
        description = "Counts what an operation takes and compares it with the baseline; time is not judged.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class GateCommand implements Callable<Integer> {
    private static final String SOURCE = "bench/src/main/resources/io/fairlead/bench/gate/" + Baseline.RESOURCE;

    @Spec
    private CommandSpec spec;

    @Option(names = "--update", description = "Write what was counted as the new baseline.")
    private boolean isUpdate;

    @Option(names = "--skip-ratio", description = "Do not measure the CPU time beside a plain forwarder's.")
    private boolean isRatioSkipped;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "The baseline (" + SOURCE + "; outside of a checkout the one in the jar).")
    private Path file;

    /** No arguments. */
    public GateCommand() {}

    @Override
    public Integer call() throws Exception {
        final PrintWriter out = spec.commandLine().getOut();
        final Baseline baseline = baseline();
        final RegressionGate gate = new RegressionGate(baseline, line -> {
            out.println(line);
            out.flush();
        });
        if (isUpdate) {
            Files.writeString(file, baseline.updated(gate.figures(), RegressionGate.notCountedHere()));
            out.println("wrote " + file + ": commit it with the reason");
            out.flush();
            return 0;
        }
        gate.judge(gate.figures());
        if (!isRatioSkipped) {
            gate.judgeRatio(FairleadSubject::onNio);
        }
        out.println(gate.isPassed() ? "gate: passed" : "gate: FAILED");
        out.flush();
        return gate.isPassed() ? 0 : 1;
    }

    private Baseline baseline() throws Exception {
        final boolean isGiven = file != null;
        if (!isGiven) {
            file = Path.of(SOURCE);
        }
        if (!isGiven && !Files.exists(file)) {
            return Baseline.packaged();
        }
        try (Reader reader = Files.newBufferedReader(file)) {
            return Baseline.read(reader);
        }
    }
}
