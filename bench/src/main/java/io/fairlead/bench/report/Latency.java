package io.fairlead.bench.report;

import io.fairlead.bench.MedianInterval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/**
 * The latencies of one subject in one rig: a log of HdrHistogram in nanoseconds, with one interval a round. Not to be changed
 * after it was read.
 *
 * @param rig its name.
 * @param subject that was measured.
 * @param rounds in the order of the log.
 * @param all of them together.
 * @param isFailed whether the rate was missed, which a file's name that ends in {@code .FAIL} tells.
 */
record Latency(RigName rig, String subject, List<Histogram> rounds, Histogram all, boolean isFailed) {
    private static final Pattern FILE_NAME =
            Pattern.compile("([a-z]+-(?:\\d+x)?\\d+(?:(?:@|-at-)\\d+)?)-(.+?)\\.hdr(\\.FAIL)?");
    private static final int DIGITS = 3;

    /** All of a folder, by name; none where there is no folder. */
    static List<Latency> readAll(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        final List<Path> files;
        try (Stream<Path> stream = Files.list(folder)) {
            files = stream.sorted().toList();
        }
        final List<Latency> latencies = new ArrayList<>();
        for (final Path file : files) {
            final Matcher name = FILE_NAME.matcher(file.getFileName().toString());
            if (!name.matches()) {
                throw new InputException(file, "is not named <rig>-<subject>.hdr or <rig>-<subject>.hdr.FAIL");
            }
            final RigName rig = RigName.of(name.group(1).replace("-at-", "@"));
            latencies.add(read(file, rig, name.group(2), name.group(3) != null));
        }
        return latencies;
    }

    /** The interval of the rounds' percentiles. */
    MedianInterval percentile(double percent) {
        return MedianInterval.of(rounds.stream()
                .mapToDouble(round -> round.getValueAtPercentile(percent))
                .toArray());
    }

    private static Latency read(Path file, RigName rig, String subject, boolean isFailed) throws IOException {
        final List<Histogram> rounds = new ArrayList<>();
        final Histogram all = new Histogram(DIGITS);
        all.setAutoResize(true);
        try (HistogramLogReader reader = new HistogramLogReader(file.toFile())) {
            while (reader.hasNext()) {
                final EncodableHistogram interval = reader.nextIntervalHistogram();
                if (interval instanceof Histogram round && round.getTotalCount() > 0) {
                    rounds.add(round);
                    all.add(round);
                }
            }
        } catch (final RuntimeException e) {
            throw new InputException(
                    file, "is no log of HdrHistogram, from interval " + (rounds.size() + 1) + ": " + e);
        }
        if (rounds.isEmpty()) {
            throw new InputException(file, "holds no interval of HdrHistogram");
        }
        return new Latency(rig, subject, rounds, all, isFailed);
    }
}
