package io.fairlead.bench;

import java.io.IOException;
import java.util.Collection;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * JMH's output, but that it knows which benchmark runs, which JMH's exceptions do not say, and prints one table for several
 * runs. <b>Owned by one thread</b>, as far as what it prints to is.
 */
final class CurrentBenchmark implements OutputFormat {
    private final OutputFormat format;
    private BenchmarkParams current;

    CurrentBenchmark(OutputFormat format) {
        this.format = format;
    }

    /** The benchmark that was started last, with its parameters; empty if none was. */
    String name() {
        if (current == null) {
            return "";
        }
        final StringBuilder name = new StringBuilder(current.getBenchmark());
        String separator = " (";
        for (final String key : current.getParamsKeys()) {
            name.append(separator).append(key).append('=').append(current.getParam(key));
            separator = ", ";
        }
        return name.append(separator.equals(", ") ? ")" : "").toString();
    }

    /** Forget it: none was started yet. */
    void forget() {
        current = null;
    }

    /** The table of all runs. */
    void summarize(Collection<RunResult> results) {
        format.endRun(results);
        format.flush();
    }

    @Override
    public void startBenchmark(BenchmarkParams params) {
        current = params;
        format.startBenchmark(params);
    }

    @Override
    public void endRun(Collection<RunResult> results) {
        // The table comes when all runs have ended.
    }

    @Override
    public void close() {
        // There may be another run.
        format.flush();
    }

    @Override
    public void iteration(BenchmarkParams params, IterationParams iterationParams, int iteration) {
        format.iteration(params, iterationParams, iteration);
    }

    @Override
    public void iterationResult(
            BenchmarkParams params, IterationParams iterationParams, int iteration, IterationResult data) {
        format.iterationResult(params, iterationParams, iteration, data);
    }

    @Override
    public void endBenchmark(BenchmarkResult result) {
        format.endBenchmark(result);
    }

    @Override
    public void startRun() {
        format.startRun();
    }

    @Override
    public void print(String text) {
        format.print(text);
    }

    @Override
    public void println(String text) {
        format.println(text);
    }

    @Override
    public void flush() {
        format.flush();
    }

    @Override
    public void verbosePrintln(String text) {
        format.verbosePrintln(text);
    }

    @Override
    public void write(int b) {
        format.write(b);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        format.write(bytes);
    }
}
