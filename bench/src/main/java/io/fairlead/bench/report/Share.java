package io.fairlead.bench.report;

import io.fairlead.bench.MedianInterval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a subject adds to a direct connection, for those who go on computing with it. <b>Immutable.</b>
 *
 * @param rig that measured it.
 * @param subject that was measured.
 * @param us processor time of an operation less the direct connection's, in microseconds, median of the rounds; empty if
 *     there is none to be told.
 * @param errorCount what went wrong, missed operations included.
 */
public record Share(String rig, String subject, OptionalDouble us, long errorCount) {
    /**
     * All shares in a file of samples.
     *
     * @param samples a {@code samples.csv}.
     * @return one for each rig and subject but the direct connection, in the file's order.
     * @throws IOException if the file cannot be read, or is not of that form.
     */
    public static List<Share> readAll(Path samples) throws IOException {
        final List<Share> shares = new ArrayList<>();
        for (final RigComparison comparison : RigComparison.of(Window.read(samples))) {
            for (final String subject : comparison.subjects()) {
                if (!subject.equals(RigComparison.DIRECT)) {
                    final OptionalDouble us = comparison.share(subject).stream()
                            .mapToDouble(MedianInterval::median)
                            .findFirst();
                    final long errors = comparison.errorCount(subject) + comparison.missedCount(subject);
                    shares.add(new Share(comparison.rig().name(), subject, us, errors));
                }
            }
        }
        return shares;
    }
}
