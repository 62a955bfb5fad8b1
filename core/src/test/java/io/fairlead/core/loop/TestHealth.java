package io.fairlead.core.loop;

import java.time.Duration;

/** Health settings for tests: the product's, apart from what a test is about. */
final class TestHealth {
    static final Duration INTERVAL = Duration.ofSeconds(2);
    static final Duration FAST_INTERVAL = Duration.ofMillis(500);

    CheckKind kind = CheckKind.TCP;
    Duration timeout = Duration.ofSeconds(1);
    int rise = 2;
    int fall = 3;
    boolean startsUp = true;
    String method = "GET";
    String path = "/";
    String host;
    int ejectAfter = 3;
    Duration ejection = Duration.ofSeconds(10);
    int ejectionShare = 50;
    int panicThreshold = 50;
    Failback failback = Failback.KEEP;
    boolean endsConnections;
    Duration slowStart = Duration.ZERO;

    HealthSettings build() {
        return new HealthSettings(
                new HealthSettings.Checks(
                        kind,
                        INTERVAL.toNanos(),
                        FAST_INTERVAL.toNanos(),
                        timeout.toNanos(),
                        rise,
                        fall,
                        startsUp,
                        method,
                        path,
                        host,
                        200,
                        399,
                        INTERVAL.toNanos()),
                new HealthSettings.Ejections(
                        ejectAfter, ejection.toNanos(), Duration.ofMinutes(5).toNanos(), ejectionShare),
                panicThreshold,
                failback,
                endsConnections,
                slowStart.toNanos());
    }
}
