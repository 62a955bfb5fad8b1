package io.fairlead.edge;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code fairlead} command: reads the command line and runs what it asks for. */
@Command(
        name = "fairlead",
        header = "Fairlead, a layer-4 load balancer that keeps each WebSocket client on one backend.",
        synopsisSubcommandLabel = "(run | demo)",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  fairlead demo",
            "  fairlead run --listen 0.0.0.0:8080 --backend 10.0.0.1:8765 --backend 10.0.0.2:8765",
            "",
            "'fairlead run --help' and 'fairlead demo --help' tell more."
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    Main(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Run the process.
     *
     * @param arguments of the command line.
     */
    public static void main(String... arguments) {
        System.exit(new Main(Terminal.ofProcess()).execute(arguments));
    }

    /** A command is missing: picocli calls this only if none was given. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing: run or demo");
    }

    /**
     * Do what a command line asks for.
     *
     * @param arguments of the command line.
     * @return the exit code.
     */
    int execute(String... arguments) {
        return new CommandLine(this)
                .addSubcommand(new RunCommand(terminal))
                .addSubcommand(new DemoCommand(terminal))
                .setOut(writer(terminal.out()))
                .setErr(writer(terminal.err()))
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler((error, rejected) -> onUsage(error))
                .setExecutionExceptionHandler((error, command, parsed) -> onFailure(error))
                .execute(arguments);
    }

    private int onUsage(ParameterException error) {
        final StringBuilder line = new StringBuilder("fairlead: ");
        final ParameterException cause = cause(error);
        line.append(cause.getMessage());
        if (cause instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            line.append("; did you mean ").append(String.join(" or ", unmatched.getSuggestions()));
            line.append('?');
        }
        line.append("; see '")
                .append(error.getCommandLine().getCommandSpec().qualifiedName())
                .append(" --help'");
        terminal.note(line.toString().replaceAll("\\R\\s*", " "));
        return ExitCode.USAGE;
    }

    /** A flag that is missing because it was mistyped is better reported as mistyped. */
    private static ParameterException cause(ParameterException error) {
        final List<String> unmatched = error.getCommandLine().getUnmatchedArguments();
        return error instanceof MissingParameterException && !unmatched.isEmpty()
                ? new UnmatchedArgumentException(error.getCommandLine(), unmatched)
                : error;
    }

    private int onFailure(Exception error) {
        if (error instanceof StartException) {
            terminal.note("fairlead: " + error.getMessage());
        } else {
            terminal.note("fairlead: a defect, please report this: " + error);
            error.printStackTrace(terminal.err());
        }
        return ExitCode.FAILED;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }
}
