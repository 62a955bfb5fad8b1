package io.fairlead.edge;

import io.fairlead.core.status.DurationHistogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;

/** Collects metrics of one scrape, by families. Not thread safe. */
final class Metrics {
    private static final double NS_PER_SECOND = 1e9;

    private final List<MetricSnapshot> families = new ArrayList<>();

    /** A counter without labels. */
    void counter(String name, String help, long value) {
        new Counters(name, help).add(value).end();
    }

    /** A gauge without labels. */
    void gauge(String name, String help, double value) {
        new Gauges(name, help).add(value).end();
    }

    Counters counters(String name, String help) {
        return new Counters(name, help);
    }

    Gauges gauges(String name, String help) {
        return new Gauges(name, help);
    }

    Histograms histograms(String name, String help) {
        return new Histograms(name, help);
    }

    /**
     * Everything collected.
     *
     * @return in the library's form.
     */
    MetricSnapshots snapshots() {
        return new MetricSnapshots(families);
    }

    /** A family of counters. */
    final class Counters {
        private final CounterSnapshot.Builder family;

        private Counters(String name, String help) {
            family = CounterSnapshot.builder().name(name).help(help);
        }

        Counters add(long value, String... labels) {
            family.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                    // The library refuses a negative counter, and the whole page with it.
                    .value((double) Math.max(0, value))
                    .labels(Labels.of(labels))
                    .build());
            return this;
        }

        void end() {
            families.add(family.build());
        }
    }

    /** A family of gauges. */
    final class Gauges {
        private final GaugeSnapshot.Builder family;

        private Gauges(String name, String help) {
            family = GaugeSnapshot.builder().name(name).help(help);
        }

        Gauges add(double value, String... labels) {
            family.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                    .value(value)
                    .labels(Labels.of(labels))
                    .build());
            return this;
        }

        void end() {
            families.add(family.build());
        }
    }

    /** A family of histograms in seconds. */
    final class Histograms {
        private final HistogramSnapshot.Builder family;

        private Histograms(String name, String help) {
            family = HistogramSnapshot.builder().name(name).help(help);
        }

        Histograms add(DurationHistogram durations, String... labels) {
            final ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
            for (int bucket = 0; bucket < DurationHistogram.bucketCount(); bucket++) {
                final long boundNs = DurationHistogram.upperBoundNs(bucket);
                buckets.bucket(
                        boundNs == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : (double) boundNs / NS_PER_SECOND,
                        durations.count(bucket));
            }
            family.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(buckets.build())
                    .sum((double) durations.sumNs() / NS_PER_SECOND)
                    .labels(Labels.of(labels))
                    .build());
            return this;
        }

        void end() {
            families.add(family.build());
        }
    }
}
