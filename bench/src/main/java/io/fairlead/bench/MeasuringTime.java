package io.fairlead.bench;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Optional;

/** How long a benchmark warms up and measures, all values of its parameters together; what starts it comes on top. */
final class MeasuringTime {
    private final int caseCount;
    private final long durationNs;

    MeasuringTime(BenchmarkListEntry benchmark, Options options) {
        int count = 1;
        for (final Map.Entry<String, String[]> param :
                benchmark.getParams().orElse(Map.of()).entrySet()) {
            final String name = param.getKey();
            count *= options.getParameter(name).hasValue()
                    ? options.getParameter(name).get().size()
                    : param.getValue().length;
        }
        caseCount = count;
        final long forkNs = phaseNs(
                        options.getWarmupIterations().orAnother(benchmark.getWarmupIterations()),
                        Defaults.WARMUP_ITERATIONS,
                        options.getWarmupTime().orAnother(benchmark.getWarmupTime()),
                        Defaults.WARMUP_TIME)
                + phaseNs(
                        options.getMeasurementIterations().orAnother(benchmark.getMeasurementIterations()),
                        Defaults.MEASUREMENT_ITERATIONS,
                        options.getMeasurementTime().orAnother(benchmark.getMeasurementTime()),
                        Defaults.MEASUREMENT_TIME);
        final int forks = options.getForkCount().orAnother(benchmark.getForks()).orElse(Defaults.MEASUREMENT_FORKS);
        durationNs = forkNs * count * Math.max(forks, 1);
    }

    /** Combinations of the parameters' values. */
    int caseCount() {
        return caseCount;
    }

    /** Of all cases. */
    long durationNs() {
        return durationNs;
    }

    private static long phaseNs(
            Optional<Integer> count, int defaultCount, Optional<TimeValue> time, TimeValue defaultTime) {
        final TimeValue each = time.orElse(defaultTime);
        return count.orElse(defaultCount) * each.convertTo(TimeUnit.NANOSECONDS);
    }
}
