package io.fairlead.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/**
 * A row of the headline set: benchmarks, and the values of their parameters that count there. <b>Immutable.</b>
 *
 * @param include regular expression that finds the benchmarks' names.
 * @param params values by a parameter's name; a parameter that is not named has all of its values.
 */
record Headline(String include, Map<String, List<String>> params) {
    /**
     * What runs without arguments, a row for each kind of question. It stays below five minutes; a row that matches nothing
     * fails the run.
     */
    static final List<Headline> SET = List.of(
            new Headline(
                    "\\.system\\.ForwardingThroughputBenchmark\\.",
                    Map.of(
                            "size",
                            List.of("16x1", "64x100", "64x10000", "1024x100", "16384x100", "131072x20", "1048576x4"))),
            new Headline("\\.system\\.PinningBenchmark\\.", Map.of()));

    /** Restrict a run to this row. */
    ChainedOptionsBuilder addTo(ChainedOptionsBuilder options) {
        options.include(include);
        params.forEach((name, values) -> options.param(name, values.toArray(new String[0])));
        return options;
    }

    @Override
    public String toString() {
        return params.isEmpty() ? include : include + " " + new TreeMap<>(params);
    }
}
