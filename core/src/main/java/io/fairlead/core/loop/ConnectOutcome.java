package io.fairlead.core.loop;

import io.fairlead.core.transport.Transport;

/** Words for how a peer failed a connect. What this machine lacked is nobody's failure and is not described. */
final class ConnectOutcome {
    private ConnectOutcome() {}

    static String describe(int outcome) {
        return switch (outcome) {
            case Transport.CONNECT_TIMED_OUT -> "connect timed out";
            case Transport.CONNECT_UNREACHABLE -> "unreachable";
            default -> "connection refused";
        };
    }
}
