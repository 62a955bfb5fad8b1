package io.fairlead.core.simulation.mutation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the simulation over a scratch copy in a JVM of its own, which is ended when it does not end itself. */
final class SimulationFork {
    private static final String MAIN = "io.fairlead.core.simulation.SimulationMain";
    private static final Pattern FAILED =
            Pattern.compile("^FAILED seed=(-?\\d+) histories=(\\d+) seconds=([\\d.]+): (.*)$", Pattern.MULTILINE);

    /** What the JVM takes to start, and the history under way at the end of the time to end. */
    private static final long GRACE_SECONDS = 30;

    private SimulationFork() {}

    /**
     * Simulate.
     *
     * @param scratch compiled.
     * @param seconds for how long, if nothing is found.
     * @param seed of the first history, or null for any.
     * @return what was found.
     */
    static Verdict run(Scratch scratch, int seconds, Long seed) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command(scratch, seconds, seed))
                .redirectErrorStream(true)
                .redirectOutput(scratch.output().toFile())
                .start();
        try {
            if (!process.waitFor(seconds + GRACE_SECONDS, TimeUnit.SECONDS)) {
                return Verdict.of(Verdict.Outcome.HUNG, "after " + (seconds + GRACE_SECONDS) + " s");
            }
        } finally {
            process.destroyForcibly();
        }
        return verdict(process.exitValue(), Scratch.readString(scratch.output()));
    }

    static Verdict verdict(int exitCode, String output) {
        final Matcher failed = FAILED.matcher(output);
        if (exitCode == 1 && failed.find()) {
            return new Verdict(
                    Verdict.Outcome.FOUND,
                    Double.parseDouble(failed.group(3)),
                    Long.parseLong(failed.group(2)),
                    failed.group(4) + " (seed " + failed.group(1) + ")");
        }
        if (exitCode == 0) {
            return Verdict.of(Verdict.Outcome.NOT_FOUND, "");
        }
        return Verdict.of(
                Verdict.Outcome.CRASHED,
                "with exit code " + exitCode + ": " + output.lines().findFirst().orElse("no output"));
    }

    private static List<String> command(Scratch scratch, int seconds, Long seed) {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Xmx1g",
                "-cp",
                scratch.classPath(),
                MAIN,
                "--seconds",
                Integer.toString(seconds)));
        if (seed != null) {
            command.addAll(List.of("--seed", seed.toString()));
        }
        return command;
    }
}
