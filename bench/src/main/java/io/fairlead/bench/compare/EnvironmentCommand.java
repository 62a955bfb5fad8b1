package io.fairlead.bench.compare;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fairlead-bench environment}: what a result of JMH's is to be kept with. */
@Command(
        name = "environment",
        description = "Tells commit, machine, kernel and versions, for the environment.txt beside a jmh.json.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class EnvironmentCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--command", required = true, paramLabel = "TEXT", description = "The command whose result it is.")
    private String command;

    /** Made by the command line. */
    public EnvironmentCommand() {}

    @Override
    public Integer call() throws IOException {
        final Tree tree = Tree.locate();
        spec.commandLine().getOut().print(new Environment(tree.root(), command).text());
        spec.commandLine().getOut().flush();
        return 0;
    }
}
