package io.fairlead.bench;

import java.io.IOException;

/** The JMH benchmarks' command line: {@code java -jar bench/target/benchmarks.jar}. */
public final class BenchmarksMain {
    private BenchmarksMain() {}

    /**
     * Run JMH.
     *
     * @param args JMH's.
     */
    public static void main(String[] args) throws IOException {
        org.openjdk.jmh.Main.main(args);
    }
}
