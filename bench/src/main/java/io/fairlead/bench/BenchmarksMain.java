package io.fairlead.bench;

import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The JMH benchmarks' command line: {@code java -jar bench/target/benchmarks.jar}. Unlike JMH's own, it ends with a status
 * other than 0 when a benchmark threw, and says which.
 */
public final class BenchmarksMain {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final String HEADLINE = "headline";
    private static final String ALL = "all";
    private static final String HELP = String.join(
            System.lineSeparator(),
            "java -jar benchmarks.jar                    the headline set, in a few minutes",
            "java -jar benchmarks.jar headline [OPTION]  the same with options of JMH",
            "java -jar benchmarks.jar all [OPTION]       every benchmark; how long is said first",
            "java -jar benchmarks.jar [OPTION] [REGEXP]  whatever JMH's options below say",
            "",
            "The two sets tell the bytes an operation allocates beside its time (JMH's -prof gc). Results go to a file if",
            "one is asked for:  all -rf json -rff benchmarks.json",
            "A benchmark that throws ends the run with status 1.",
            "");

    /** The parameter that names what bytes travel over, and those of its values that are there on any machine. */
    private static final String TRANSPORT = "transport";

    private static final List<String> TRANSPORTS_OF_ALL = List.of("simulated", "nio");

    private BenchmarksMain() {}

    /**
     * Run benchmarks.
     *
     * @param args {@code headline} or {@code all} and JMH's options, or JMH's options alone; nothing for the headline set.
     */
    public static void main(String[] args) throws IOException {
        System.exit(run(System.out, args));
    }

    /** The same, but it returns the status. */
    static int run(PrintStream out, String... args) throws IOException {
        try {
            final String set = setOf(args);
            final String[] options = set.isEmpty() ? args : withoutFirst(args);
            final RunOptions own = new RunOptions(isHelp(options) ? new String[] {"-h"} : options);
            return answersOnly(out, own) ? SUCCESS : run(out, set, own);
        } catch (final CommandLineOptionException | IllegalArgumentException e) {
            out.println("FAILED: " + e.getMessage());
            return FAILURE;
        }
    }

    /** What a run of a set is made of: one after another, with one result. */
    static List<Options> plan(String set, RunOptions own) {
        if (!set.isEmpty() && !own.getIncludes().isEmpty()) {
            throw new IllegalArgumentException("'" + set + "' takes options, but no " + own.getIncludes());
        }
        return switch (set) {
            case HEADLINE ->
                Headline.SET.stream()
                        .map(entry -> entry.addTo(measured(own)).build())
                        .toList();
            case ALL -> List.of(measured(own).build());
            default -> List.of(strict(own).build());
        };
    }

    private static int run(PrintStream out, String set, RunOptions own) {
        final BenchmarkSet benchmarks = new BenchmarkSet(plan(set, own), own);
        out.println("# " + (set.isEmpty() ? "chosen benchmarks" : set) + ": " + benchmarks.summary());
        out.println("# " + environment());
        final String without = whyWithoutEpoll(own);
        if (without != null) {
            out.println("# transport=epoll is left out: " + without);
        }
        if (set.equals(HEADLINE)) {
            Headline.SET.forEach(entry -> out.println("#   " + entry));
        }
        try {
            benchmarks.run(out);
            return SUCCESS;
        } catch (final BenchmarkFailedException e) {
            out.println("FAILED: " + e.getMessage());
            return FAILURE;
        }
    }

    private static boolean answersOnly(PrintStream out, RunOptions own) throws IOException {
        if (own.shouldHelp()) {
            out.println(HELP);
            own.showHelp();
        } else if (own.shouldList()) {
            new Runner(own).list();
        } else if (own.shouldListWithParams()) {
            new Runner(own).listWithParams(own);
        } else if (own.shouldListProfilers()) {
            own.listProfilers();
        } else if (own.shouldListResultFormats()) {
            own.listResultFormats();
        } else {
            return false;
        }
        return true;
    }

    private static ChainedOptionsBuilder measured(RunOptions own) {
        final ChainedOptionsBuilder options = strict(own);
        final boolean isAsked = own.getProfilers().stream()
                .anyMatch(profiler -> profiler.getKlass().equals("gc")
                        || profiler.getKlass().equals(GCProfiler.class.getCanonicalName()));
        return isAsked ? options : options.addProfiler(GCProfiler.class);
    }

    private static ChainedOptionsBuilder strict(RunOptions own) {
        final ChainedOptionsBuilder options = new OptionsBuilder().parent(own).shouldFailOnError(true);
        return whyWithoutEpoll(own) == null
                ? options
                : options.param(TRANSPORT, TRANSPORTS_OF_ALL.toArray(new String[0]));
    }

    /** Why epoll is left out though nobody said so; null if it is not. */
    private static String whyWithoutEpoll(RunOptions own) {
        // Another JVM may have it, and who names transports is told by the benchmark what it lacks.
        final boolean isLeftToUs =
                !own.getJvm().hasValue() && !own.getParameter(TRANSPORT).hasValue();
        return isLeftToUs ? EpollTransport.whyUnavailable() : null;
    }

    private static String environment() {
        final Runtime runtime = Runtime.getRuntime();
        return "JDK " + Runtime.version() + " (" + System.getProperty("java.vm.name") + "), "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch") + ", processors: " + runtime.availableProcessors();
    }

    private static String setOf(String... args) {
        if (args.length == 0) {
            return HEADLINE;
        }
        return args[0].equals(HEADLINE) || args[0].equals(ALL) ? args[0] : "";
    }

    /** JMH knows the short form only. */
    private static boolean isHelp(String... args) {
        return Arrays.asList(args).contains("--help");
    }

    private static String[] withoutFirst(String... args) {
        return args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    }
}
