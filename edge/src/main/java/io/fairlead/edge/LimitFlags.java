package io.fairlead.edge;

import io.fairlead.core.LimitContext;
import picocli.CommandLine.Option;

/** The flags about what one client may take. */
final class LimitFlags {
    @Option(
            names = "--max-connections-per-client",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Most connections of one client address (see --client-prefix) at a time; one more is closed at"
                            + " once. 0 for any number.")
    private int connections;

    @Option(
            names = "--max-accept-rate",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Most connections a second of one client address, on average and at once; one more is closed at"
                            + " once. 0 for any number.")
    private int acceptRate;

    @Option(
            names = "--hot-source",
            paramLabel = "N",
            defaultValue = "256",
            description =
                    "With at least this many connections, and more than 1.25 of what its backend would have of all"
                            + " by its weight, a client address is a crowd: its new connections are spread. 0 for never.")
    private int hotSource;

    /**
     * What is out of range.
     *
     * @return one sentence, or null if all is well.
     */
    String fault() {
        if (connections < 0) {
            return "--max-connections-per-client must be at least 1, or 0 for any number, not " + connections;
        }
        if (acceptRate < 0 || acceptRate > LimitContext.MAX_RATE) {
            return "--max-accept-rate must be from 1 to " + LimitContext.MAX_RATE + ", or 0 for any number, not "
                    + acceptRate;
        }
        return hotSource < 0 ? "--hot-source must be at least 1, or 0 for never, not " + hotSource : null;
    }

    /** Hand them on. What is out of range is found when the balancer is made. */
    void applyTo(LimitContext limits) {
        limits.sourceConnections(connections).sourceRate(acceptRate, 0).hotSourceFloor(hotSource);
    }
}
