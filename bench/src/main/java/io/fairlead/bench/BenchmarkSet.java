package io.fairlead.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.FileUtils;

/**
 * Several runs of JMH as one, with one table and one file of results at the end. <b>Owned by one thread.</b>
 *
 * <p>JMH has the values of a parameter chosen for a whole run; a set chooses them for each benchmark.
 */
final class BenchmarkSet {
    private final List<Options> plan;
    private final RunOptions common;

    /**
     * Not run yet.
     *
     * @param plan the runs, in their order.
     * @param common where output and results go.
     */
    BenchmarkSet(List<Options> plan, RunOptions common) {
        this.plan = plan;
        this.common = common;
    }

    /** How many benchmarks there are, and how long they measure. */
    String summary() {
        int count = 0;
        long durationNs = 0;
        final OutputFormat silent = format(new PrintStream(OutputStream.nullOutputStream()), VerboseMode.SILENT);
        for (final Options options : plan) {
            for (final BenchmarkListEntry benchmark : BenchmarkList.defaultList()
                    .find(silent, withDefault(options.getIncludes()), options.getExcludes())) {
                final MeasuringTime time = new MeasuringTime(benchmark, options);
                count += time.caseCount();
                durationNs += time.durationNs();
            }
        }
        return String.format(Locale.ROOT, "%d cases, %.1f min of measuring", count, durationNs / 60e9);
    }

    /** Run all, until one fails. */
    void run(PrintStream console) throws BenchmarkFailedException {
        final String resultFile = common.resultFile();
        final CurrentBenchmark output =
                new CurrentBenchmark(format(stream(console), common.verbosity().orElse(Defaults.VERBOSITY)));
        final Collection<RunResult> results = new ArrayList<>();
        String place = "before the first benchmark";
        try {
            if (resultFile != null) {
                // Better to fail now than when all is measured.
                FileUtils.touch(resultFile);
            }
            for (final Options options : plan) {
                place = options.getIncludes().toString();
                output.forget();
                results.addAll(new Runner(options, output).run());
            }
        } catch (final RunnerException | RuntimeException | IOException e) {
            throw new BenchmarkFailedException(output.name().isEmpty() ? place : output.name(), e);
        }
        output.summarize(results);
        if (resultFile != null) {
            ResultFormatFactory.getInstance(common.resultFormat(), resultFile).writeOut(results);
            console.println("# results in " + resultFile);
        }
    }

    private PrintStream stream(PrintStream console) {
        if (!common.getOutput().hasValue()) {
            return console;
        }
        try {
            return new PrintStream(common.getOutput().get(), Charset.defaultCharset());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> withDefault(List<String> includes) {
        return includes.isEmpty() ? List.of(Defaults.INCLUDE_BENCHMARKS) : includes;
    }

    private static OutputFormat format(PrintStream stream, VerboseMode verbosity) {
        return OutputFormatFactory.createFormatInstance(stream, verbosity);
    }
}
