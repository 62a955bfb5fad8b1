package io.fairlead.core.simulation;

import io.fairlead.core.simulation.network.SimulatedNetwork;
import java.util.Locale;

/** What goes wrong with a backend of a fleet, until it returns. */
enum FleetFailure {
    /** Its process is killed, and its kernel refuses. */
    DEAD(2, 1, 1) {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            host.crash();
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            host.start();
        }
    },
    /** Its machine is off: connects hang, and what was connected hears nothing more. */
    BLACK_HOLE(45, 0.98, 1) {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            host.losePower();
            network.route(host.address(), SimulatedNetwork.Route.SILENT);
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            network.route(host.address(), SimulatedNetwork.Route.OPEN);
            host.start();
        }
    },
    /** Its process is stopped: its kernel accepts, nobody answers. */
    FROZEN(50, 0.98, 1) {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            host.freeze();
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            host.thaw();
        }
    },
    /** It was started again and answers every upgrade, but not with a 101. */
    DECLINING(70, 0, 0) {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            restart(host, Conduct.DECLINE);
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            host.treat(Conduct.ECHO);
        }
    },
    /** It was started again and resets every second connection. */
    RESETTING(2, 0.4, 0.6) {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            restart(host, Conduct.ECHO, Conduct.RESET);
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            host.treat(Conduct.ECHO);
        }
    },
    /** It is killed and started in turns. */
    FLAPPING(12, 0.95, 1) {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            host.crash();
            for (long atNs = FLAP_NS; atNs < durationNs; atNs += 2 * FLAP_NS) {
                stage.at(atNs, host::start);
                stage.at(atNs + FLAP_NS, host::crash);
            }
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            host.start();
        }
    },
    /** It was started again and takes three seconds to answer an upgrade. */
    SLOW(6, 0, 0) {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            restart(host, Conduct.LATE);
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            host.treat(Conduct.ECHO);
        }
    };

    private static final long FLAP_NS = 5_000_000_000L;

    private final double backAfterSeconds;
    private final double leastMovedShare;
    private final double mostMovedShare;

    /**
     * @param backAfterSeconds until when 99 of 100 orphans have something that works again.
     * @param leastMovedShare of the orphans that move, of 1; a few come only when it is about to return.
     * @param mostMovedShare of the orphans that move, of 1.
     */
    FleetFailure(double backAfterSeconds, double leastMovedShare, double mostMovedShare) {
        this.backAfterSeconds = backAfterSeconds;
        this.leastMovedShare = leastMovedShare;
        this.mostMovedShare = mostMovedShare;
    }

    double backAfterSeconds() {
        return backAfterSeconds;
    }

    double leastMovedShare() {
        return leastMovedShare;
    }

    double mostMovedShare() {
        return mostMovedShare;
    }

    /** It happens now, and is to last for so long. */
    abstract void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs);

    /** From now on all is well. */
    abstract void end(BackendHost host, SimulatedNetwork network);

    private static void restart(BackendHost host, Conduct... conducts) {
        host.crash();
        host.treat(conducts);
        host.start();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
