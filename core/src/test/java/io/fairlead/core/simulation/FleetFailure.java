package io.fairlead.core.simulation;

import io.fairlead.core.simulation.network.SimulatedNetwork;
import java.util.Locale;

/** What goes wrong with a backend of a fleet, until it returns. */
enum FleetFailure {
    /** Its process is killed, and its kernel refuses. */
    DEAD {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            host.crash();
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            host.start();
        }

        @Override
        FleetExpectation expected(FleetFinding finding) {
            return FleetExpectation.allMove(2);
        }
    },
    /** Its machine is off: connects hang, and what was connected hears nothing more. */
    BLACK_HOLE {
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

        @Override
        FleetExpectation expected(FleetFinding finding) {
            return afterSilence(finding, finding.findsDead());
        }
    },
    /** Its process is stopped: its kernel accepts, nobody answers. */
    FROZEN {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            host.freeze();
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            host.thaw();
        }

        @Override
        FleetExpectation expected(FleetFinding finding) {
            return afterSilence(finding, finding.findsSilent());
        }
    },
    /** It was started again and answers every upgrade, but not with a 101. */
    DECLINING {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            restart(host, Conduct.DECLINE);
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            host.treat(Conduct.ECHO);
        }

        /** What a backend has answered is what its client gets: only checks can spare the next one. */
        @Override
        FleetExpectation expected(FleetFinding finding) {
            return finding.findsDeclining()
                    ? FleetExpectation.allMove(12).refusedEach(3)
                    : FleetExpectation.someMove(70, 0, 0).refusedEach(20);
        }
    },
    /** It was started again and resets every second connection: seldom so many in a row that checks find it. */
    RESETTING {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            restart(host, Conduct.ECHO, Conduct.RESET);
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            host.treat(Conduct.ECHO);
        }

        @Override
        FleetExpectation expected(FleetFinding finding) {
            if (!finding.findsDead()) {
                return FleetExpectation.someMove(2, 0.4, 0.7);
            }
            // If it is found, as three in a row at some time, that is for good: while it is down, checks take all
            // turns.
            return FleetExpectation.someMove(2, 0.4, 1).cutEach(finding.endsConnections() ? 2 : 1);
        }
    },
    /** It is killed and started in turns. */
    FLAPPING {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            host.crash();
            for (long atNs = FLAP_NS; atNs < durationNs; atNs += 2 * FLAP_NS) {
                stage.at(atNs, host::start);
                if (atNs + FLAP_NS < durationNs) {
                    stage.at(atNs + FLAP_NS, host::crash);
                }
            }
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            host.start();
        }

        @Override
        FleetExpectation expected(FleetFinding finding) {
            return FleetExpectation.allMove(2);
        }
    },
    /** It was started again and takes three seconds to answer an upgrade. */
    SLOW {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            restart(host, Conduct.LATE);
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            host.treat(Conduct.ECHO);
        }

        /** Too slow for a check of a second: those move who still wait when that is found, and those who are cut. */
        @Override
        FleetExpectation expected(FleetFinding finding) {
            final FleetExpectation expected =
                    FleetExpectation.someMove(6, finding.endsConnections() ? 0.98 : 0, finding.findsSilent() ? 1 : 0);
            return finding.endsConnections() ? expected.cutEach(2) : expected;
        }
    },
    /** Its agent drains it: nothing is wrong, and who has to come back meanwhile goes elsewhere. */
    DRAINED {
        @Override
        void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs) {
            host.agent().say("drain");
        }

        @Override
        void end(BackendHost host, SimulatedNetwork network) {
            host.agent().say("ready");
        }

        @Override
        FleetExpectation expected(FleetFinding finding) {
            return FleetExpectation.someMove(0, 0.05, 0.6).cutEach(0);
        }
    };

    private static final long FLAP_NS = 5_000_000_000L;

    /** It happens now, and is to last for so long. */
    abstract void begin(BackendHost host, SimulatedNetwork network, Stage stage, long durationNs);

    /** From now on all is well. */
    abstract void end(BackendHost host, SimulatedNetwork network);

    /** What its orphans may expect. */
    abstract FleetExpectation expected(FleetFinding finding);

    private static void restart(BackendHost host, Conduct... conducts) {
        host.crash();
        host.treat(conducts);
        host.start();
    }

    /**
     * Those who are connected hear nothing until they speak, wait in vain and give up, and without checks do so once more;
     * a few come only when it is about to return.
     */
    private static FleetExpectation afterSilence(FleetFinding finding, boolean isFound) {
        if (isFound && finding.endsConnections()) {
            return FleetExpectation.allMove(8);
        }
        return FleetExpectation.someMove(isFound ? 40 : 50, 0.98, 1);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
