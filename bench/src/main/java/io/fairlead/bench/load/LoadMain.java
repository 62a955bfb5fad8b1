package io.fairlead.bench.load;

import io.fairlead.bench.compare.CompareCommand;
import io.fairlead.bench.compare.EnvironmentCommand;
import io.fairlead.bench.compare.GrowthCommand;
import io.fairlead.bench.experiment.ForwardCommand;
import io.fairlead.bench.failover.FailoverCommand;
import io.fairlead.bench.gate.FootprintCommand;
import io.fairlead.bench.gate.GateCommand;
import io.fairlead.bench.report.ReportCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line of the load rigs. Exit codes: 0 done, 1 errors or a missed rate, 2 usage, 130 stopped by Ctrl-C or SIGTERM,
 * after what was measured until then has been told.
 */
@Command(
        name = "fairlead-bench",
        description =
                "Measures balancers of WebSockets, guards Fairlead against regressions, and makes pages of what was measured.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RttCommand.class,
            BulkCommand.class,
            ChurnCommand.class,
            IdleCommand.class,
            StormCommand.class,
            CompareCommand.class,
            GrowthCommand.class,
            FailoverCommand.class,
            EnvironmentCommand.class,
            ReportCommand.class,
            GateCommand.class,
            FootprintCommand.class,
            EchoCommand.class,
            ForwardCommand.class,
            BalancerCommand.class
        })
public final class LoadMain implements Runnable {
    @Spec
    private CommandSpec spec;

    private final Stop stop;

    private LoadMain(Stop stop) {
        this.stop = stop;
    }

    /**
     * Run one rig.
     *
     * @param args the rig and its flags.
     */
    public static void main(String[] args) {
        final Stop stop = new Stop();
        stop.onSignal();
        final int exitCode = commandLine(stop).execute(args);
        stop.over();
        System.exit(exitCode);
    }

    /** The command line, not yet told anything. */
    static CommandLine commandLine(Stop stop) {
        return new CommandLine(new LoadMain(stop))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, args) -> {
                    e.getCommandLine().getErr().println("fairlead-bench: " + e.getMessage() + " (--help explains)");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((e, commandLine, parsed) -> {
                    commandLine.getErr().println("fairlead-bench: " + e);
                    return 1;
                });
    }

    /**
     * What Ctrl-C asks of the rig that a command is; from now on somebody listens.
     *
     * @param command of this command line.
     */
    public static Stop stop(CommandSpec command) {
        final Stop stop = ((LoadMain) command.root().userObject()).stop;
        stop.watch();
        return stop;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which rig?");
    }
}
