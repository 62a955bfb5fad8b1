package io.fairlead.core.transport;

import java.util.HashMap;
import java.util.Map;

/** Remembers what polls reported, by token. */
final class ReadyEvents implements ReadinessHandler {
    private final Map<Long, Integer> readinessByToken = new HashMap<>();

    @Override
    public void onReady(long token, int readiness) {
        readinessByToken.merge(token, readiness, (seen, now) -> seen | now);
    }

    int readiness(long token) {
        return readinessByToken.getOrDefault(token, 0);
    }

    void clear() {
        readinessByToken.clear();
    }
}
