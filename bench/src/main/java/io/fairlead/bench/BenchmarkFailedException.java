package io.fairlead.bench;

import java.io.Serial;

/** A benchmark threw, or could not be run. What it threw itself stands in JMH's output. */
final class BenchmarkFailedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    BenchmarkFailedException(String place, Exception cause) {
        super(place + ": " + rootMessage(cause), cause);
    }

    private static String rootMessage(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null || root.getSuppressed().length > 0) {
            root = root.getCause() != null ? root.getCause() : root.getSuppressed()[0];
        }
        return root.toString().strip();
    }
}
