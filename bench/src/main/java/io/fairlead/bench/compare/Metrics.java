package io.fairlead.bench.compare;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a Fairlead for one of its numbers. */
final class Metrics {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Metrics() {}

    /**
     * A metric without labels.
     *
     * @param port of the admin endpoint on 127.0.0.1.
     * @param name of the metric.
     * @return its value, without what stands behind the decimal point.
     * @throws IOException if it is not told.
     */
    static long value(int port, String name) throws IOException, InterruptedException {
        final HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .timeout(LIMIT)
                .build();
        final String text = HttpClient.newBuilder()
                .connectTimeout(LIMIT)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElseThrow(() -> new IOException("/metrics does not tell " + name));
    }
}
