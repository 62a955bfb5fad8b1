package io.fairlead.core.simulation;

import io.fairlead.core.loop.CheckKind;
import io.fairlead.core.loop.Failback;
import io.fairlead.core.loop.HealthSettings;
import java.util.Locale;

/** How the balancer of a fleet finds out what fails, with its defaults but for a stricter time-out of checks. */
enum FleetFinding {
    /** By failed attempts of each connection alone. */
    NOTHING(CheckKind.OFF, false),
    TCP(CheckKind.TCP, false),
    HTTP(CheckKind.HTTP, false),
    WEBSOCKET(CheckKind.WEBSOCKET, false),
    /** The same, and what is found down loses the connections it has. */
    WEBSOCKET_AND_CLOSE(CheckKind.WEBSOCKET, true);

    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;

    private final CheckKind kind;
    private final boolean endsConnections;

    FleetFinding(CheckKind kind, boolean endsConnections) {
        this.kind = kind;
        this.endsConnections = endsConnections;
    }

    /** Whether it finds a backend that nobody can connect to. */
    boolean findsDead() {
        return kind != CheckKind.OFF;
    }

    /** Whether it finds a backend that says nothing, or not in time. */
    boolean findsSilent() {
        return kind == CheckKind.HTTP || kind == CheckKind.WEBSOCKET;
    }

    /** Whether it finds a backend that has no WebSocket for anybody. */
    boolean findsDeclining() {
        return kind == CheckKind.WEBSOCKET;
    }

    /** Whether what is found down loses the connections it has. */
    boolean endsConnections() {
        return endsConnections;
    }

    HealthSettings settings() {
        if (kind == CheckKind.OFF) {
            return HealthSettings.OFF;
        }
        return new HealthSettings(
                new HealthSettings.Checks(
                        kind,
                        2 * SECOND,
                        500 * MS,
                        SECOND,
                        2,
                        3,
                        true,
                        "GET",
                        Wire.CHECK_PATH,
                        null,
                        200,
                        399,
                        2 * SECOND),
                new HealthSettings.Ejections(3, 10 * SECOND, 320 * SECOND, 50),
                50,
                Failback.KEEP,
                endsConnections,
                0);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
