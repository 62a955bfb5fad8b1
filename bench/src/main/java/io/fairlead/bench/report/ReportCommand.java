package io.fairlead.bench.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Pages and pictures from the results of runs. <b>Owned by the thread that runs it.</b> */
@Command(
        name = "report",
        description =
                "Writes each new run's summary.md and pictures where they are missing, and the page over all runs.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--results",
            defaultValue = "perf-results",
            paramLabel = "DIRECTORY",
            description = "Where the folders of runs are (${DEFAULT-VALUE}).")
    private Path results;

    @Option(
            names = "--force",
            paramLabel = "FOLDER",
            description = "Write the page and the pictures of this folder anew; repeatable.")
    private Set<String> forced = new LinkedHashSet<>();

    @Option(names = "--check", description = "Write nothing; exit with 1 if something would be written.")
    private boolean isCheck;

    /** Made by the command line. */
    public ReportCommand() {}

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(results)) {
            throw new ParameterException(
                    spec.commandLine(), results + " is no folder: run this in the checkout, or give --results");
        }
        final Report report = new Report(results, forced);
        final PrintWriter out = spec.commandLine().getOut();
        if (!isCheck) {
            report.write().forEach(file -> out.println("wrote " + file));
            out.flush();
            return 0;
        }
        final Set<Path> due = report.difference().keySet();
        due.forEach(file -> out.println("out of date: " + file));
        out.flush();
        return due.isEmpty() ? 0 : 1;
    }
}
