package io.fairlead.bench.load;

import io.fairlead.bench.gate.GateCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the load rigs. Exit codes: 0 done, 1 something went wrong, 2 usage. */
@Command(
        name = "load",
        description =
                "Load rigs for balancers of WebSockets. Every byte that comes back is compared with what was sent.",
        mixinStandardHelpOptions = true,
        subcommands = {RttCommand.class, ChurnCommand.class, IdleCommand.class, BalancerCommand.class, GateCommand.class
        })
public final class LoadMain {
    private LoadMain() {}

    /**
     * Run one rig.
     *
     * @param args the rig and its flags.
     */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command line, not yet told anything. */
    static CommandLine commandLine() {
        return new CommandLine(new LoadMain())
                .setParameterExceptionHandler((e, args) -> {
                    e.getCommandLine().getErr().println("load: " + e.getMessage() + " (--help explains)");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((e, commandLine, parsed) -> {
                    commandLine.getErr().println("load: " + e);
                    return 1;
                });
    }
}
