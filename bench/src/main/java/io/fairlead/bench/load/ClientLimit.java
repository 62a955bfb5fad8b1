package io.fairlead.bench.load;

import io.fairlead.bench.MedianInterval;
import java.util.List;
import java.util.Locale;

/**
 * Whether the load client is what a closed loop has measured: says so, and why not otherwise. <b>Immutable.</b>
 */
final class ClientLimit {
    private static final double CORE_LIMIT = 0.9;
    private static final double PART_LIMIT = 0.5;

    private final List<Sample> samples;
    private final String direct;

    /**
     * Of some samples.
     *
     * @param samples of all subjects and rounds.
     * @param direct the subject that has nothing in between; may be absent.
     */
    ClientLimit(List<Sample> samples, String direct) {
        this.samples = samples;
        this.direct = direct;
    }

    /** Lines for below a table. */
    String verdict() {
        final StringBuilder text = new StringBuilder();
        final double[] parts = samples.stream()
                .filter(sample -> sample.subject().equals(direct) && sample.echoNs() > 0)
                .mapToDouble(Sample::clientFraction)
                .toArray();
        if (parts.length > 0) {
            final double part = MedianInterval.of(parts).median();
            text.append(String.format(
                    Locale.ROOT,
                    part > PART_LIMIT
                            ? "%nThe client used %.1f %% of the CPU of a direct connection, **more than half**.%n"
                            : "%nThe client used %.1f %% of the CPU of a direct connection.%n",
                    100 * part));
        }
        for (final String subject :
                samples.stream().map(Sample::subject).distinct().toList()) {
            final double core = MedianInterval.of(samples.stream()
                            .filter(sample -> sample.subject().equals(subject))
                            .mapToDouble(Sample::clientCoreFraction)
                            .toArray())
                    .median();
            if (core > CORE_LIMIT) {
                text.append(String.format(
                        Locale.ROOT,
                        "%n%s: the client used %.0f %% of a core: **the client is the bottleneck: this is its limit, not"
                                + " the subject's.**%n",
                        subject,
                        100 * core));
            }
        }
        return text.toString();
    }
}
