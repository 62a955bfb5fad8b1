package io.fairlead.core.loop;

import io.fairlead.core.transport.Transport;

/** Words for what became of a connect. */
final class ConnectOutcome {
    private ConnectOutcome() {}

    static String describe(int outcome) {
        return switch (outcome) {
            case Transport.CONNECT_TIMED_OUT -> "connect timed out";
            case Transport.CONNECT_UNREACHABLE -> "unreachable";
            case Transport.CONNECT_NO_PORT, Transport.LOCAL_RESOURCE -> "this machine lacks what a connection takes";
            default -> "connection refused";
        };
    }
}
