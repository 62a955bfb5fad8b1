package io.fairlead.bench.compare;

/** Which cores the processes of a comparison get. */
enum Placement {
    /**
     * Load client, backend and balancer share one core: a closed loop that never lets it rest takes as long for a round trip
     * as all of them together need of the processor.
     */
    ONE_CORE("one-core"),

    /** The balancer has a core of its own, load client and backend share another. */
    TWO_CORES("two-cores");

    private final String label;

    Placement(String label) {
        this.label = label;
    }

    /** Its name on the command line and in results. */
    String label() {
        return label;
    }

    /** The core of balancers on a machine with so many. */
    int subjectCore(int coreCount) {
        return coreCount - 1;
    }

    /** The core of load client and backend. */
    int peerCore(int coreCount) {
        return this == ONE_CORE ? coreCount - 1 : coreCount - 2;
    }

    @Override
    public String toString() {
        return label;
    }
}
