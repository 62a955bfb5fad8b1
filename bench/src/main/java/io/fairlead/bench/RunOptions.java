package io.fairlead.bench;

import java.io.Serial;
import java.util.Locale;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.util.Optional;

/**
 * JMH's command line, but that the file of results is kept from the runs of a set: each would write it anew. <b>Immutable.</b>
 */
final class RunOptions extends CommandLineOptions {
    @Serial
    private static final long serialVersionUID = 1;

    RunOptions(String... args) throws CommandLineOptionException {
        super(args);
    }

    /** The file that is to have the results of all runs, or null. */
    String resultFile() {
        if (!super.getResult().hasValue() && !super.getResultFormat().hasValue()) {
            return null;
        }
        return super.getResult()
                .orElse(Defaults.RESULT_FILE_PREFIX + "."
                        + resultFormat().toString().toLowerCase(Locale.ROOT));
    }

    /** How results are to be written. */
    ResultFormatType resultFormat() {
        return super.getResultFormat().orElse(Defaults.RESULT_FORMAT);
    }

    @Override
    public Optional<String> getResult() {
        return Optional.none();
    }

    @Override
    public Optional<ResultFormatType> getResultFormat() {
        return Optional.none();
    }
}
