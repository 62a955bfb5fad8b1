package io.fairlead.bench.gate;

import io.fairlead.bench.MedianInterval;
import java.io.IOException;

/** The CPU time of one subject over another's, for small messages, in short slices taken in turn within one run. */
final class Ratio {
    private static final int CONNECTION_COUNT = 100;
    private static final int MESSAGE_LENGTH = 64;
    private static final int ROUND_COUNT = 25;
    private static final int SLICE_COUNT = 6;
    private static final int WARMUP_COUNT = 20;

    private Ratio() {}

    /** What an interval says of a limit. */
    enum Verdict {
        /** The median is not above it. */
        WITHIN,
        /** The median is above it. */
        ABOVE,
        /** The limit lies in the interval: too much noise to say. */
        UNDECIDED
    }

    /** Whether the true median is above a limit, as far as the interval tells. */
    static Verdict verdict(MedianInterval ratio, double limit) {
        if (ratio.low() > limit) {
            return Verdict.ABOVE;
        }
        return ratio.high() <= limit ? Verdict.WITHIN : Verdict.UNDECIDED;
    }

    /**
     * Measure.
     *
     * @param subject whose time is divided.
     * @param reference by whose.
     * @return the median of the rounds' ratios.
     */
    static MedianInterval of(Subject.Factory subject, Subject.Factory reference) throws IOException {
        try (LoopbackLoad measured = new LoopbackLoad(subject, CONNECTION_COUNT, MESSAGE_LENGTH);
                LoopbackLoad divisor = new LoopbackLoad(reference, CONNECTION_COUNT, MESSAGE_LENGTH)) {
            for (int i = 0; i < WARMUP_COUNT; i++) {
                slice(measured);
                slice(divisor);
            }
            final double[] ratios = new double[ROUND_COUNT];
            for (int i = 0; i < ROUND_COUNT; i++) {
                // Who goes first changes, so that nobody is always behind the other's cold caches.
                final long firstNs = slice(i % 2 == 0 ? measured : divisor);
                final long secondNs = slice(i % 2 == 0 ? divisor : measured);
                ratios[i] = i % 2 == 0 ? (double) firstNs / secondNs : (double) secondNs / firstNs;
            }
            return MedianInterval.of(ratios);
        }
    }

    private static long slice(LoopbackLoad load) throws IOException {
        final long beforeNs = load.processorNs();
        load.roundTrips(SLICE_COUNT);
        return load.processorNs() - beforeNs;
    }
}
