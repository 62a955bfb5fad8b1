package io.fairlead.core.loop;

import java.time.Duration;
import org.agrona.concurrent.NanoClock;

/** Time that passes when the test says so. */
final class ManualClock implements NanoClock {
    private long nowNs = 1_000_000_000L;

    @Override
    public long nanoTime() {
        return nowNs;
    }

    void advance(Duration duration) {
        nowNs += duration.toNanos();
    }
}
