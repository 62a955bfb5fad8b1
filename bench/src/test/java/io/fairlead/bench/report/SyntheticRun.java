package io.fairlead.bench.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * A run's folder of invented figures, with all that a folder may hold: for tests and for looking at pictures, never for
 * {@code perf-results}. The same seed gives the same folder.
 */
final class SyntheticRun {
    static final List<String> SUBJECTS = List.of(
            "direct",
            "nginx-stream",
            "nginx-stream-tuned",
            "nginx-http",
            "nginx-http-tuned",
            "haproxy-tcp",
            "haproxy-tcp-tuned",
            "haproxy-http",
            "haproxy-http-tuned",
            "fairlead-17",
            "fairlead-25",
            "c-reference",
            "c-reference-splice",
            "odd<&>one");
    static final String FAILED = "haproxy-http";
    static final String NAME = "2026-01-02-abcdef0-x86_64-2cpu";

    private static final String HEADER = "rig,subject,placement,round,position,count,bytes,wall_ns,client_cpu_ns,"
            + "echo_cpu_ns,subject_cpu_ns,errors,missed\n";
    private static final int ROUND_COUNT = 7;

    private final Path folder;
    private final Random random = new Random(1);

    private SyntheticRun(Path folder) {
        this.folder = folder;
    }

    /** Write one into a directory, and give its folder. */
    static Path write(Path results) throws IOException {
        final SyntheticRun run = new SyntheticRun(Files.createDirectories(results.resolve(NAME)));
        Files.writeString(
                run.folder.resolve(Environment.FILE_NAME),
                "date: 2026-01-02T03:04:05Z\ncommit: abcdef0\ncpu: invented\njdk: openjdk version \"17.0.15\" 2025-04-15\n");
        run.samples();
        run.latencies();
        run.memory();
        run.growth();
        run.failover();
        run.jmh();
        return run.folder;
    }

    /** Write one for looking at: the argument is the directory. */
    public static void main(String[] args) throws IOException {
        write(Path.of(args[0]));
    }

    private void samples() throws IOException {
        final StringBuilder lines = new StringBuilder(HEADER);
        for (final String placement : List.of("one-core", "two-cores")) {
            rig(lines, "rtt-64x100", placement, 64, 6);
            rig(lines, "rtt-131072x20", placement, 131_072, 150);
            rig(lines, "churn-20", placement, 0, 90);
        }
        rig(lines, "rtt-64x100@20000", "two-cores", 64, 9);
        Files.writeString(folder.resolve("samples.csv"), lines);
    }

    private void rig(StringBuilder lines, String rig, String placement, int bytes, double directUs) {
        for (int round = 0; round < ROUND_COUNT; round++) {
            for (int i = 0; i < SUBJECTS.size(); i++) {
                final String subject = SUBJECTS.get(i);
                final double us = directUs * (i == 0 ? 1 : 1.5 + (i * 5 % 14) / 10.0) * (1 + random.nextDouble() / 10);
                final long count = (long) (4e6 / us);
                lines.append(String.format(
                        Locale.ROOT,
                        "%s,%s,%s,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d%n",
                        rig,
                        subject,
                        placement,
                        round,
                        i,
                        count,
                        bytes,
                        4_000_000_000L,
                        1_000_000_000L,
                        1_000_000_000L,
                        i == 0 ? 1_990_000_000L : 1_980_000_000L,
                        subject.equals(FAILED) && round == 3 ? 2 : 0,
                        0));
            }
        }
    }

    private void latencies() throws IOException {
        final Path directory = Files.createDirectories(folder.resolve("latency"));
        for (int i = 0; i < SUBJECTS.size() - 1; i++) {
            final String end = SUBJECTS.get(i).equals("nginx-http") ? ".hdr.FAIL" : ".hdr";
            final Path file = directory.resolve("rtt-64x100@20000-" + SUBJECTS.get(i) + end);
            try (PrintStream out = new PrintStream(Files.newOutputStream(file))) {
                final HistogramLogWriter writer = new HistogramLogWriter(out);
                for (int round = 0; round < ROUND_COUNT; round++) {
                    final Histogram histogram = new Histogram(3);
                    for (int j = 0; j < 3_000; j++) {
                        final double base = 40_000 * (1 + i / 6.0);
                        histogram.recordValue((long) (base * Math.exp(Math.abs(random.nextGaussian()) * 0.8)));
                    }
                    histogram.setStartTimeStamp(round * 1000L);
                    histogram.setEndTimeStamp(round * 1000L + 1000);
                    writer.outputIntervalHistogram(histogram);
                }
            }
        }
    }

    private void memory() throws IOException {
        final StringBuilder lines =
                new StringBuilder("subject,connections,pss_kib,rss_kib,sockstat_tcp_pages,slab_kib\n");
        for (int i = 1; i < SUBJECTS.size() - 1; i++) {
            for (final int connections : new int[] {0, 3000, 6000, 9500}) {
                final long pss = 3000L + i * 4000L + connections * (long) (14 - i);
                lines.append(SUBJECTS.get(i))
                        .append("," + connections + "," + pss + "," + (pss + 4000) + "," + connections + ",90000\n");
            }
        }
        Files.writeString(folder.resolve("memory.csv"), lines);
    }

    private void growth() throws IOException {
        final StringBuilder lines =
                new StringBuilder("series,subject,x,y_us_per_message,y_pss_kib,y_cpu_us_per_connection,errors\n");
        for (final String subject : List.of("fairlead-17", "fairlead-25", "nginx-stream", "haproxy-tcp")) {
            for (int x = 100; x <= 10_000; x *= 10) {
                final double us = 10 + Math.log10(x) * (1 + subject.length() / 10.0);
                lines.append(String.format(
                        Locale.ROOT,
                        "connections,%s,%d,%.2f,%d,,%d%n",
                        subject,
                        x,
                        us,
                        20_000 + 2 * x,
                        x == 10_000 && subject.equals("nginx-stream") ? 1 : 0));
            }
            for (int x = 1; x <= 64; x *= 4) {
                lines.append(String.format(Locale.ROOT, "backends,%s,%d,,,%.1f,0%n", subject, x, 90 + x / 8.0));
            }
        }
        Files.writeString(folder.resolve("growth.csv"), lines);
    }

    private void failover() throws IOException {
        final List<FailoverResult> results = new ArrayList<>();
        for (final FailoverEvent event : FailoverEvent.values()) {
            for (final String subject : List.of("fairlead", "nginx", "odd<&>one")) {
                results.add(FailoverResultTest.result(subject, event, subject.equals("nginx") ? 4 : 0));
            }
        }
        FailoverResult.write(folder.resolve(FailoverResult.FILE_NAME), results);
    }

    private void jmh() throws IOException {
        final StringBuilder results = new StringBuilder("[");
        for (final String transport : List.of("nio", "epoll")) {
            for (final int length : new int[] {64, 1024, 16_384, 131_072}) {
                results.append(results.length() == 1 ? "" : ",")
                        .append(String.format(
                                Locale.ROOT,
                                """
                        {"benchmark": "io.fairlead.bench.micro.ForwardingThroughputBenchmark.forward", "mode": "thrpt",
                         "params": {"size": "%dx100", "transport": "%s"},
                         "primaryMetric": {"score": %f, "scoreError": "NaN", "scoreUnit": "ops/s"},
                         "secondaryMetrics": {"·gc.alloc.rate.norm": {"score": 0.25, "scoreUnit": "B/op"}}}
                        """,
                                length,
                                transport,
                                1e9 / (5000 + length / (transport.equals("nio") ? 4.0 : 8.0))));
            }
        }
        Files.writeString(folder.resolve("jmh.json"), results.append("]"));
    }
}
