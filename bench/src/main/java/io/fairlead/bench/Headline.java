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
    /** What runs without arguments, a row for each kind of question. It stays below five minutes; a benchmark that matches nothing fails the run. */
    static final List<Headline> SET = List.of(
            new Headline(
                    "\\.micro\\.ForwardingBenchmark\\.",
                    Map.of("transport", List.of("simulated", "nio"), "frameTracking", List.of("true"))),
            new Headline("\\.micro\\.PinTableBenchmark\\.find$", Map.of("pins", List.of("1000000"))),
            new Headline(
                    "\\.micro\\.RendezvousBenchmark\\.",
                    Map.of(
                            "selector", List.of("rendezvous", "ketama"),
                            "backends", List.of("10"),
                            "weighted", List.of("false"))));

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
