package io.fairlead.core.loop;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Settings for tests: small tables, the product's time-outs. A test changes what it is about. */
final class TestSettings {
    PeekMode peek = PeekMode.AUTO;
    /** Of the last listener, if it differs. */
    PeekMode lastPeek;

    BalancePolicy policy = BalancePolicy.SOURCE;
    boolean pinning = true;
    Duration pinTimeout = Duration.ofHours(1);
    int pinLimit = 1000;
    int attemptLimit = 3;
    int connectionLimit = 64;
    int lingerLimit = 8;
    int headerLimit = 1024;
    int readBufferLength = 4096;
    int slabLimit = 16;
    int peekSlabLimit = 16;
    int pipeLimit;
    int clientPrefix4 = 32;
    boolean frameTracking = true;
    int eventQueueLength = 64;
    int listenerCount = 1;
    int noticeQueueLength = 64;
    HealthSettings health = HealthSettings.OFF;
    LimitSettings limits = LimitSettings.NONE;

    Settings build(List<TestBackend> backends) {
        return buildFor(backends.stream().map(TestBackend::settings).toList());
    }

    Settings buildFor(List<Settings.BackendSettings> backends) {
        final List<Settings.Listener> listeners = new ArrayList<>();
        for (int i = 0; i < listenerCount; i++) {
            final boolean isLast = i == listenerCount - 1;
            listeners.add(new Settings.Listener(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    isLast && lastPeek != null ? lastPeek : peek));
        }
        return new Settings(
                listeners,
                backends,
                policy,
                pinning,
                pinTimeout.toNanos(),
                pinLimit,
                clientPrefix4,
                64,
                Duration.ofSeconds(5).toNanos(),
                attemptLimit,
                Duration.ofSeconds(10).toNanos(),
                Duration.ofSeconds(10).toNanos(),
                Duration.ofHours(1).toNanos(),
                Duration.ofMinutes(10).toNanos(),
                Duration.ofSeconds(30).toNanos(),
                Duration.ofSeconds(60).toNanos(),
                Duration.ofSeconds(1).toNanos(),
                connectionLimit,
                lingerLimit,
                headerLimit,
                readBufferLength,
                slabLimit,
                peekSlabLimit,
                pipeLimit,
                1024,
                frameTracking,
                eventQueueLength,
                noticeQueueLength,
                health,
                limits);
    }
}
