package io.fairlead.bench.compare;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What the commands that start subjects have in common on the command line. */
final class RunOptions {
    @Option(names = "--rounds", paramLabel = "N", defaultValue = "7", description = "Rounds (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "2",
            description = "Seconds for each subject in each round (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "6",
            description = "Seconds of load on each subject before the first round, for the JIT compilers"
                    + " (${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(
            names = "--jdks",
            paramLabel = "LIST",
            defaultValue = "17,25",
            split = ",",
            description = "Feature releases to run Fairlead on, where they are installed; the running one is always"
                    + " added (${DEFAULT-VALUE}).")
    private List<Integer> jdks;

    @Option(
            names = "--flags",
            paramLabel = "FLAGS",
            defaultValue = Java.FAIRLEAD_FLAGS,
            description = "JVM flags of Fairlead (${DEFAULT-VALUE}).")
    private String flags;

    @Option(
            names = "--jar",
            paramLabel = "NAME=FILE",
            description =
                    "One more Fairlead, from another fairlead.jar on the running JDK: a change's before and after in"
                            + " one run. Repeatable.")
    private Map<String, Path> jars = Map.of();

    @Option(
            names = "--save",
            description = "Keep the results in perf-results/<date>-<commit>-<machine>, with tables and pictures.")
    private boolean isToBeSaved;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            description = "Keep them in a folder there instead; implies --save.")
    private Path results;

    /** More jars, by the names of their subjects. */
    Map<String, Path> jars() {
        return jars;
    }

    Map<Integer, Path> javas() {
        return Jdks.find(jdks);
    }

    List<String> flags() {
        return words(flags);
    }

    /** Whether results are kept. */
    boolean isToBeSaved() {
        return isToBeSaved || results != null;
    }

    /** Where a run's folder goes. */
    Path results(Tree tree) {
        return results == null ? tree.results() : results;
    }

    /** The schedule, as the rigs want to be told it. */
    List<String> schedule() {
        return List.of(
                "--rounds",
                Integer.toString(rounds),
                "--seconds",
                Double.toString(seconds),
                "--warmup",
                Double.toString(warmUp));
    }

    /** Seconds that a rig takes for so many subjects, roughly. */
    double rigSeconds(int subjectCount) {
        return subjectCount * (warmUp + rounds * (seconds + 0.6));
    }

    /** The words of a text. */
    static List<String> words(String text) {
        return Arrays.stream(text.strip().split("[\\s]+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
